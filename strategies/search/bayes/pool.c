/* Where climbs begin. */
#include "pool.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "../spread.h"
#include "sweep/mem.h"

/* Good trials that points are put around. */
#define GOOD 5

/* How far they are moved: three rings, each half as wide as the one before. */
#define RING_WIDTH 0.2
#define RINGS      3

/* On average so many parameters are moved at a time, where there are more. */
#define MOVED 20.0

/* Tries for one candidate, where most are forbidden. */
#define TRIES_MAX 16

static bool list_all(struct candidates *candidates, size_t end)
{
    uint64_t size;
    uint64_t steps = UINT64_C(1) << 20;
    const struct embedding *embedding = candidates->finder->embedding;
    const struct sweep_space *space = embedding->space;
    if (!sweep_space_size(space, &size) || size > end)
        return false;
    struct sweep_judge *judge = sweep_judge_create(space, NULL);
    if (judge == NULL)
        return false;
    for (uint64_t point = 0; point < size; point++) {
        struct sweep_value *draft = candidates_draft(candidates);
        if (sweep_judge_next(judge, &point, &steps, draft) != SWEEP_FOUND)
            break;
        finder_complete(candidates->finder, draft);
        candidates_add(candidates);
    }
    sweep_judge_free(judge);
    return true;
}

/* Points of Sobol's sequence, until `end` candidates are there. */
static void fill_evenly(struct candidates *candidates, size_t end, uint64_t seed, uint64_t number)
{
    uint64_t key = seed ^ number * UINT64_C(0x9E3779B97F4A7C15);
    size_t tries = TRIES_MAX * (end - candidates->count);
    for (size_t point = 0; point < tries && candidates->count < end; point++) {
        spread_fill(candidates->finder->embedding->space, key, (uint32_t)point,
                    candidates_draft(candidates));
        candidates_add(candidates);
    }
}

/* --- around good trials ----------------------------------------------------------------------- */

static double moved(struct finder *finder, const struct dimension *dimension, double x,
                    double width)
{
    if (dimension->kind == DIMENSION_CATEGORY)
        return sweep_rng_uniform(&finder->rng);
    double u = x + width * finder_normal(finder);
    return u < 0 ? fmin(-u, 1) : u > 1 ? fmax(2 - u, 0) : u;
}

/* Move the draft, that stands at x. */
static void move(struct finder *finder, const double *inverse, const double *x, double width,
                 struct sweep_value *draft)
{
    const struct embedding *embedding = finder->embedding;
    double share = fmin(1, MOVED / (double)embedding->count);
    size_t always = sweep_rng_below(&finder->rng, embedding->count);
    double few = sweep_rng_uniform(&finder->rng) < 0.5 ? 0.3 : 1;
    for (size_t j = 0; j < embedding->count; j++) {
        const struct dimension *dimension = &embedding->dimensions[j];
        bool is_category = dimension->kind == DIMENSION_CATEGORY;
        double chance = is_category ? fmin(share * few, 0.3) : share * few;
        if (x[j] == EMBEDDING_INACTIVE ||
            (j != always && sweep_rng_uniform(&finder->rng) >= chance))
            continue;
        double length = fmin(1 / sqrt(inverse[j]), 0.5);
        double u = moved(finder, dimension, x[j], 2 * width * length);
        draft[dimension->parameter] = finder_value(finder, j, u);
    }
}

static size_t find_good(const struct outcomes *outcomes, size_t good[GOOD])
{
    size_t count = outcomes->known < GOOD ? outcomes->known : GOOD;
    if (count > 0)
        gsl_sort_smallest_index(good, count, outcomes->values, 1, outcomes->known);
    return count;
}

static void fill_around(struct candidates *candidates, size_t end, const struct outcomes *outcomes,
                        const double *inverse)
{
    struct finder *finder = candidates->finder;
    size_t good[GOOD];
    double x[EMBEDDING_MAX];
    size_t count = find_good(outcomes, good);
    size_t tries = count > 0 ? TRIES_MAX * (end - candidates->count) : 0;
    for (size_t k = 0; k < tries && candidates->count < end; k++) {
        size_t trial = good[k % count];
        struct sweep_value *draft = candidates_draft(candidates);
        memcpy(draft, outcomes->trial[trial]->params,
               sweep_space_count(finder->embedding->space) * sizeof *draft);
        finder_complete(finder, draft);
        points_get(&outcomes->points, finder->embedding, trial, x);
        move(finder, inverse, x, RING_WIDTH / (double)(1 << (k / count % RINGS)), draft);
        candidates_add(candidates);
    }
}

void pool_fill(struct candidates *candidates, size_t size, const struct outcomes *outcomes,
               const double *inverse, const struct sweep_ask *ask)
{
    size_t first = candidates->count;
    if (list_all(candidates, first + size))
        return;
    fill_evenly(candidates, first + size / 2, ask->seed, ask->number);
    fill_around(candidates, first + size, outcomes, inverse);
}
