/*
 * The order of trials for people: best first.
 *
 * Complete trials with a finite value by value, ties by number; then complete ones without one,
 * then pruned, running, waiting, failed, cancelled, each by number. Only the first group is ever
 * best.
 */
#ifndef SWEEP_TRIAL_RANKING_H
#define SWEEP_TRIAL_RANKING_H

#include <stdbool.h>
#include <stddef.h>

#include "sweep/trial.h"

/** The order of two trials: below 0 when `a` comes first, never 0 for two numbers. */
int ranking_compare(const struct sweep_trial *a, const struct sweep_trial *b, bool maximize);

/** The states of the trials that cannot be best, in this order. */
#define RANKING_STATES (SWEEP_TRIAL_CANCELLED + 1)

/** The state of those that come at `place` [0, RANKING_STATES) behind the ones with a value. */
enum sweep_trial_state ranking_state(size_t place);

/** The best of trials [count], or NULL when none has a finite value. */
const struct sweep_trial *ranking_best(const struct sweep_trial *trials, size_t count,
                                       bool maximize);

/** Whether a trial may be best at all. */
bool ranking_is_eligible(const struct sweep_trial *trial);

/** Whether `a` is strictly better than `b` in the direction of the goal. */
bool ranking_is_better(double a, double b, bool maximize);

#endif
