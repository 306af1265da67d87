/*
 * Means of many points without their deviations, which cost n times as much: n operations a point
 * and dimension.
 *
 *     means_at(&posterior, &points, 0, points.count, means);
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_BAYES_MEANS_H
#define SWEEP_BAYES_MEANS_H

#include "posterior.h"

/**
 * The means of the first target at points [first, first + count) of `at`.
 *
 * @param[out] means  [count]
 */
void means_at(const struct posterior *posterior, const struct points *at, size_t first,
              size_t count, double *means);

#endif
