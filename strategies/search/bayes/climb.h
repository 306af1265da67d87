/*
 * From good candidates to better ones.
 *
 *     size_t best = climb(&candidates, &acquisition, inverse, &settings);
 *
 * Several are climbed at once: reals by quasi-Newton steps along the slopes of the acquisition, all
 * climbers' points evaluated together; then every other parameter is tried at its other levels, and
 * the best change is taken; until nothing is gained. Each point that is reached is one that may be
 * suggested: values are rounded as the parameter rounds them, and rules hold.
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_BAYES_CLIMB_H
#define SWEEP_BAYES_CLIMB_H

#include "acquisition.h"
#include "candidates.h"

/** How much is spent. */
struct climb_settings {
    size_t climbers; /* at most 16 */
    int evaluations; /* of each, in each round */
    int rounds;
};

/** Candidates that a climb adds at most. */
#define CLIMB_ROOM(settings) ((settings)->climbers * (size_t)(settings)->rounds * 5)

/**
 * Climb from the best candidates and add the tops that are reached to them.
 *
 * @param candidates  with their values; there is room for the tops
 * @param inverse     [dimensions] 1 / l^2: steps are measured in lengthscales
 * @return the index of the best candidate
 */
size_t climb(struct candidates *candidates, struct acquisition *acquisition, const double *inverse,
             const struct climb_settings *settings);

/** Evaluate the candidates from `first` on into their values. */
void climb_evaluate(struct candidates *candidates, struct acquisition *acquisition, size_t first);

#endif
