/*
 * Draws that avoid the points of the history and keep to the rules. Which points were used is
 * used_points.c.
 *
 * What is forbidden, and a point that the history holds, is drawn anew from the same stream, a
 * bounded number of times; then, in a finite space, the walk from a drawn point to the first
 * untried one ends it. So a finite space is used up to its last point: where the points could be
 * counted, that is known at once; else when a walk has come round. Cost: what has finished since
 * the last update, and a draw for one over the feasible share; near the end of the space the walk,
 * at most one probe per used point.
 */
#include "untried.h"

#include <stddef.h>

#include "point.h"
#include "sweep/mem.h"
#include "used_points.h"

/* Draws before the walk: where half the space is used, all of them fail once in 2^64 asks. */
#define USED_MAX 64

/* Forbidden draws of one ask; where so many are forbidden in a finite space, walking is faster. */
#define FORBIDDEN_MAX        (UINT64_C(1) << 24)
#define FORBIDDEN_FINITE_MAX (UINT64_C(1) << 16)

/* Steps of one walk: ten seconds or so. */
#define STEPS_MAX (UINT64_C(1) << 26)

struct untried {
    const struct sweep_space *space;
    struct sweep_judge *judge;
    uint64_t points;          /* numbers of points, where `used` is not NULL */
    uint64_t different;       /* feasible points; fewer where a value is listed twice */
    bool is_counted;          /* whether `different` is known */
    struct used_points *used; /* NULL: so many points that no draw comes twice */
};

struct untried *untried_create(const struct sweep_space *space, struct sweep_error *err)
{
    struct sweep_judge *judge = sweep_judge_create(space, err);
    if (judge == NULL)
        return NULL;
    struct untried *untried = sweep_alloc(sizeof *untried);
    untried->space = space;
    untried->judge = judge;
    if (sweep_space_size(space, &untried->points) && untried->points < UINT64_MAX) {
        untried->is_counted = sweep_space_count_points(space, SWEEP_COUNT_STEPS,
                                                       &untried->different) == SWEEP_COUNT_EXACT;
        untried->used = used_points_create(space, judge);
    }
    return untried;
}

void untried_free(struct untried *untried)
{
    if (untried == NULL)
        return;
    used_points_free(untried->used);
    sweep_judge_free(untried->judge);
    sweep_free(untried);
}

bool untried_update(struct untried *untried, const struct sweep_history *history)
{
    if (untried->used == NULL)
        return true;
    used_points_update(untried->used, history);
    return !untried->is_counted || used_points_count(untried->used) < untried->different;
}

static bool is_untried(const struct untried *untried, const struct sweep_value *params)
{
    uint64_t point;
    if (untried->used == NULL)
        return true;
    return point_of(untried->space, params, &point) && !used_points_has(untried->used, point);
}

bool untried_settle(const struct untried *untried, struct sweep_value *params)
{
    return sweep_judge_settle(untried->judge, params) && is_untried(untried, params);
}

static bool draw_some(const struct untried *untried, struct sweep_rng *rng,
                      struct sweep_value *params)
{
    uint64_t forbidden = untried->used != NULL ? FORBIDDEN_FINITE_MAX : FORBIDDEN_MAX;
    int used = USED_MAX;
    while (forbidden > 0 && used > 0) {
        for (size_t i = 0; i < sweep_space_count(untried->space); i++)
            params[i] = sweep_parameter_draw(sweep_space_parameter(untried->space, i),
                                             sweep_rng_uniform(rng));
        if (!sweep_judge_settle(untried->judge, params))
            forbidden--;
        else if (is_untried(untried, params))
            return true;
        else
            used--;
    }
    return false;
}

/* From a point to the last one, or to one before `end`. */
static enum sweep_found walk_to(const struct untried *untried, uint64_t *point, uint64_t end,
                                uint64_t *steps, struct sweep_value *params)
{
    while (*point < end) {
        enum sweep_found found = sweep_judge_next(untried->judge, point, steps, params);
        if (found != SWEEP_FOUND)
            return found;
        if (*point < end && is_untried(untried, params))
            return SWEEP_FOUND;
        ++*point;
    }
    return SWEEP_FOUND_NONE;
}

enum sweep_answer untried_walk(const struct untried *untried, uint64_t *point,
                               struct sweep_value *params)
{
    uint64_t start = *point;
    uint64_t size;
    uint64_t steps = sweep_space_has_rules(untried->space) ? STEPS_MAX : UINT64_MAX;
    sweep_space_size(untried->space, &size);
    enum sweep_found found = walk_to(untried, point, size, &steps, params);
    if (found == SWEEP_FOUND_NONE) {
        *point = 0;
        found = walk_to(untried, point, start, &steps, params);
    }
    if (found == SWEEP_FOUND)
        return SWEEP_SUGGESTED;
    return found == SWEEP_FOUND_NONE ? SWEEP_EXHAUSTED : SWEEP_GAVE_UP;
}

enum sweep_answer untried_draw(const struct untried *untried, struct sweep_rng *rng,
                               struct sweep_value *params)
{
    if (draw_some(untried, rng, params))
        return SWEEP_SUGGESTED;
    if (untried->used == NULL)
        return SWEEP_GAVE_UP;
    uint64_t point = sweep_rng_below(rng, untried->points);
    return untried_walk(untried, &point, params);
}
