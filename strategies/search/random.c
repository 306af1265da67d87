/*
 * Random search: independent draws, never the same point twice where the space is finite.
 *
 * Method: Bergstra and Bengio 2012, "Random search for hyper-parameter optimization". Trial n
 * draws one number of stream (seed, n) per parameter, through the parameter's quantile function.
 *
 * Deviation: in a finite space a point that the history holds is drawn anew from the same stream, a
 * bounded number of times; then the walk from a drawn start to the first unused point ends it. So
 * every point is given out exactly once and the sweep ends by itself.
 *
 * Cost per ask: the parameters, plus what has finished since the last ask; near the end of a finite
 * space the walk, at most one probe per used point. Needs nothing of the space.
 */
#include <stddef.h>

#include "point.h"
#include "sweep/mem.h"
#include "sweep/rng.h"
#include "sweep/strategy.h"
#include "used_points.h"

/* Draws before the walk: where half the space is used, all of them fail once in 2^64 asks. */
#define DRAWS_MAX 64

struct random {
    const struct sweep_space *space;
    uint64_t points;          /* numbers of points, where `used` is not NULL */
    uint64_t different;       /* points; fewer where a value is listed twice */
    struct used_points *used; /* NULL: so many points that no draw comes twice */
};

static void *random_create(const struct sweep_space *space, struct sweep_error *err)
{
    (void)err; /* every space will do */
    struct random *random = sweep_alloc(sizeof *random);
    random->space = space;
    if (sweep_space_size(space, &random->points) && random->points < UINT64_MAX) {
        point_count_different(space, &random->different);
        random->used = used_points_create(space);
    }
    return random;
}

static void draw(const struct random *random, struct sweep_rng *rng, struct sweep_value *params)
{
    for (size_t i = 0; i < sweep_space_count(random->space); i++)
        params[i] =
            sweep_parameter_draw(sweep_space_parameter(random->space, i), sweep_rng_uniform(rng));
}

static bool is_unused(const struct random *random, const struct sweep_value *params)
{
    uint64_t point;
    return point_of(random->space, params, &point) && !used_points_has(random->used, point);
}

static bool draw_unused(const struct random *random, struct sweep_rng *rng,
                        struct sweep_value *params)
{
    for (int i = 0; i < DRAWS_MAX; i++) {
        draw(random, rng, params);
        if (is_unused(random, params))
            return true;
    }
    return false;
}

/* Only where some point is unused: else it would walk for ever. */
static void walk_to_unused(const struct random *random, struct sweep_rng *rng,
                           struct sweep_value *params)
{
    uint64_t point = sweep_rng_below(rng, random->points);
    point_params(random->space, point, params);
    while (!is_unused(random, params)) {
        point = point + 1 < random->points ? point + 1 : 0;
        point_params(random->space, point, params);
    }
}

static enum sweep_answer random_ask(void *state, const struct sweep_ask *ask,
                                    struct sweep_suggestion *out)
{
    struct random *random = state;
    struct sweep_rng rng;
    sweep_rng_init(&rng, ask->seed, ask->number);
    if (random->used == NULL) {
        draw(random, &rng, out->params);
        return SWEEP_SUGGESTED;
    }
    used_points_update(random->used, ask->history);
    if (used_points_count(random->used) >= random->different)
        return SWEEP_EXHAUSTED;
    if (!draw_unused(random, &rng, out->params))
        walk_to_unused(random, &rng, out->params);
    return SWEEP_SUGGESTED;
}

static void random_free(void *state)
{
    struct random *random = state;
    if (random == NULL)
        return;
    used_points_free(random->used);
    sweep_free(random);
}

const struct sweep_strategy sweep_strategy_random = {
    .name = "random",
    .summary = "independent draws; no point twice where the space is finite",
    .create = random_create,
    .ask = random_ask,
    .free = random_free,
};
