/*
 * Random search: independent draws, never the same point twice where the space is finite.
 *
 * Method: Bergstra and Bengio 2012, "Random search for hyper-parameter optimization". Trial n
 * draws one number of stream (seed, n) per parameter, through the parameter's quantile function.
 *
 * Deviation: what the rules of the space forbid is drawn again from the same stream, so that
 * feasible points are as likely among each other as without rules; in a finite space every point is
 * given out exactly once and the sweep ends by itself (untried.h, which also says what an ask
 * costs). Needs nothing of the space.
 */
#include <stddef.h>

#include "sweep/rng.h"
#include "sweep/strategy.h"
#include "untried.h"

static void *random_create(const struct sweep_space *space, struct sweep_error *err)
{
    return untried_create(space, err);
}

static enum sweep_answer random_ask(void *state, const struct sweep_ask *ask,
                                    struct sweep_suggestion *out)
{
    struct untried *untried = state;
    struct sweep_rng rng;
    if (!untried_update(untried, ask->history))
        return SWEEP_EXHAUSTED;
    sweep_rng_init(&rng, ask->seed, ask->number);
    return untried_draw(untried, &rng, out->params);
}

static void random_free(void *state)
{
    untried_free(state);
}

const struct sweep_strategy sweep_strategy_random = {
    .name = "random",
    .summary = "independent draws; no point twice where the space is finite",
    .create = random_create,
    .ask = random_ask,
    .free = random_free,
};
