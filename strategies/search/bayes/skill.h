/*
 * How far the model can be trusted: trials are predicted from the others, and shares are measured
 * again without them.
 *
 *     skill = skill_measure(&model, &influences, whole, estimates);
 *
 * Trials are dealt into parts; each part in turn is left out of the model. So what is said of a
 * parameter comes with how much it depends on which trials there happen to be.
 *
 * Ownership: everything is borrowed for the call.
 *
 * @see Efron and Stein 1981, "The jackknife estimate of variance"
 */
#ifndef SWEEP_BAYES_SKILL_H
#define SWEEP_BAYES_SKILL_H

#include "influence.h"
#include "outcomes.h"

/** Something measured, and half of its 95% interval. */
struct skill_estimate {
    double value;
    double half;
};

/** Of one dimension. */
struct skill_influence {
    struct skill_estimate share;
    struct skill_estimate total;
};

/** A model that is there, of all of them. */
struct skill_model {
    const struct outcomes *outcomes; /* at least 3 known ones */
    const double *theta;             /* [dimensions + KERNEL_EXTRA] */
};

/**
 * Measure.
 *
 * @param whole     [dimensions] what came out with all trials
 * @param[out] out  [dimensions]
 * @return the share of the variance of trials that was predicted [0, 1]
 */
double skill_measure(const struct skill_model *model, struct influences *influences,
                     const struct influence *whole, struct skill_influence *out);

#endif
