/*
 * Several thetas in place of the most likely one: how much is not known of the model itself.
 *
 *     struct thetas thetas;
 *     thetas_init(&thetas, theta, size);       the most likely one first
 *     thetas_draw(&thetas, evidence, embedding, &rng, 8);
 *     thetas_release(&thetas);
 *
 * Draws from the normal distribution that the posterior density resembles at its top, weighted by
 * how the density is there in truth. The bend of values is left as it is, so that all of them speak
 * of the same scale.
 *
 * Cost: size + count evaluations of the density and its slopes.
 *
 * Ownership: init and release; the evidence is borrowed for each call.
 *
 * @see De Ath, Everson and Fieldsend 2021, "How Bayesian should Bayesian optimisation be?" (that it
 *      pays); Rasmussen and Williams 2006, section 3.4 (Laplace's approximation)
 */
#ifndef SWEEP_BAYES_THETAS_H
#define SWEEP_BAYES_THETAS_H

#include <stddef.h>

#include "evidence.h"
#include "sweep/rng.h"

struct thetas {
    size_t size;         /* of one */
    size_t count;        /* at least 1 */
    double *values;      /* [count x size] */
    double *log_weights; /* [count] that of the first is 0 */
};

/** @param theta  [size] the most likely one */
void thetas_init(struct thetas *thetas, const double *theta, size_t size);

void thetas_release(struct thetas *thetas);

/** Add draws around the first. */
void thetas_draw(struct thetas *thetas, struct evidence *evidence,
                 const struct embedding *embedding, struct sweep_rng *rng, size_t count);

#endif
