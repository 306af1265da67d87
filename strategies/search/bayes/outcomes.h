/*
 * What a history says to the model: points, values, and which points failed.
 *
 *     struct outcomes outcomes;
 *     outcomes_init(&outcomes, embedding, history);
 *     ...
 *     outcomes_release(&outcomes);
 *
 * Values are turned so that lower is better; where all are above 0 and range over decades, their
 * logarithms are taken, if those are nearer to normal draws by half a nat each. Those that are far
 * worse than most are brought nearer (above the upper quartile by more than one and a half of the
 * distance between quartiles: how bad a bad trial is does not help to find good ones), and all are
 * standardised to mean 0 and deviation 1.
 *
 * A trial that failed by what it was given, or whose value is not finite, has no value; that it
 * failed is what is learnt. Failures of the machine and trials that people cancelled say nothing.
 *
 * Ownership: init and release; the embedding is borrowed.
 *
 * @see Box and Cox 1964, "An analysis of transformations" (how scales are compared); Cowen-Rivers
 *      et al. 2022, "HEBO: pushing the limits of sample-efficient hyperparameter optimisation"
 *      (that it pays)
 */
#ifndef SWEEP_BAYES_OUTCOMES_H
#define SWEEP_BAYES_OUTCOMES_H

#include <stdbool.h>
#include <stddef.h>

#include "embedding.h"
#include "sweep/history.h"

struct outcomes {
    struct points points;             /* those with a value, then the pending ones */
    const struct sweep_trial **trial; /* [points.count] */
    size_t known;                     /* how many have a value */
    double *values;                   /* [known] standardised, lower is better */
    bool is_flat;                     /* whether all values are the same */
    struct points judged;             /* finished points that have a value, or failed */
    double *labels;                   /* [judged.count] 1: has a value; -1: failed */
    size_t failures;
};

void outcomes_init(struct outcomes *outcomes, const struct embedding *embedding,
                   const struct sweep_history *history);

/**
 * Only those with a value that are marked, with the values that they have among all; neither
 * pending ones nor failures. What was borrowed from the history still is.
 */
void outcomes_pick(struct outcomes *part, const struct embedding *embedding,
                   const struct outcomes *all, const bool *marked);

/** A pruned trial would hardly have been better than the middle one. @param values  [known] */
void outcomes_lift_pruned(const struct outcomes *outcomes, double *values);

void outcomes_release(struct outcomes *outcomes);

#endif
