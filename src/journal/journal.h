/*
 * The numbers that a shim found, one record each, appended as they come.
 *
 * N.journal: a header (magic, format number), then records, each with its length and a checksum. A
 * torn tail, after a power loss, ends at the last good record. The runner remembers the offset up
 * to which it has recorded, in the same transaction as the rows.
 */
#ifndef SWEEP_JOURNAL_JOURNAL_H
#define SWEEP_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

#define JOURNAL_FORMAT 1

enum journal_kind {
    JOURNAL_NUMBER = 1,       /* value, step */
    JOURNAL_NOT_A_NUMBER = 2, /* text */
    JOURNAL_TOO_LARGE = 3,    /* text */
    JOURNAL_SWITCHED_OFF = 4  /* the pattern hit its limits */
};

#define JOURNAL_TEXT_MAX 64 /* longer captured texts are cut */

struct journal_record {
    enum journal_kind kind;
    uint32_t pattern;   /* index in the spec */
    uint64_t sequence;  /* from 1, over all patterns of the attempt */
    int64_t step;       /* SWEEP_STEP_NONE: none known */
    int64_t elapsed_ms; /* since the command was started */
    double value;
    char text[JOURNAL_TEXT_MAX + 1];
};

/** Append the file's header. */
void journal_format_header(struct strbuf *out);

/** Append one record. */
void journal_format(const struct journal_record *record, struct strbuf *out);

/** Where a reader is. */
struct journal_cursor {
    int fd;            /* borrowed */
    uint64_t offset;   /* everything before it was read; 0 at first */
    uint64_t sequence; /* of the last record read; 0 at first */
    struct strbuf buffer;
    size_t used;
};

void journal_cursor_init(struct journal_cursor *cursor, int fd, uint64_t offset, uint64_t sequence);
void journal_cursor_release(struct journal_cursor *cursor);

enum journal_step {
    JOURNAL_RECORD, /* `out` is set, `cursor->offset` is behind it */
    JOURNAL_END,    /* no whole good record there now */
    JOURNAL_NEWER   /* written in a newer format: not ours to read */
};

enum journal_step journal_next(struct journal_cursor *cursor, struct journal_record *out);

#endif
