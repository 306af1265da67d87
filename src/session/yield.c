/*
 * Counts what the extractor finds. Words about it are proposal.c's and those of the commands.
 */
#include "session/yield.h"

#include <math.h>
#include <string.h>

#include "sweep/mem.h"

bool yield_init(struct yield *yield, const struct run_settings *run, struct sweep_error *err)
{
    struct extractor_pattern *patterns = sweep_alloc_array(run->pattern_count, sizeof *patterns);

    *yield = (struct yield){.run = run};
    for (size_t i = 0; i < run->pattern_count; i++)
        patterns[i] = (struct extractor_pattern){run->patterns[i].name, run->patterns[i].pattern};
    yield->extractor = extractor_create(patterns, run->pattern_count, err);
    sweep_free(patterns);
    if (yield->extractor == NULL)
        return false;
    extractor_set_step(yield->extractor, run->step_pattern);
    yield->census = census_create();
    yield->series = sweep_alloc_array(run->pattern_count, sizeof *yield->series);
    if (run->has_objective)
        objective_init(&yield->objective, &run->objective);
    return true;
}

void yield_release(struct yield *yield)
{
    extractor_free(yield->extractor);
    census_free(yield->census);
    sweep_free(yield->series);
    objective_release(&yield->objective);
    *yield = (struct yield){0};
}

static void count_number(struct yield_series *series, const struct extractor_found *found)
{
    struct yield_point point = {found->value, found->step};

    if (point.step == SWEEP_STEP_NONE)
        point.step = (int64_t)series->count + 1;
    if (series->count == 0) {
        series->first = point;
        series->min = found->value;
        series->max = found->value;
    }
    series->last = point;
    series->min = fmin(series->min, found->value);
    series->max = fmax(series->max, found->value);
    series->count++;
}

static void count_refused(struct yield_series *series, struct strview text)
{
    size_t size = text.size < sizeof series->example ? text.size : sizeof series->example - 1;

    if (series->refused++ == 0)
        memcpy(series->example, text.data, size);
}

static void count(struct yield *yield, const struct extractor_found *found)
{
    struct yield_series *series = &yield->series[found->pattern];

    switch (found->kind) {
    case EXTRACTOR_NUMBER:
        count_number(series, found);
        if (yield->run->has_objective && found->pattern == yield->run->objective_pattern)
            objective_report(&yield->objective, found->value, found->step);
        break;
    case EXTRACTOR_NOT_A_NUMBER:
    case EXTRACTOR_TOO_LARGE:
        count_refused(series, found->text);
        break;
    case EXTRACTOR_SWITCHED_OFF:
        series->is_switched_off = true;
        break;
    }
}

static void take(struct yield *yield, const struct extractor_found *found)
{
    count(yield, found);
    if (yield->taker.take != NULL)
        yield->taker.take(yield->taker.context, found);
}

static void take_all(struct yield *yield)
{
    struct extractor_found found;

    while (extractor_next(yield->extractor, &found))
        if (!yield->series[found.pattern].is_logged)
            take(yield, &found);
}

static void take_number(struct yield *yield, size_t pattern, double value, int64_t step)
{
    const struct extractor_found found = {
        .kind = EXTRACTOR_NUMBER, .pattern = pattern, .value = value, .step = step};

    take(yield, &found);
}

static void log_pattern(struct yield *yield, size_t pattern, const struct wandb_number *number)
{
    struct yield_series *series = &yield->series[pattern];

    if (number->is_summary) {
        series->has_summary = true;
        series->summary = number->value;
        return;
    }
    series->is_logged = true;
    take_number(yield, pattern, number->value, number->step);
}

void yield_log(struct yield *yield, const struct wandb_number *number)
{
    if (!number->is_summary)
        census_log(yield->census, number->name, number->value);
    for (size_t i = 0; i < yield->run->pattern_count; i++)
        if (yield->run->patterns[i].pattern == NULL &&
            strview_is(number->name, yield->run->patterns[i].name))
            log_pattern(yield, i, number);
}

const char *yield_step_name(const struct run_settings *run)
{
    return run->step_pattern >= 0 ? run->patterns[run->step_pattern].name : NULL;
}

void yield_feed(struct yield *yield, const void *data, size_t size)
{
    census_feed(yield->census, data, size);
    extractor_feed(yield->extractor, data, size);
    take_all(yield);
}

void yield_end(struct yield *yield)
{
    census_end(yield->census);
    extractor_end(yield->extractor);
    take_all(yield);
    for (size_t i = 0; i < yield->run->pattern_count; i++)
        if (yield->series[i].has_summary && yield->series[i].count == 0)
            take_number(yield, i, yield->series[i].summary, SWEEP_STEP_NONE);
}

const struct yield_series *yield_objective(const struct yield *yield)
{
    return yield->run->has_objective ? &yield->series[yield->run->objective_pattern] : NULL;
}

bool yield_lacks_objective(const struct yield *yield)
{
    return yield->run->has_objective && yield_objective(yield)->count == 0;
}
