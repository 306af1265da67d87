/*
 * Bytes to lines: what a terminal would treat as one line to read.
 *
 *     line_feed(&splitter, data, size);
 *     while (line_next(&splitter, &line))
 *         look_at(line);
 *
 * `\n`, `\r` and `\r\n` end a line; ANSI escape sequences are dropped; of a line only the first
 * LINE_MAX bytes are kept. The lines do not depend on how the bytes are cut into pieces.
 *
 * Ownership: line_release() frees the two buffers; fed bytes are borrowed until line_next() is
 * false, a line until the next call.
 */
#ifndef SWEEP_METRICS_LINE_H
#define SWEEP_METRICS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/strview.h"

struct line_splitter {
    size_t maximum; /* of a line [bytes] */
    const char *at; /* the fed bytes that are left */
    const char *end;
    const char *next_cr;   /* the next `\r` at or after `at`, or `end` */
    bool after_cr;         /* the last byte taken was `\r`: a `\n` now belongs to it */
    bool has_partial;      /* `partial` holds the start of a line */
    struct strbuf partial; /* at most `maximum` bytes; the rest of such a line is skipped */
    struct strbuf plain;   /* a line without its escape sequences */
    uint64_t lines;        /* ended so far */
};

void line_init(struct line_splitter *splitter, size_t maximum);
void line_release(struct line_splitter *splitter);

/** Hand over bytes; all lines of earlier ones must have been taken. */
void line_feed(struct line_splitter *splitter, const void *data, size_t size);

/** Take the next whole line; false when the rest of the fed bytes has none. */
bool line_next(struct line_splitter *splitter, struct strview *line);

/** Take an unfinished last line; false when there is none. */
bool line_last(struct line_splitter *splitter, struct strview *line);

#endif
