/*
 * Many reports, one value: each reduction is one row of a table.
 *
 * Not for comparing trials: see ranking.c.
 */
#include "trial/objective.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "sweep/mem.h"
#include "trial/ranking.h"

/* Whether a report replaces the chosen one. NaN is chosen only while there is nothing else, and a
 * tie keeps the first: training longer for the same value is no gain. */
static bool is_improvement(const struct objective *objective, double value, bool maximize)
{
    if (isnan(value))
        return objective->reports == 0;
    return objective->reports == 0 || isnan(objective->value) ||
           ranking_is_better(value, objective->value, maximize);
}

static void choose(struct objective *objective, double value, int64_t step)
{
    objective->value = value;
    objective->step = step;
}

static void reduce_best(struct objective *objective, double value, int64_t step)
{
    if (is_improvement(objective, value, objective->settings.maximize))
        choose(objective, value, step);
}

static void reduce_min(struct objective *objective, double value, int64_t step)
{
    if (is_improvement(objective, value, false))
        choose(objective, value, step);
}

static void reduce_max(struct objective *objective, double value, int64_t step)
{
    if (is_improvement(objective, value, true))
        choose(objective, value, step);
}

/* The mean of a window with a NaN in it is NaN: a run that diverged is not averaged away. */
static void reduce_mean(struct objective *objective, double value, int64_t step)
{
    uint32_t window = objective->settings.window;
    uint64_t count = objective->reports < window ? objective->reports + 1 : window;
    /* A power of two is exact. A window's sum of largest doubles then is one, also where long
     * double is no wider than double. */
    const long double scale = 0x1p-32L;
    long double sum = 0;

    objective->recent[objective->reports % window] = value;
    for (uint64_t i = 0; i < count; i++)
        sum += (long double)objective->recent[i] * scale;
    choose(objective, (double)(sum / (long double)count / scale), step);
}

static void (*const reductions[])(struct objective *, double, int64_t) = {
    [REDUCE_BEST] = reduce_best, [REDUCE_LAST] = choose,      [REDUCE_MIN] = reduce_min,
    [REDUCE_MAX] = reduce_max,   [REDUCE_MEAN] = reduce_mean,
};

void objective_init(struct objective *objective, const struct objective_settings *settings)
{
    *objective = (struct objective){.settings = *settings,
                                    .value = NAN,
                                    .step = SWEEP_STEP_NONE,
                                    .last = NAN,
                                    .last_step = SWEEP_STEP_NONE};
    if (settings->reduce == REDUCE_MEAN) {
        assert(settings->window >= 1 && settings->window <= OBJECTIVE_WINDOW_MAX);
        objective->recent = sweep_alloc_array(settings->window, sizeof *objective->recent);
    }
}

void objective_release(struct objective *objective)
{
    if (!objective)
        return;
    sweep_free(objective->recent);
    objective->recent = NULL;
}

void objective_reset(struct objective *objective)
{
    const struct objective_settings settings = objective->settings;

    objective_release(objective);
    objective_init(objective, &settings);
}

void objective_report(struct objective *objective, double value, int64_t step)
{
    if (step == SWEEP_STEP_NONE)
        step = (int64_t)objective->reports + 1;
    reductions[objective->settings.reduce](objective, value, step);
    objective->last = value;
    objective->last_step = step;
    objective->reports++;
}

enum sweep_objective_kind objective_kind(double value)
{
    if (isnan(value))
        return SWEEP_OBJECTIVE_NAN;
    if (isinf(value))
        return value > 0 ? SWEEP_OBJECTIVE_POSITIVE_INFINITE : SWEEP_OBJECTIVE_NEGATIVE_INFINITE;
    return SWEEP_OBJECTIVE_FINITE;
}

void objective_result(const struct objective *objective, struct sweep_trial *trial)
{
    trial->objective = objective->reports ? objective_kind(objective->value) : SWEEP_OBJECTIVE_NONE;
    trial->value = objective->value;
    trial->step = objective->step;
    trial->last = objective->last;
}
