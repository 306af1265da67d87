/*
 * The table of all strategies, in the order of the help text, and what `auto` stands for.
 *
 * A new strategy is one line here and one file or folder of its own.
 */
#include <stdint.h>
#include <string.h>

#include "sweep/strategy.h"

extern const struct sweep_strategy sweep_strategy_grid;
extern const struct sweep_strategy sweep_strategy_random;

static const struct sweep_strategy *const strategies[] = {
    &sweep_strategy_grid,
    &sweep_strategy_random,
    NULL,
};

const struct sweep_strategy *sweep_strategy_find(const char *name)
{
    for (size_t i = 0; strategies[i] != NULL; i++)
        if (strcmp(strategies[i]->name, name) == 0)
            return strategies[i];
    return NULL;
}

const struct sweep_strategy *sweep_strategy_choose(const struct sweep_space *space, uint64_t trials,
                                                   const char **why)
{
    uint64_t points;
    if (!sweep_space_size(space, &points)) {
        *why = "the space has infinitely many points";
        return &sweep_strategy_random;
    }
    if (trials == 0) {
        *why = "without a budget, draws cover the space evenly whenever you stop";
        return &sweep_strategy_random;
    }
    if (points > trials) {
        *why = "the space has more points than the budget";
        return &sweep_strategy_random;
    }
    *why = "the budget covers every point of the space";
    return &sweep_strategy_grid;
}

const struct sweep_strategy *const *sweep_strategies(void)
{
    return strategies;
}
