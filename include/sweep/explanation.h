/*
 * What a strategy's model has learnt, for people.
 *
 *     struct sweep_influence influences[sweep_space_count(space)];
 *     struct sweep_explanation explanation = {.influences = influences};
 *     strategy->explain(state, &ask, &explanation);
 *     if (explanation.basis == SWEEP_BASIS_MODEL)
 *         printf("%.0f%%\n", 100 * influences[0].share);
 *
 * The caller says what is wanted by the arrays that it gives; whatever is not there is not
 * computed. Values are in the unit of the objective and in the person's own direction, as in
 * sweep_trial. All of it follows from space, history and seed alone.
 *
 * An interval holds 95 of 100 times, as far as the model is right. `low` is below `high` whatever
 * the goal is.
 *
 * Ownership: all arrays are the caller's; values point into the space.
 */
#ifndef SWEEP_EXPLANATION_H
#define SWEEP_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/space.h"

/** What an explanation stands on. */
enum sweep_basis {
    SWEEP_BASIS_NONE, /* too few trials have a value: nothing else is set but the counts */
    SWEEP_BASIS_FLAT, /* all values are the same: the same */
    SWEEP_BASIS_MODEL
};

/** What is expected of one configuration. */
struct sweep_forecast {
    double middle; /* of where its true value lies, without the luck of one trial */
    double low;    /* where the true value lies */
    double high;
    double trial_low; /* where the value of one trial of it lies: noise included */
    double trial_high;
    double success;   /* probability that a trial does not fail [0, 1] */
    double gain;      /* by how much it is expected to be better than the incumbent [>= 0] */
    double chance;    /* probability that it is better by `margin` at least [0, 1] */
    uint64_t nearest; /* the trial with a value that is most like it */
    double likeness;  /* to that: correlation of their values [0, 1] */
};

/** Levels of one parameter that are looked at, at most. */
#define SWEEP_LEVELS_MAX 12

/** The objective at one level of a parameter, averaged over all else. */
struct sweep_level {
    struct sweep_value value;
    double mean;
};

/** How much one parameter matters, by what the model predicts all over the space. */
struct sweep_influence {
    double share; /* of the variance of predictions: due to this parameter alone [0, 1] */
    double share_low;
    double share_high;
    double total; /* the same, together with other parameters (interactions) [0, 1] */
    double total_low;
    double total_high;
    struct sweep_level levels[SWEEP_LEVELS_MAX]; /* [level_count] in the parameter's own order */
    size_t level_count;                          /* 0: it does not vary, or was never active */
};

struct sweep_explanation {
    /* what is wanted */
    const struct sweep_value *const *points; /* [point_count] each [space count], feasible */
    size_t point_count;
    struct sweep_forecast *forecasts;   /* [point_count] */
    struct sweep_influence *influences; /* [space count], or NULL */
    struct sweep_value *best; /* [space count], or NULL: where the best value is predicted */

    /* the answer */
    enum sweep_basis basis;
    bool is_start;   /* an ask with this history is answered without the model */
    size_t known;    /* trials with a value */
    size_t failures; /* trials that failed by what they were given */
    double skill;    /* share of the variance of trials that was predicted from other trials [0, 1];
                        only with `influences` */
    double noise;    /* standard deviation of the value of one configuration, run again and again */
    double margin; /* what counts as better: a hundredth of the way from the incumbent to the worst
                      tenth */
    uint64_t incumbent; /* the trial with the best predicted value */
    struct sweep_forecast of_incumbent;
    struct sweep_forecast of_best; /* only with `best` */
};

#endif
