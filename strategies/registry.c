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
extern const struct sweep_strategy sweep_strategy_sobol;
extern const struct sweep_strategy sweep_strategy_bayes;
extern const struct sweep_strategy sweep_strategy_tpe;
extern const struct sweep_strategy sweep_strategy_cmaes;

static const struct sweep_strategy *const strategies[] = {
    &sweep_strategy_grid,
    &sweep_strategy_random,
    &sweep_strategy_sobol,
    &sweep_strategy_bayes,
    &sweep_strategy_tpe,
    &sweep_strategy_cmaes,
    NULL,
};

const struct sweep_strategy *sweep_strategy_find(const char *name)
{
    for (size_t i = 0; strategies[i] != NULL; i++)
        if (strcmp(strategies[i]->name, name) == 0)
            return strategies[i];
    return NULL;
}

static bool suits(const struct sweep_strategy *strategy, const struct sweep_space *space)
{
    void *state = strategy->create(space, NULL);
    bool is_fine = state != NULL;
    strategy->free(state);
    return is_fine;
}

/* Where not all points can be tried, those of sobol are at least as even as random ones from the
 * first trial on, in finite spaces too; random is left for spaces of too many dimensions. */
static const struct sweep_strategy *choose_points(const struct sweep_space *space)
{
    return suits(&sweep_strategy_sobol, space) ? &sweep_strategy_sobol : &sweep_strategy_random;
}

const struct sweep_strategy *sweep_strategy_choose(const struct sweep_space *space, uint64_t trials,
                                                   const char **why)
{
    uint64_t points;
    const struct sweep_strategy *chosen = choose_points(space);
    enum sweep_count count = sweep_space_count_points(space, SWEEP_COUNT_STEPS, &points);
    bool is_finite = count != SWEEP_COUNT_INFINITE;
    if (is_finite && trials > 0 && points <= trials && suits(&sweep_strategy_grid, space)) {
        *why = "the budget covers every point of the space";
        return &sweep_strategy_grid;
    }
    if (chosen == &sweep_strategy_random)
        *why = "the space has too many dimensions for sobol";
    else if (!is_finite)
        *why = "the space is infinite, and these points fill it more evenly than random ones";
    else if (trials == 0)
        *why = "without a budget, these points cover the space evenly whenever you stop";
    else
        *why = "the space has more points than the budget, and these are spread evenly";
    return chosen;
}

const struct sweep_strategy *const *sweep_strategies(void)
{
    return strategies;
}
