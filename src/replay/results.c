/*
 * From trials to means. In words they are report.c's.
 */
#include "replay/results.h"

#include <stdlib.h>

#include "space/space.h"
#include "sweep/mem.h"
#include "trial/ranking.h"
#include "trial/trial.h"

/* Of trials with the same configuration and seed (a retry is one) the one that came out counts. */
static const struct sweep_trial *better_of(const struct sweep_trial *a, const struct sweep_trial *b)
{
    if (a == NULL || ranking_is_eligible(a))
        return a == NULL ? b : a;
    return b;
}

static const struct sweep_trial *find_cell(const struct results *results,
                                           const struct sweep_value *start, uint32_t seed)
{
    const struct record *record = results->record;
    size_t count = sweep_space_count(record->document.config->searched);
    const struct sweep_trial *found = NULL;
    for (size_t i = 0; i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        if (record_trial_seed(record, trial) == seed &&
            sweep_params_equal(trial->params, start, count))
            found = better_of(found, trial);
    }
    return found;
}

static void find_cells(struct results *results, struct results_row *row,
                       const struct sweep_value *start)
{
    const struct replay *replay = results->replay;
    struct arena *arena = &results->record->arena;
    const struct sweep_trial **cells =
        arena_alloc_array(arena, replay->seed_count, sizeof(const struct sweep_trial *));
    for (size_t k = 0; k < replay->seed_count; k++)
        cells[k] = find_cell(results, start, replay->seeds[k]);
    row->cells = cells;
}

static void summarise(const struct results *results, struct results_row *row)
{
    size_t seeds = results->replay->seed_count;
    bool maximize = results->record->sweep.maximize;
    double *values = sweep_alloc_array(seeds, sizeof *values);
    size_t count = 0;
    for (size_t k = 0; k < seeds; k++) {
        const struct sweep_trial *trial = row->cells[k];
        if (trial == NULL || !trial_is_finished(trial->state))
            row->left++;
        else if (ranking_is_eligible(trial))
            values[count++] = trial->value;
        else
            row->failed++;
    }
    row->spread = spread_of(values, count);
    sweep_free(values);
    if (count < 2 || !ranking_is_eligible(row->origin))
        return;
    double low = row->spread.low;
    double high = row->spread.high;
    row->is_lucky = ranking_is_better(row->origin->value, maximize ? high : low, maximize);
    row->is_unlucky = ranking_is_better(maximize ? low : high, row->origin->value, maximize);
}

/* Those without a mean last; ties in the order of the sweep, which is that of `a` and `b`. */
static bool is_before(const struct results *results, const struct results_row *a,
                      const struct results_row *b)
{
    if (a->spread.count == 0 || b->spread.count == 0)
        return a->spread.count > 0;
    return ranking_is_better(a->spread.mean, b->spread.mean, results->record->sweep.maximize);
}

/* By insertion: there are few. */
static void rank(struct results *results)
{
    for (size_t i = 1; i < results->count; i++) {
        struct results_row row = results->rows[i];
        size_t k = i;
        for (; k > 0 && is_before(results, &row, &results->rows[k - 1]); k--)
            results->rows[k] = results->rows[k - 1];
        results->rows[k] = row;
    }
}

/* Common seeds make common luck: what both have of it is no part of their difference. */
static void compare_first_two(struct results *results)
{
    size_t seeds = results->replay->seed_count;
    double sign = results->record->sweep.maximize ? 1 : -1;
    if (results->count < 2)
        return;
    double *differences = sweep_alloc_array(seeds, sizeof *differences);
    size_t count = 0;
    for (size_t k = 0; k < seeds; k++) {
        const struct sweep_trial *a = results->rows[0].cells[k];
        const struct sweep_trial *b = results->rows[1].cells[k];
        if (a != NULL && b != NULL && ranking_is_eligible(a) && ranking_is_eligible(b))
            differences[count++] = sign * (a->value - b->value);
    }
    results->lead = spread_of(differences, count);
    results->are_told_apart = count >= 2 && !spread_holds(&results->lead, 0);
    sweep_free(differences);
}

static bool find_ignorance(const struct results *results)
{
    bool is_seen = false;
    for (size_t i = 0; i < results->count; i++) {
        const struct spread *spread = &results->rows[i].spread;
        if (spread->count >= 2 && !spread->is_constant)
            return false;
        is_seen = is_seen || spread->count >= 2;
    }
    return is_seen;
}

void results_take(struct results *results, const struct replay *replay, struct record *record)
{
    const struct config *config = record->document.config;
    *results = (struct results){.replay = replay, .record = record, .count = replay->trial_count};
    results->rows = arena_alloc_array(&record->arena, results->count, sizeof *results->rows);
    for (size_t i = 0; i < results->count; i++) {
        results->rows[i].origin = replay->trials[i];
        find_cells(results, &results->rows[i], config->start[i]);
        summarise(results, &results->rows[i]);
    }
    rank(results);
    compare_first_two(results);
    results->ignores_seed = find_ignorance(results);
}

bool results_are_complete(const struct results *results)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->rows[i].left > 0)
            return false;
    return true;
}
