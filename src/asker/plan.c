/*
 * Counts the trials of the row. The strategy is the asker's to ask.
 */
#include "asker/plan.h"

#include <string.h>

#include "trial/trial.h"

/* The trials of the row so far. */
struct row {
    uint64_t count;
    const struct sweep_trial *last;
};

static void count_trials(struct row *row, const struct sweep_trial *const *trials, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (trials[i]->origin != SWEEP_FROM_STRATEGY || trial_is_withdrawn(trials[i]))
            continue;
        row->count++;
        if (row->last == NULL || row->last->number < trials[i]->number)
            row->last = trials[i];
    }
}

bool plan_settle(const struct plan *plan, const struct sweep_ask *ask, struct plan_place *place,
                 struct sweep_value *params)
{
    uint64_t seeds = plan->seed != NULL ? plan->seed->choice_count : 1;
    const struct sweep_value *known = NULL;
    struct row row = {0};
    *place = (struct plan_place){.number = ask->number};
    if (plan->seed == NULL && plan->start_count == 0)
        return false;
    count_trials(&row, ask->history->finished, ask->history->finished_count);
    count_trials(&row, ask->history->pending, ask->history->pending_count);
    uint64_t block = row.count / seeds;
    place->replicate = row.count % seeds;
    if (block < plan->start_count)
        known = plan->start[block];
    else if (place->replicate > 0)
        known = row.last->params; /* the block that it began */
    else
        place->number = block - plan->start_count + 1;
    if (known != NULL)
        memcpy(params, known, sweep_space_count(plan->searched) * sizeof *params);
    return known != NULL;
}

void plan_complete(const struct plan *plan, const struct plan_place *place,
                   struct sweep_value *params)
{
    if (plan->seed != NULL)
        params[plan->seed_index] = sweep_parameter_level(plan->seed, place->replicate);
}
