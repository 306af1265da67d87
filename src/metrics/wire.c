/*
 * The wire format of protocol buffers. Not for what the fields mean.
 */
#include "metrics/wire.h"

#include <stddef.h>

#define VARINT_BITS_MAX 64

struct wire wire_of(struct strview message)
{
    return (struct wire){message.data, message.data + message.size};
}

static bool end(struct wire *wire)
{
    wire->at = wire->end;
    return false;
}

/* Seven bits a byte, the lowest first; the eighth says that another byte follows. */
static bool take_varint(struct wire *wire, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < VARINT_BITS_MAX && wire->at < wire->end; shift += 7) {
        uint64_t byte = (unsigned char)*wire->at++;
        *out |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool take_fixed(struct wire *wire, size_t size, uint64_t *out)
{
    if ((size_t)(wire->end - wire->at) < size)
        return false;
    *out = 0;
    for (size_t i = 0; i < size; i++)
        *out |= (uint64_t)(unsigned char)*wire->at++ << 8 * i;
    return true;
}

static bool take_bytes(struct wire *wire, struct strview *out)
{
    uint64_t size;
    if (!take_varint(wire, &size) || size > (uint64_t)(wire->end - wire->at))
        return false;
    *out = (struct strview){wire->at, (size_t)size};
    wire->at += size;
    return true;
}

static bool take_value(struct wire *wire, struct wire_field *field)
{
    switch (field->type) {
    case WIRE_VARINT:
        return take_varint(wire, &field->bits);
    case WIRE_FIXED64:
        return take_fixed(wire, 8, &field->bits);
    case WIRE_BYTES:
        return take_bytes(wire, &field->bytes);
    case WIRE_FIXED32:
        return take_fixed(wire, 4, &field->bits);
    }
    return false;
}

bool wire_next(struct wire *wire, struct wire_field *field)
{
    uint64_t key;
    if (wire->at == wire->end || !take_varint(wire, &key))
        return end(wire);
    *field = (struct wire_field){.number = key >> 3, .type = (enum wire_type)(key & 7)};
    return take_value(wire, field) || end(wire);
}

bool wire_find(struct strview message, uint64_t number, enum wire_type type,
               struct wire_field *field)
{
    struct wire wire = wire_of(message);
    struct wire_field each;
    bool found = false;
    while (wire_next(&wire, &each)) {
        if (each.number != number || each.type != type)
            continue;
        *field = each;
        found = true;
    }
    return found;
}
