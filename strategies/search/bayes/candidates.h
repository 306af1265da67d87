/*
 * Points that may be suggested: feasible, on their grids, tried by no trial.
 *
 *     candidates_init(&candidates, &finder, 512);
 *     spread_fill(space, seed, point, candidates_draft(&candidates));
 *     candidates_add(&candidates);
 *
 * Each is kept as `draft`, with a value for every parameter, also for those that are inactive in
 * it, so that a change that makes them active finds one; and as `params`, the feasible ones.
 *
 * Ownership: init and release; the finder and all in it are borrowed.
 */
#ifndef SWEEP_BAYES_CANDIDATES_H
#define SWEEP_BAYES_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "../untried.h"
#include "embedding.h"
#include "sweep/rng.h"

/** What every search for candidates needs. */
struct finder {
    const struct embedding *embedding;
    const struct untried *untried; /* updated with the history */
    const struct points *points;   /* with a value, or pending */
    const struct points *judged;   /* those that failed are among them */
    struct sweep_rng rng;
};

struct candidates {
    struct finder *finder;
    size_t count;
    size_t capacity;
    struct sweep_value *drafts; /* [capacity + 1 x space count] */
    struct sweep_value *params; /* [capacity + 1 x space count] */
    struct points points;       /* [count] */
    double *values;             /* [capacity] room for what they are worth */
};

void candidates_init(struct candidates *candidates, struct finder *finder, size_t capacity);

void candidates_release(struct candidates *candidates);

/** Forget all of them. */
void candidates_clear(struct candidates *candidates);

/** Forget all but the best, by their values. */
void candidates_keep_best(struct candidates *candidates, size_t count);

/** Where to write the next draft, a value for every parameter. @return [space count] */
struct sweep_value *candidates_draft(struct candidates *candidates);

/** Add the draft. @return false where it is forbidden or tried, or there is no room */
bool candidates_add(struct candidates *candidates);

/** Make one candidate the draft. */
void candidates_copy_draft(struct candidates *candidates, const struct candidates *from,
                           size_t index);

const struct sweep_value *candidates_params(const struct candidates *candidates, size_t index);

const struct sweep_value *candidates_get_draft(const struct candidates *candidates, size_t index);

/**
 * Make inactive parameters absent, and see whether the params are feasible and nowhere near a trial
 * that there is: in a space of reals some branch may have no reals, and few points.
 *
 * @param[in,out] params  [space count]
 * @param[out] x          [dimensions] their coordinates
 */
bool finder_settle(const struct finder *finder, struct sweep_value *params, double *x);

/** The value of one dimension's parameter at a place in the unit interval; bounds are reached. */
struct sweep_value finder_value(const struct finder *finder, size_t dimension, double u);

/** Give a parameter that is absent a random value. @param[in,out] draft  [space count] */
void finder_complete(struct finder *finder, struct sweep_value *draft);

/** A standard normal draw. */
double finder_normal(struct finder *finder);

#endif
