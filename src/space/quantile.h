/*
 * The continuous distributions by themselves, before any rounding: from the unit interval to a real
 * and back. Steps, multiples and choices are parameter.c's.
 */
#ifndef SWEEP_SPACE_QUANTILE_H
#define SWEEP_SPACE_QUANTILE_H

#include "sweep/space.h"

/** No draw asks for a point nearer to 0 or 1: a normal value stays within 8.3 deviations. */
#define QUANTILE_EDGE 0x1p-53

/**
 * The real below which a share u of the draws lies.
 *
 * @param parameter  of uniform, log uniform (integers too), normal, log normal or beta
 * @param u          [0, 1]; taken to QUANTILE_EDGE from the ends where the distribution has none
 * @return within the bounds, at 0 and 1 the bounds themselves; finite
 */
double quantile_of(const struct sweep_parameter *parameter, double u);

/** The share of draws below x [0, 1], the inverse. */
double quantile_share(const struct sweep_parameter *parameter, double x);

#endif
