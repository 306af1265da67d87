/*
 * How far the model can be trusted: trials are predicted from the others, and influences are
 * measured again without them.
 *
 *     skill = skill_measure(&fitted, &influences, &whole, estimates);
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

#include "fitted.h"
#include "influence.h"

/** Something measured, and its 95% interval. */
struct skill_estimate {
    double value;
    double low;
    double high;
};

/** Of one dimension, as shares of V. */
struct skill_influence {
    struct skill_estimate alone;
    struct skill_estimate total;
};

/** What came out with all trials. */
struct skill_whole {
    const struct influence *influences; /* [dimensions] */
    double variance;                    /* V */
};

/**
 * Measure.
 *
 * V stays what it is with all trials: what is not known of one parameter shall not make those
 * beside it uncertain.
 *
 * @param model     of all trials, at least 3
 * @param[out] out  [dimensions]
 * @return the share of the variance of trials that was predicted [0, 1]
 */
double skill_measure(const struct fitted *model, struct influences *influences,
                     const struct skill_whole *whole, struct skill_influence *out);

#endif
