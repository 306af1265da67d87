/*
 * Several values of one thing: their mean, how they scatter, and where the true mean may lie.
 *
 *     struct spread spread = spread_of(values, count);
 *     if (spread.count >= 2)
 *         printf("%g, 95%% interval %g to %g", spread.mean, spread.low, spread.high);
 *
 * The interval is mean -+ t * sd / sqrt(n), with t the 0.975 quantile of Student's distribution
 * with n - 1 degrees of freedom: exact for independent normal values, and fair for others.
 */
#ifndef SWEEP_TRIAL_SPREAD_H
#define SWEEP_TRIAL_SPREAD_H

#include <stdbool.h>
#include <stddef.h>

/** The confidence of the interval. */
#define SPREAD_CONFIDENCE 0.95

struct spread {
    size_t count; /* of values; 0: nothing else is set. 1: there is a mean and no interval */
    double mean;
    double sd;  /* with n - 1 */
    double low; /* the interval */
    double high;
    bool is_constant; /* all values are the same, bit by bit */
};

/** @param values  [count], all finite */
struct spread spread_of(const double *values, size_t count);

/** Whether there is an interval, and a value lies in it. */
bool spread_holds(const struct spread *spread, double value);

#endif
