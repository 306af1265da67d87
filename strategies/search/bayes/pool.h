/*
 * Candidates from all over the space and from around the best trials: where climbs begin.
 *
 *     pool_fill(&candidates, 512, &outcomes, inverse, ask);
 *
 * A small finite space is listed whole. Else half of them are points of Sobol's sequence, another
 * one for each ask, and half are good trials that were moved a little, each in some of its
 * parameters.
 *
 * Ownership: everything is borrowed for the call.
 *
 * @see Regis and Shoemaker 2013, "Combining radial basis function surrogates and dynamic coordinate
 *      search" (moving some coordinates only)
 */
#ifndef SWEEP_BAYES_POOL_H
#define SWEEP_BAYES_POOL_H

#include <stddef.h>

#include "candidates.h"
#include "outcomes.h"
#include "sweep/strategy.h"

/**
 * Add candidates; none where nothing was found that may be suggested.
 *
 * @param size     how many, at most; there is room
 * @param inverse  [dimensions] 1 / l^2
 * @param ask      its seed and number say which points
 */
void pool_fill(struct candidates *candidates, size_t size, const struct outcomes *outcomes,
               const double *inverse, const struct sweep_ask *ask);

#endif
