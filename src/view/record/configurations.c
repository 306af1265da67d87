/*
 * Groups trials by comparing each with the first of every group: sweeps with replicates are small.
 */
#include "view/record/configurations.h"

#include "sweep/mem.h"
#include "trial/ranking.h"

/* A group in the making. */
struct group {
    const struct sweep_trial **trials; /* [count] */
    size_t count;
};

bool configurations_are_replicated(const struct record *record)
{
    return record->document.config->replicates.count > 1;
}

static struct group *find_group(const struct record *record, struct group *groups, size_t count,
                                const struct sweep_trial *trial)
{
    if (!configurations_are_replicated(record))
        return NULL;
    size_t width = sweep_space_count(record->space) - 1; /* all but the seed */
    for (size_t i = 0; i < count; i++)
        if (sweep_params_equal(groups[i].trials[0]->params, trial->params, width))
            return &groups[i];
    return NULL;
}

/* In doubling pieces of the arena: most groups have as many as there are seeds. */
static void add(struct arena *arena, struct group *group, const struct sweep_trial *trial)
{
    size_t count = group->count;
    if ((count & (count - 1)) == 0) {
        size_t room = count > 0 ? 2 * count : 1;
        const struct sweep_trial **grown =
            arena_alloc_array(arena, room, sizeof(const struct sweep_trial *));
        for (size_t i = 0; i < count; i++)
            grown[i] = group->trials[i];
        group->trials = grown;
    }
    group->trials[group->count++] = trial;
}

static struct configuration summarise(const struct record *record, const struct group *group)
{
    struct configuration configuration = {.trials = group->trials, .best = group->trials[0]};
    double *values = sweep_alloc_array(group->count, sizeof *values);
    for (size_t i = 0; i < group->count; i++) {
        const struct sweep_trial *trial = group->trials[i];
        values[i] = trial->value;
        if (ranking_compare(trial, configuration.best, record->sweep.maximize) < 0)
            configuration.best = trial;
    }
    configuration.spread = spread_of(values, group->count);
    sweep_free(values);
    return configuration;
}

static bool is_better(const struct record *record, const struct configuration *a,
                      const struct configuration *b)
{
    return b == NULL || ranking_is_better(a->spread.mean, b->spread.mean, record->sweep.maximize);
}

void configurations_take(struct configurations *list, struct record *record)
{
    size_t total = record->trials.count;
    struct group *groups = sweep_alloc_array(total, sizeof *groups);
    struct configuration *items = arena_alloc_array(&record->arena, total, sizeof *items);
    size_t count = 0;
    size_t most = 0;
    for (size_t i = 0; i < total; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        if (!ranking_is_eligible(trial))
            continue;
        struct group *group = find_group(record, groups, count, trial);
        if (group == NULL)
            group = &groups[count++];
        add(&record->arena, group, trial);
        most = group->count > most ? group->count : most;
    }
    *list = (struct configurations){.items = items,
                                    .are_replicated = configurations_are_replicated(record)};
    for (size_t i = 0; i < count; i++) {
        if (groups[i].count < most)
            continue;
        items[list->count] = summarise(record, &groups[i]);
        if (is_better(record, &items[list->count], list->best))
            list->best = &items[list->count];
        list->count++;
    }
    sweep_free(groups);
}
