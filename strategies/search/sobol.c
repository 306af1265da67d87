/*
 * Sobol search: points that fill the space evenly, however few or many are tried.
 *
 * Method: trial n is point n - 1 of Sobol's sequence (the first one too: Owen 2020, "On dropping
 * the first Sobol' point"), scrambled with one key per dimension drawn from the sweep's seed, then
 * through each parameter's quantile function. Any 2^k trials from the start have one in each of 2^k
 * equal cells of every parameter, and the sequence is chosen to fill every two parameters evenly
 * (sobol_sequence.h). A parameter that has one value only takes no dimension.
 *
 * Deviation: with rules the points that they forbid are left out: each trial's memo says which
 * point it was, and the next one that is feasible follows. In a finite space two points of the
 * sequence may be the same params; the second time they are drawn as random search draws them, so
 * that every point is given out exactly once and the sweep ends by itself (untried.h).
 *
 * Cost per ask: some thousand instructions per dimension, plus that of untried.h. Needs of the
 * space: at most SOBOL_DIMENSIONS parameters that vary.
 */
#include <stddef.h>

#include "memo.h"
#include "sobol_sequence.h"
#include "spread.h"
#include "sweep/mem.h"
#include "sweep/rng.h"
#include "sweep/strategy.h"
#include "untried.h"

/* Points of one ask; where none of so many is feasible, random draws may find one. */
#define POINTS_MAX 4096

struct sobol {
    const struct sweep_space *space;
    struct untried *untried;
};

static void *sobol_create(const struct sweep_space *space, struct sweep_error *err)
{
    size_t dimensions = spread_dimensions(space);
    if (dimensions > SOBOL_DIMENSIONS) {
        sweep_error_set(err, SWEEP_BAD_INPUT,
                        "method sobol knows %d dimensions, and this space has %zu parameters that "
                        "vary: fix some with 'value', or take method random",
                        SOBOL_DIMENSIONS, dimensions);
        return NULL;
    }
    struct untried *untried = untried_create(space, err);
    if (untried == NULL)
        return NULL;
    struct sobol *sobol = sweep_alloc(sizeof *sobol);
    sobol->space = space;
    sobol->untried = untried;
    return sobol;
}

/* @return false when no point of the sequence would do */
static bool take_point(const struct sobol *sobol, const struct sweep_ask *ask,
                       struct sweep_suggestion *out)
{
    uint64_t last;
    bool has_rules = sweep_space_has_rules(sobol->space);
    uint64_t point = ask->number - 1;
    if (has_rules)
        point = memo_read(ask->history, &last) ? last + 1 : 0;
    for (uint64_t end = point + (has_rules ? POINTS_MAX : 1); point < end; point++) {
        spread_fill(sobol->space, ask->seed, (uint32_t)point, out->params);
        if (has_rules)
            memo_write(out, point);
        if (untried_settle(sobol->untried, out->params))
            return true;
    }
    return false;
}

static enum sweep_answer sobol_ask(void *state, const struct sweep_ask *ask,
                                   struct sweep_suggestion *out)
{
    const struct sobol *sobol = state;
    if (!untried_update(sobol->untried, ask->history))
        return SWEEP_EXHAUSTED;
    if (take_point(sobol, ask, out))
        return SWEEP_SUGGESTED;
    struct sweep_rng rng;
    sweep_rng_init(&rng, ask->seed, ask->number);
    return untried_draw(sobol->untried, &rng, out->params);
}

static void sobol_free(void *state)
{
    struct sobol *sobol = state;
    if (sobol == NULL)
        return;
    untried_free(sobol->untried);
    sweep_free(sobol);
}

const struct sweep_strategy sweep_strategy_sobol = {
    .name = "sobol",
    .summary = "points that fill the space evenly; none twice where it is finite",
    .create = sobol_create,
    .ask = sobol_ask,
    .free = sobol_free,
};
