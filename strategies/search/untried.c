/*
 * Draws that avoid the points of the history. Which points those are is used_points.c.
 *
 * A point that the history holds is drawn anew from the same stream, a bounded number of times;
 * then the walk from a drawn point to the first untried one ends it. So a finite space is used
 * up to its last point. Cost: what has finished since the last update; near the end of the space
 * the walk, at most one probe per used point.
 */
#include "untried.h"

#include <stddef.h>

#include "point.h"
#include "sweep/mem.h"
#include "used_points.h"

/* Draws before the walk: where half the space is used, all of them fail once in 2^64 asks. */
#define DRAWS_MAX 64

struct untried {
    const struct sweep_space *space;
    uint64_t points;          /* numbers of points, where `used` is not NULL */
    uint64_t different;       /* points; fewer where a value is listed twice */
    struct used_points *used; /* NULL: so many points that no draw comes twice */
};

struct untried *untried_create(const struct sweep_space *space)
{
    struct untried *untried = sweep_alloc(sizeof *untried);
    untried->space = space;
    if (sweep_space_size(space, &untried->points) && untried->points < UINT64_MAX) {
        point_count_different(space, &untried->different);
        untried->used = used_points_create(space);
    }
    return untried;
}

void untried_free(struct untried *untried)
{
    if (untried == NULL)
        return;
    used_points_free(untried->used);
    sweep_free(untried);
}

bool untried_update(struct untried *untried, const struct sweep_history *history)
{
    if (untried->used == NULL)
        return true;
    used_points_update(untried->used, history);
    return used_points_count(untried->used) < untried->different;
}

bool untried_has(const struct untried *untried, const struct sweep_value *params)
{
    uint64_t point;
    if (untried->used == NULL)
        return true;
    return point_of(untried->space, params, &point) && !used_points_has(untried->used, point);
}

static bool draw_some(const struct untried *untried, struct sweep_rng *rng,
                      struct sweep_value *params)
{
    for (int draw = 0; draw < DRAWS_MAX; draw++) {
        for (size_t i = 0; i < sweep_space_count(untried->space); i++)
            params[i] = sweep_parameter_draw(sweep_space_parameter(untried->space, i),
                                             sweep_rng_uniform(rng));
        if (untried_has(untried, params))
            return true;
    }
    return false;
}

void untried_walk(const struct untried *untried, uint64_t point, struct sweep_value *params)
{
    point_params(untried->space, point, params);
    while (!untried_has(untried, params)) {
        point = point + 1 < untried->points ? point + 1 : 0;
        point_params(untried->space, point, params);
    }
}

void untried_draw(const struct untried *untried, struct sweep_rng *rng, struct sweep_value *params)
{
    if (!draw_some(untried, rng, params))
        untried_walk(untried, sweep_rng_below(rng, untried->points), params);
}
