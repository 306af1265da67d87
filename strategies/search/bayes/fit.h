/*
 * The most likely theta, found from where the last ask found it.
 *
 *     fit_theta(embedding, &points, values, &options, theta);
 *
 * Of more than FIT_POINTS points it is fitted to a part: theta is known well enough from those, and
 * the cost grows with the cube.
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_BAYES_FIT_H
#define SWEEP_BAYES_FIT_H

#include <stdbool.h>

#include "embedding.h"

/** Points that theta is fitted to at most. */
#define FIT_POINTS 256

/**
 * Fit theta.
 *
 * @param points           [>= 1]
 * @param values           [points] standardised
 * @param is_warm          whether `theta` holds an earlier one, to start from
 * @param[in,out] theta    [dimensions + KERNEL_EXTRA]
 */
void fit_theta(const struct embedding *embedding, const struct points *points, const double *values,
               bool is_warm, double *theta);

#endif
