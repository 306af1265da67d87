/*
 * Which number of each capture goes with a trial's objective.
 *
 * Not for reading reports: see load.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/connection.h"
#include "sweep/mem.h"

/* The reports of one trial and the one of its objective that was chosen. */
struct curves {
    struct store_reports reports;
    const char *objective; /* name, or NULL */
    size_t objective_count;
    size_t chosen_index;     /* among the objective's reports, from 1; 0: none */
    uint64_t chosen_arrival; /* reports up to here had come in by then */
    int64_t step;            /* of the trial */
};

/* What was reported before the trial began anew belongs to no model that there still is. */
static void drop_what_does_not_count(struct store_reports *reports)
{
    size_t kept = 0;

    for (size_t i = 0; i < reports->count; i++)
        if (reports->items[i].counts)
            reports->items[kept++] = reports->items[i];
    reports->count = kept;
}

static bool is_objective(const struct curves *curves, const struct store_report *report)
{
    return curves->objective && strcmp(report->metric, curves->objective) == 0;
}

/* The last report at the trial's step, so that an epoch repeated after a restart counts with what
 * came of it. Reports without a step are counted, as the objective's reduction counts them. */
static void find_chosen(struct curves *curves)
{
    for (size_t i = 0; i < curves->reports.count; i++) {
        const struct store_report *report = &curves->reports.items[i];

        if (!is_objective(curves, report))
            continue;
        curves->objective_count++;
        int64_t step =
            report->step == SWEEP_STEP_NONE ? (int64_t)curves->objective_count : report->step;

        if (step == curves->step) {
            curves->chosen_index = curves->objective_count;
            curves->chosen_arrival = report->arrival;
        }
    }
}

/*
 * Take the report that goes with the chosen step: with steps, the newest of the greatest step up to
 * it; without, the one of the same count where the metric comes as often as the objective (once per
 * epoch, say), else the last that had come in by then.
 */
static const struct store_report *pick(const struct curves *curves, const char *metric)
{
    const struct store_report *by_step = NULL;
    const struct store_report *by_count = NULL;
    const struct store_report *by_arrival = NULL;
    size_t count = 0;

    for (size_t i = 0; i < curves->reports.count; i++) {
        const struct store_report *report = &curves->reports.items[i];

        if (strcmp(report->metric, metric) != 0)
            continue;
        count++;
        if (report->step != SWEEP_STEP_NONE && report->step <= curves->step &&
            (!by_step || report->step >= by_step->step))
            by_step = report;
        if (count == curves->chosen_index)
            by_count = report;
        if (report->arrival <= curves->chosen_arrival)
            by_arrival = report;
    }
    if (by_step)
        return by_step;
    return count == curves->objective_count ? by_count : by_arrival;
}

static int compare_names(const void *a, const void *b)
{
    const struct store_captured *left = a;
    const struct store_captured *right = b;

    return strcmp(left->metric, right->metric);
}

static bool is_listed(const struct store_captures *captures, const char *metric)
{
    for (size_t i = 0; i < captures->count; i++)
        if (strcmp(captures->items[i].metric, metric) == 0)
            return true;
    return false;
}

static void collect(const struct curves *curves, struct arena *arena, struct store_captures *out)
{
    struct store_captures names = {0};
    size_t capacity = 0;

    for (size_t i = 0; i < curves->reports.count; i++) {
        const char *metric = curves->reports.items[i].metric;

        if (is_objective(curves, &curves->reports.items[i]) || is_listed(&names, metric))
            continue;
        names.items = array_reserve(names.items, names.count + 1, &capacity, sizeof *names.items);
        names.items[names.count++] = (struct store_captured){.metric = metric};
    }
    *out =
        (struct store_captures){.items = arena_alloc_array(arena, names.count, sizeof *out->items)};
    for (size_t i = 0; i < names.count; i++) {
        const struct store_report *report = pick(curves, names.items[i].metric);

        if (report)
            out->items[out->count++] =
                (struct store_captured){names.items[i].metric, report->value};
    }
    sweep_free(names.items);
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, compare_names);
}

static bool load_objective(struct store *store, struct arena *arena, const char **out,
                           struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_LOAD_OBJECTIVE, err))
        return false;
    const char *name = statement_next(&s) ? statement_text(&s) : NULL;

    *out = name ? arena_strdup(arena, name) : NULL;
    return statement_end(&s, err);
}

bool store_load_captures(struct store *store, struct arena *arena, const struct sweep_trial *trial,
                         struct store_captures *out, struct sweep_error *err)
{
    struct curves curves = {.step = trial->step};

    if (!load_objective(store, arena, &curves.objective, err) ||
        !store_load_reports(store, arena, trial->number, NULL, &curves.reports, err))
        return false;
    drop_what_does_not_count(&curves.reports);
    find_chosen(&curves);
    collect(&curves, arena, out);
    return store_load_gpus(store, arena, (struct attempt_key){trial->number, trial->attempts},
                           &out->gpus, err) &&
           store_load_trial_usage(store, trial->number, &out->usage, err);
}
