/*
 * Who is better: the one place that knows the direction of a goal.
 *
 * Not for reducing the reports of one trial: see objective.c.
 */
#include "trial/ranking.h"

/* In the order in which people want to see them, behind those that are ranked by value. */
static const enum sweep_trial_state states[] = {
    SWEEP_TRIAL_COMPLETE, SWEEP_TRIAL_PRUNED, SWEEP_TRIAL_RUNNING,
    SWEEP_TRIAL_WAITING,  SWEEP_TRIAL_FAILED, SWEEP_TRIAL_CANCELLED,
};

_Static_assert(sizeof states / sizeof states[0] == RANKING_STATES, "every state has its place");

/* The trial's place among groups: 0 is ranked by value. */
static size_t group_of(const struct sweep_trial *trial)
{
    size_t place = 0;

    if (ranking_is_eligible(trial))
        return 0;
    while (states[place] != trial->state)
        place++;
    return place + 1;
}

enum sweep_trial_state ranking_state(size_t place)
{
    return states[place];
}

int ranking_compare(const struct sweep_trial *a, const struct sweep_trial *b, bool maximize)
{
    size_t group_a = group_of(a);
    size_t group_b = group_of(b);

    if (group_a != group_b)
        return group_a < group_b ? -1 : 1;
    if (group_a == 0 && ranking_is_better(a->value, b->value, maximize))
        return -1;
    if (group_a == 0 && ranking_is_better(b->value, a->value, maximize))
        return 1;
    return (a->number > b->number) - (a->number < b->number);
}

const struct sweep_trial *ranking_best(const struct sweep_trial *trials, size_t count,
                                       bool maximize)
{
    const struct sweep_trial *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (ranking_is_eligible(&trials[i]) &&
            (!best || ranking_compare(&trials[i], best, maximize) < 0))
            best = &trials[i];
    return best;
}

bool ranking_is_eligible(const struct sweep_trial *trial)
{
    return trial->state == SWEEP_TRIAL_COMPLETE && trial->objective == SWEEP_OBJECTIVE_FINITE;
}

bool ranking_is_better(double a, double b, bool maximize)
{
    return maximize ? a > b : a < b;
}
