/*
 * At whose expense an attempt ended: what the scheduler counts, and `show` explains.
 *
 *     if (expense_is_lost(&outcome)) ...      the machine's: up to EXPENSE_LOST_MAX more attempts
 *
 * At most one of them holds, but for an outcome that contradicts itself. None holds for one that
 * ended well, was stopped, or that no other attempt will change, such as a missing module.
 */
#ifndef SWEEP_TRIAL_EXPENSE_H
#define SWEEP_TRIAL_EXPENSE_H

#include <stdbool.h>

#include "trial/attempt.h"

/** So many attempts of a trial may be lost before it has failed. */
#define EXPENSE_LOST_MAX 5

/** The machine's: it vanished, the disk is full, its GPU is broken. */
bool expense_is_lost(const struct attempt_outcome *outcome);

/** Nobody's: it saved itself, to be started again. */
bool expense_is_saved(const struct attempt_outcome *outcome);

/** It ran out of the memory of a GPU, which others may have had too. */
bool expense_is_crowded(const struct attempt_outcome *outcome);

/** Its own, and another attempt may fare better: trial.retries counts these. */
bool expense_is_failed(const struct attempt_outcome *outcome);

#endif
