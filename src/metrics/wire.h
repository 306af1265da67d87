/*
 * One protocol buffers message, field by field: just enough to read what somebody else wrote.
 *
 *     struct wire wire = wire_of(message);
 *     while (wire_next(&wire, &field))
 *         if (field.number == 2 && field.type == WIRE_BYTES)
 *             look_at(field.bytes);
 *
 * See protobuf.dev, "Encoding". Groups, which nobody writes any more, end a message as damage does.
 *
 * Ownership: everything points into the message.
 */
#ifndef SWEEP_METRICS_WIRE_H
#define SWEEP_METRICS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strview.h"

enum wire_type {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_BYTES = 2, /* texts and messages too */
    WIRE_FIXED32 = 5
};

struct wire {
    const char *at;
    const char *end;
};

struct wire_field {
    uint64_t number;
    enum wire_type type;
    uint64_t bits;        /* of the numbers: as they stand there */
    struct strview bytes; /* of WIRE_BYTES */
};

struct wire wire_of(struct strview message);

/** Take the next field; false at the end, and where the message is damaged. */
bool wire_next(struct wire *wire, struct wire_field *field);

/** The last field of that number and type, as a reader has to take it. @return whether there is one
 */
bool wire_find(struct strview message, uint64_t number, enum wire_type type,
               struct wire_field *field);

#endif
