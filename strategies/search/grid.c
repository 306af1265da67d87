/*
 * Grid search: every feasible point of a finite space once, in a fixed order.
 *
 * Method: parameters are digits in the order of the YAML, the last one changes fastest, as in
 * nested loops; an inactive one has one value. Without rules trial n is point n - 1 in mixed radix;
 * where others took numbers or points (params that people added), the next untried point follows,
 * and what was passed over comes at the end. With rules nobody knows the number of the n-th
 * feasible point: each trial's memo says where it was found, and the next one is looked for from
 * there. Nothing is listed: an ask costs the same for 10^12 points as for ten, plus what the rules
 * forbid in between.
 *
 * Needs of the space: every parameter has finitely many values (a list without probabilities,
 * integers, a `step`, multiples within bounds).
 */
#include <stddef.h>

#include "memo.h"
#include "sweep/mem.h"
#include "sweep/strategy.h"
#include "untried.h"

struct grid {
    const struct sweep_space *space;
    uint64_t points; /* numbers of points; UINT64_MAX: more than can ever be asked for */
    struct untried *untried;
};

static bool refuse(const struct sweep_parameter *parameter, struct sweep_error *err)
{
    switch (parameter->distribution) {
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "method grid tries every value of '%s' once, so probabilities mean "
                               "nothing: leave them out, or take method random",
                               parameter->name);
    case SWEEP_UNIFORM:
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        break;
    case SWEEP_NORMAL:
    case SWEEP_LOG_NORMAL:
    case SWEEP_BETA:
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "method grid tries every value, but '%s' has no end of them: give "
                               "it 'values', or take method random",
                               parameter->name);
    }
    return sweep_error_set(
        err, SWEEP_BAD_INPUT,
        "method grid tries every value, but '%s' can be any number from %g to %g: give it "
        "'step' or 'values', or take method random",
        parameter->name, parameter->min, parameter->max);
}

static bool check_space(const struct sweep_space *space, struct sweep_error *err)
{
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        if (sweep_parameter_size(parameter) == 0 || parameter->probabilities != NULL)
            return refuse(parameter, err);
    }
    return true;
}

static void *grid_create(const struct sweep_space *space, struct sweep_error *err)
{
    if (!check_space(space, err))
        return NULL;
    struct untried *untried = untried_create(space, err);
    if (untried == NULL)
        return NULL;
    struct grid *grid = sweep_alloc(sizeof *grid);
    grid->space = space;
    sweep_space_size(space, &grid->points);
    grid->untried = untried;
    return grid;
}

/* The point of the trial before this one, and so the first that can be next. */
static uint64_t find_start(const struct grid *grid, const struct sweep_ask *ask)
{
    uint64_t point;
    if (!sweep_space_has_rules(grid->space))
        return (ask->number - 1) % grid->points;
    if (!memo_read(ask->history, &point) || point + 1 >= grid->points)
        return 0;
    return point + 1;
}

static enum sweep_answer grid_ask(void *state, const struct sweep_ask *ask,
                                  struct sweep_suggestion *out)
{
    const struct grid *grid = state;
    if (!untried_update(grid->untried, ask->history))
        return SWEEP_EXHAUSTED;
    uint64_t point = find_start(grid, ask);
    enum sweep_answer answer = untried_walk(grid->untried, &point, out->params);
    if (answer == SWEEP_SUGGESTED && sweep_space_has_rules(grid->space))
        memo_write(out, point);
    return answer;
}

static void grid_free(void *state)
{
    struct grid *grid = state;
    if (grid == NULL)
        return;
    untried_free(grid->untried);
    sweep_free(grid);
}

const struct sweep_strategy sweep_strategy_grid = {
    .name = "grid",
    .summary = "every point once, the last parameter changing fastest",
    .create = grid_create,
    .ask = grid_ask,
    .free = grid_free,
};
