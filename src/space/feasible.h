/*
 * What people give, and what they can expect, in a space with rules.
 *
 *     space_measure_share(space, seed, &share);     how much of it is feasible
 *     space_settle_given(space, params, err)        params that somebody wrote down
 *     space_fit(space, judge, params)               params that were recorded
 */
#ifndef SWEEP_SPACE_FEASIBLE_H
#define SWEEP_SPACE_FEASIBLE_H

#include "space/space.h"

/** Draws that were made to see how many are feasible. */
struct space_share {
    uint64_t draws;
    uint64_t feasible;
};

/** Below that a space is hard to search. */
#define SPACE_SHARE_LOW 1e-4

/**
 * Draw until enough draws were feasible for a good estimate, or nobody would wait any longer (a
 * quarter of a million).
 *
 * @return false where the rules cannot be evaluated
 */
bool space_measure_share(const struct sweep_space *space, uint64_t seed, struct space_share *share);

/**
 * The same, but end as soon as each parameter has been active: a tenth of the draws, mostly.
 *
 * @param[out] active  [space count] in how many of the feasible draws each parameter was
 */
bool space_find_active(const struct sweep_space *space, uint64_t seed, struct space_share *share,
                       uint64_t *active);

/**
 * The interval that holds the true share 19 times of 20.
 *
 * @see Wilson 1927, "Probable inference, the law of succession, and statistical inference"
 */
void space_share_interval(const struct space_share *share, double *low, double *high);

/**
 * Make params of somebody who need not know what is active: what is inactive becomes absent.
 *
 * @param[in,out] params  [space count]; SWEEP_VALUE_NONE: not given
 * @error SWEEP_BAD_INPUT when an active parameter is not given, or a constraint does not hold; the
 *        message names it
 */
bool space_settle_given(const struct sweep_space *space, struct sweep_value *params,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** What params that were recorded are in the space of today. */
enum space_fit {
    SPACE_OUTSIDE,
    SPACE_FITS_ADAPTED, /* a point of it, though their trial had other parameters */
    SPACE_FITS
};

/**
 * Find out whether params are a point of the space: each value is one that its parameter can take,
 * and they keep to the rules. Those of an earlier form of it need not be.
 *
 * A parameter with a single value that is not recorded came into the space later: the trial counts
 * as having had it. A former parameter counts for nothing where it had a single value, or was
 * inactive; with another value the trial is outside, since nothing of today's space stands for it.
 *
 * @param space             with former parameters, behind what the judge judges
 * @param[in,out] params    [space count] values that the trial counts as having had are added
 */
enum space_fit space_adapt(const struct sweep_space *space, struct sweep_judge *judge,
                           struct sweep_value *params);

/** The same for params that stay as they are. */
enum space_fit space_fit(const struct sweep_space *space, struct sweep_judge *judge,
                         const struct sweep_value *params);

/**
 * Draw what is not given, so that all that is given is active.
 *
 * @param[in,out] params  [space count]; SWEEP_VALUE_NONE: not given
 * @error SWEEP_BAD_INPUT when no draw keeps to the rules
 */
bool space_draw_missing(const struct sweep_space *space, uint64_t seed, struct sweep_value *params,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
