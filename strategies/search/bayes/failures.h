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
 * Of more than FAILURES_POINTS trials it is made of those evenly taken in order of arrival, failed
 * and others by turns.
 *
 * Ownership: as posterior_init(); what was made stays where it is, it must not be copied.
 */
#ifndef SWEEP_BAYES_FAILURES_H
#define SWEEP_BAYES_FAILURES_H

#include <stdbool.h>

#include "outcomes.h"
#include "posterior.h"

/** Trials of the model, at most. */
#define FAILURES_POINTS 512

/**
 * Model them.
 *
 * @param theta  [dimensions + KERNEL_EXTRA] of the objective
 * @return false where nothing failed, or there is no model; release it all the same
 */
bool failures_model(struct posterior *posterior, const struct embedding *embedding,
                    const struct outcomes *outcomes, const double *theta);

#endif
