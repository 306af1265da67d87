/*
 * How far a trial is that runs now: since when, and what it has reported so far.
 *
 *     struct current current;
 *     if (!current_load(&current, &record, trial, now_us, &arena, err)) ...
 *     if (current.is_running)
 *         current_append(&current, &words, &out);    running for 3m12s, epoch 7, val_acc 0.91 so
 * far
 *
 * It is as recorded: without a runner nobody can say whether the trial still runs, and what it
 * reported meanwhile is not known yet.
 *
 * Ownership: a plain value; its params are those of the trial.
 */
#ifndef SWEEP_VIEW_RECORD_CURRENT_H
#define SWEEP_VIEW_RECORD_CURRENT_H

#include <stdbool.h>
#include <stdint.h>

#include "view/record/record.h"

struct current {
    bool is_running;           /* as far as is recorded */
    bool is_watched;           /* a runner is at work */
    int64_t age_us;            /* of the attempt, now; 0: not known */
    uint64_t reports;          /* of the objective */
    int64_t step;              /* of the last one */
    struct sweep_trial so_far; /* the trial, with what it is worth now and how long it has run */
};

/** Look. @param now_us  the wall clock. @error those of the store */
bool current_load(struct current *current, const struct record *record,
                  const struct sweep_trial *trial, int64_t now_us, struct arena *arena,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append it in words. */
void current_append(const struct current *current, const struct trial_words *words,
                    struct strbuf *out);

#endif
