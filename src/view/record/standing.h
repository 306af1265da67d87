/*
 * How a sweep stands: what its trials have come to, and whether a runner is at work.
 *
 *     struct standing standing = standing_take(&record);
 *     standing_append_counts(&standing, &line);            12 of 16 trials finished: 11 complete,
 * ... standing_append_state(&standing, &record, &line);    interrupted; go on with: sweep resume
 * digits
 */
#ifndef SWEEP_VIEW_RECORD_STANDING_H
#define SWEEP_VIEW_RECORD_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/record/record.h"

struct standing {
    size_t counts[SWEEP_TRIAL_CANCELLED + 1]; /* of trials, by state */
    size_t finished;
    uint64_t expected; /* trials in all; 0: there is no end */
    bool has_runner;   /* now */
    bool is_finished;  /* nothing is left to do */
    bool was_stopped;  /* people wanted no more of it */
};

struct standing standing_take(const struct record *record);

/** One word: running, paused, stopping; without a runner finished, stopped, paused, interrupted,
 * detached (its trials may still run), broken. */
const char *standing_word(const struct standing *standing, const struct record *record);

/** Append the numbers of trials. */
void standing_append_counts(const struct standing *standing, struct strbuf *out);

/** Append what goes on, and what to do to go on. */
void standing_append_state(const struct standing *standing, struct record *record,
                           struct strbuf *out);

#endif
