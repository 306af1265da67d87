/*
 * Where the model predicts the best value: the lowest mean, among points that it does not expect to
 * fail.
 *
 *     deepest_find(&models, &outcomes, judge, params);
 *
 * It may be a point that was tried. Points of Sobol's sequence and all trials are looked at; from
 * the best of them each parameter is moved alone, by steps that become smaller, until nothing is
 * gained.
 *
 * Ownership: everything is borrowed for the call.
 *
 * @see Hooke and Jeeves 1961, "'Direct search' solution of numerical and statistical problems"
 */
#ifndef SWEEP_BAYES_DEEPEST_H
#define SWEEP_BAYES_DEEPEST_H

#include "outcomes.h"
#include "posterior.h"

/** What is known of a point. */
struct deepest_models {
    const struct posterior *objective;
    const struct posterior *failures; /* NULL: nothing has failed */
};

/**
 * Find it.
 *
 * @param outcomes     those of the model
 * @param[out] params  [space count] feasible
 */
void deepest_find(const struct deepest_models *models, const struct outcomes *outcomes,
                  struct sweep_judge *judge, struct sweep_value *params);

#endif
