/*
 * Where trials fail: a regression on labels, 1 where a trial had a value and -1 where it failed.
 *
 *     struct posterior failures;
 *     if (failures_model(&failures, embedding, &outcomes, theta)) ...
 *     posterior_release(&failures);
 *
 * Lengthscales are those of the objective, since what changes the value is what may break the
 * trial; they are not made very short by it.
 *
 * Ownership: as posterior_init().
 */
#ifndef SWEEP_BAYES_FAILURES_H
#define SWEEP_BAYES_FAILURES_H

#include <stdbool.h>

#include "outcomes.h"
#include "posterior.h"

/**
 * Model them.
 *
 * @param theta  [dimensions + KERNEL_EXTRA] of the objective
 * @return false where nothing failed, or there is no model; release it all the same
 */
bool failures_model(struct posterior *posterior, const struct embedding *embedding,
                    const struct outcomes *outcomes, const double *theta);

#endif
