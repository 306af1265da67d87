/*
 * What the asker knows of all trials, and the history it makes of that for one ask.
 *
 * A trial is known from its suggestion on and finished once; both by copies that never change, so
 * that a history made twice from the same prefix and pending set is the same.
 *
 * Ownership: known_release(). Restored trials are borrowed; texts of values always are.
 */
#ifndef SWEEP_ASKER_KNOWN_H
#define SWEEP_ASKER_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "sweep/history.h"
#include "sweep/space.h"

/** Zeroed but for `param_count`, `space` and `judge` is empty. */
struct known {
    size_t param_count;
    struct arena arena;
    const struct sweep_trial **trials; /* [trial_count] by number - 1; NULL: never heard of */
    size_t trial_count;
    size_t trial_capacity;
    const struct sweep_trial **finished; /* [finished_count] by arrival */
    size_t finished_count;
    size_t finished_capacity;
    struct sweep_trial *pending; /* scratch of one history */
    const struct sweep_trial **pending_list;
    size_t pending_capacity;
    size_t memo_count; /* trials that have one */

    const struct sweep_space *space; /* with former parameters */
    struct sweep_judge *judge; /* borrowed: of the space that is searched; NULL: all trials fit */
    const struct sweep_trial **fitting; /* those of `finished` that are points of it */
    size_t *fitting_counts;             /* [finished_count] how many of so many first ones are */
    size_t fitting_capacity;
    size_t fitting_counts_capacity;
};

void known_release(struct known *known);

/** Borrow what was loaded, by number. */
void known_restore(struct known *known, const struct sweep_trial *trials, size_t count);

/** Add or, when it has finished, replace a trial by a copy of it. */
void known_add(struct known *known, const struct sweep_trial *trial);

/** What a strategy may see of it: valid until the next change. */
struct known_view {
    uint64_t number; /* that is asked for */
    uint64_t seen;
    const uint64_t *pending; /* [pending_count] */
    size_t pending_count;
};

void known_history(struct known *known, const struct known_view *view,
                   struct sweep_history *history);

/**
 * Leave out of a history just made the trials that are no points of the space, which was another
 * one when they were suggested: no strategy can place them. The memo stays.
 */
void known_narrow(struct known *known, struct sweep_history *history);

#endif
