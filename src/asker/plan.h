/*
 * The configurations of a sweep apart from its strategy: those it starts with, and how often each
 * is run.
 *
 *     struct plan_place place;
 *     if (!plan_settle(&plan, &ask, &place, params)) {
 *         ... the strategy fills `params` for trial number place.number ...
 *     }
 *     plan_complete(&plan, &place, params);
 *
 * Trials that neither people nor retries asked for come in blocks, one trial for each seed; the
 * first blocks are the configurations that the YAML starts with. Which place a trial has in that
 * row follows from how many such trials there were before it, so from the history alone: an
 * interrupted sweep goes on as if it had never stopped. What people add, and retries, stand beside
 * the row.
 *
 * Without `start` and `replicates` the strategy is asked as if there were no plan.
 *
 * Ownership: a plan is a plain value that borrows from the settings.
 */
#ifndef SWEEP_ASKER_PLAN_H
#define SWEEP_ASKER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/strategy.h"

struct plan {
    const struct sweep_space *searched;     /* what a strategy chooses: without the seed */
    const struct sweep_value *const *start; /* [start_count] each [searched count] */
    size_t start_count;
    const struct sweep_parameter *seed; /* a parameter behind the searched ones, or NULL */
    size_t seed_index;                  /* of it among all of them */
};

/** The place of one trial. */
struct plan_place {
    uint64_t number;    /* of the trial for the strategy: counts what it is asked for, from 1 */
    uint64_t replicate; /* index of its seed */
};

/**
 * Find out whether the plan itself says which configuration comes next.
 *
 * @param ask          the history holds all trials before this one
 * @param[out] params  [searched count] filled where it does
 * @return false when the strategy is to be asked
 */
bool plan_settle(const struct plan *plan, const struct sweep_ask *ask, struct plan_place *place,
                 struct sweep_value *params);

/** Add the seed. */
void plan_complete(const struct plan *plan, const struct plan_place *place,
                   struct sweep_value *params);

#endif
