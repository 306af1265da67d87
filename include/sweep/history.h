/*
 * What a strategy may know when it is asked.
 *
 *     for (size_t i = 0; i < history->finished_count; i++)
 *         learn(history->finished[i]);
 *
 * `finished` is in the order in which outcomes arrived; an ask made later sees a longer list that
 * begins with the same trials. `pending` are trials asked for and not finished, by number. An ask
 * may depend on this, the seed and the trial's number, and on nothing else: that is what lets an
 * interrupted sweep go on as if it had never stopped.
 *
 * All of them are points of the space. People may change the space of a sweep that is there: trials
 * that are outside of it since then are left out, and a memo may be one of an earlier space.
 *
 * Ownership: everything is borrowed for the duration of the call.
 */
#ifndef SWEEP_HISTORY_H
#define SWEEP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "sweep/trial.h"

/** What is known at one ask. */
struct sweep_history {
    const struct sweep_trial *const *finished; /* [finished_count] in order of arrival */
    size_t finished_count;
    const struct sweep_trial *const *pending; /* [pending_count] by number */
    size_t pending_count;
    bool maximize;    /* the goal; false also where there is no objective */
    const void *memo; /* [memo_size] the memo of the newest trial that has one */
    size_t memo_size;
};

#endif
