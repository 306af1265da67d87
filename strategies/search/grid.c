/*
 * Grid search: every point of a finite space once, in a fixed order.
 *
 * Method: trial n is point n - 1 in mixed radix; parameters are digits in the order of the YAML,
 * the last one changes fastest, as in nested loops. Nothing is listed or remembered: an ask costs
 * the same for 10^12 points as for ten, and history does not matter.
 *
 * Needs of the space: every parameter has finitely many values (a list, integers, or a `step`).
 */
#include <stddef.h>

#include "point.h"
#include "sweep/mem.h"
#include "sweep/strategy.h"

struct grid {
    const struct sweep_space *space;
    uint64_t points; /* UINT64_MAX: more than can ever be asked for */
};

static bool refuse_infinite(const struct sweep_space *space, struct sweep_error *err)
{
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        if (sweep_parameter_size(parameter) == 0)
            return sweep_error_set(
                err, SWEEP_BAD_INPUT,
                "method grid tries every value, but '%s' can be any number from %g to %g: give it "
                "'step' or 'values', or take method random",
                parameter->name, parameter->min, parameter->max);
    }
    return true;
}

static void *grid_create(const struct sweep_space *space, struct sweep_error *err)
{
    if (!refuse_infinite(space, err))
        return NULL;
    struct grid *grid = sweep_alloc(sizeof *grid);
    grid->space = space;
    sweep_space_size(space, &grid->points);
    return grid;
}

static enum sweep_answer grid_ask(void *state, const struct sweep_ask *ask,
                                  struct sweep_suggestion *out)
{
    const struct grid *grid = state;
    uint64_t point = ask->number - 1;
    if (point >= grid->points)
        return SWEEP_EXHAUSTED;
    point_params(grid->space, point, out->params);
    return SWEEP_SUGGESTED;
}

static void grid_free(void *state)
{
    sweep_free(state);
}

const struct sweep_strategy sweep_strategy_grid = {
    .name = "grid",
    .summary = "every point once, the last parameter changing fastest",
    .create = grid_create,
    .ask = grid_ask,
    .free = grid_free,
};
