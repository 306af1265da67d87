/*
 * The table of all strategies, in the order of the help text, and what `auto` stands for.
 *
 * A new strategy is one line here and one file or folder of its own.
 */
#include <stdint.h>
#include <string.h>

#include "sweep/strategy.h"

/* A budget that leaves some trials to what the first ones have taught. */
#define LEARNT_MIN 10

/* Above, a model of at most 1,024 trials leaves out most of them. */
#define MODELLED_MAX 5000

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

/* Where nothing can be learnt, sobol's points are at least as even as random ones from the first
 * trial on, in finite spaces too; random is left for spaces of too many dimensions. */
static const struct sweep_strategy *choose_points(const struct sweep_space *space, const char **why)
{
    if (!suits(&sweep_strategy_sobol, space)) {
        *why = "the space has too many dimensions for sobol";
        return &sweep_strategy_random;
    }
    *why = "these points cover the space evenly, however many are tried";
    return &sweep_strategy_sobol;
}

/* Bayes was ahead of the others in most of what was measured (README.md); tpe has no ceiling of its
 * own on dimensions, and uses all trials. */
static const struct sweep_strategy *choose_learner(const struct sweep_space *space, uint64_t trials,
                                                   const char **why)
{
    if (!suits(&sweep_strategy_bayes, space)) {
        *why = "the space has too many dimensions for bayes";
        return &sweep_strategy_tpe;
    }
    if (trials > MODELLED_MAX) {
        *why = "of so many trials bayes would model only a part";
        return &sweep_strategy_tpe;
    }
    *why = "what each trial comes to says where to look next";
    return &sweep_strategy_bayes;
}

const struct sweep_strategy *sweep_strategy_choose(const struct sweep_space *space, uint64_t trials,
                                                   bool has_objective, const char **why)
{
    uint64_t points;
    enum sweep_count count = sweep_space_count_points(space, SWEEP_COUNT_STEPS, &points);
    bool is_finite = count != SWEEP_COUNT_INFINITE;
    if (is_finite && trials > 0 && points <= trials && suits(&sweep_strategy_grid, space)) {
        *why = "the budget covers every point of the space";
        return &sweep_strategy_grid;
    }
    const struct sweep_strategy *chosen = choose_points(space, why);
    if (!has_objective)
        return chosen;
    if (trials == 0 || trials >= LEARNT_MIN)
        return choose_learner(space, trials, why);
    if (chosen == &sweep_strategy_sobol)
        *why = "the budget is too small to learn from, and these points are spread evenly";
    return chosen;
}

const struct sweep_strategy *const *sweep_strategies(void)
{
    return strategies;
}
