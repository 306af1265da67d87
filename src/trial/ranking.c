/*
 * Who is better: the one place that knows the direction of a goal.
 *
 * Not for reducing the reports of one trial: see objective.c.
 */
#include "trial/ranking.h"

/* Groups in the order in which people want to see them; the first one is ranked by value. */
enum group {
    GROUP_RANKED,
    GROUP_COMPLETE,
    GROUP_PRUNED,
    GROUP_RUNNING,
    GROUP_WAITING,
    GROUP_FAILED,
    GROUP_CANCELLED
};

static const enum group groups[] = {
    [SWEEP_TRIAL_WAITING] = GROUP_WAITING,   [SWEEP_TRIAL_RUNNING] = GROUP_RUNNING,
    [SWEEP_TRIAL_COMPLETE] = GROUP_COMPLETE, [SWEEP_TRIAL_PRUNED] = GROUP_PRUNED,
    [SWEEP_TRIAL_FAILED] = GROUP_FAILED,     [SWEEP_TRIAL_CANCELLED] = GROUP_CANCELLED,
};

static enum group group_of(const struct sweep_trial *trial)
{
    return ranking_is_eligible(trial) ? GROUP_RANKED : groups[trial->state];
}

int ranking_compare(const struct sweep_trial *a, const struct sweep_trial *b, bool maximize)
{
    enum group group_a = group_of(a);
    enum group group_b = group_of(b);

    if (group_a != group_b)
        return group_a < group_b ? -1 : 1;
    if (group_a == GROUP_RANKED && ranking_is_better(a->value, b->value, maximize))
        return -1;
    if (group_a == GROUP_RANKED && ranking_is_better(b->value, a->value, maximize))
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
