/*
 * Bytes of a command's output in, named numbers out.
 *
 *     extractor_feed(extractor, data, size);
 *     while (extractor_next(extractor, &found))
 *         use(found.pattern, found.value);
 *
 * Bytes become lines: `\n` and `\r` end one, ANSI escape sequences are dropped, NUL and bad UTF-8
 * are data. A line's first 64 KiB are matched, the rest is skipped. The result does not depend on
 * how the bytes are cut into pieces. Each pattern is tried once a line, in order; it may match
 * several times in it only where it was given none (by name): then the last match counts.
 *
 * One of the numbers may be the step, such as the epoch: what is found after it belongs to it.
 *
 * PCRE2 in bytes mode with JIT, under limits: a pattern whose limits are hit LIMIT_HITS_MAX times
 * is switched off for the rest of the output and said so.
 *
 * Ownership: opaque; extractor_free(). Fed bytes are borrowed until extractor_next() returns false.
 */
#ifndef SWEEP_METRICS_EXTRACTOR_H
#define SWEEP_METRICS_EXTRACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strview.h"
#include "sweep/error.h"
#include "sweep/trial.h"

#define EXTRACTOR_LINE_MAX       (64 * 1024) /* [bytes] of a line that are looked at */
#define EXTRACTOR_PATTERN_MAX    4096        /* [bytes] */
#define EXTRACTOR_LIMIT_HITS_MAX 100

/** What to look for. */
struct extractor_pattern {
    const char *name;    /* of the metric */
    const char *pattern; /* NULL: found by name */
};

enum extractor_kind {
    EXTRACTOR_NUMBER,       /* value is set; may be NaN or infinite */
    EXTRACTOR_NOT_A_NUMBER, /* text matched but is none, such as 1,5 */
    EXTRACTOR_TOO_LARGE,    /* such as 1e999 */
    EXTRACTOR_SWITCHED_OFF  /* the pattern hit its limits too often */
};

struct extractor_found {
    enum extractor_kind kind;
    size_t pattern; /* index */
    double value;
    struct strview text; /* what the group captured; valid until the next call */
    uint64_t line;       /* from 1 */
    int64_t step;        /* the last that was seen, its own included, or SWEEP_STEP_NONE */
};

struct extractor;

/**
 * Compile patterns.
 *
 * The number is group `value` if there is one, else group 1.
 *
 * @error SWEEP_BAD_INPUT when a pattern does not compile, has no group or matches the empty string;
 *        the message has PCRE2's words and the offset
 */
struct extractor *extractor_create(const struct extractor_pattern *patterns, size_t count,
                                   struct sweep_error *err) SWEEP_MUST_CHECK;

void extractor_free(struct extractor *extractor);

/** Say whose numbers are the step, before anything is fed. @param pattern  index; -1: none */
void extractor_set_step(struct extractor *extractor, int32_t pattern);

/** Hand over bytes; all found of earlier ones must have been taken. */
void extractor_feed(struct extractor *extractor, const void *data, size_t size);

/** Say that the output has ended: an unfinished last line counts as a line. */
void extractor_end(struct extractor *extractor);

/** Take the next find; false when the fed bytes are used up. */
bool extractor_next(struct extractor *extractor, struct extractor_found *found);

/** Leave out what often stands behind a number and is not part of it, as in `0.93,`. */
struct strview extractor_trim(struct strview text);

/** Lines seen so far. */
uint64_t extractor_lines(const struct extractor *extractor);

#endif
