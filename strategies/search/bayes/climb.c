/* From good candidates to better ones. */
#include "climb.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "lbfgs.h"
#include "sweep/mem.h"

#define CLIMBERS_MAX 16

/* Climbers begin as far apart from each other, in lengthscales (in units of the cube at most). */
#define APART 0.05

/* All levels are tried where there are so many at most; else the nearest and some others. */
#define LEVELS_ALL  24
#define LEVELS_SOME 8

/* Changes of levels that are evaluated at once, and those that one climber makes in a round. */
#define MOVES_MAX   256
#define CHANGES_MAX 4

/* A top that rules forbid is approached by halves, so many times. */
#define HALVES 6

/* What is no gain. */
#define GAIN_MIN 1e-6

/* Unbounded parameters are not driven into their tails. */
#define TAIL 1e-3

struct climber {
    size_t candidate; /* where it stands */
    struct lbfgs *lbfgs;
    bool is_climbing;
    double x[EMBEDDING_MAX];     /* there, and of the point that is being evaluated */
    double lower[EMBEDDING_MAX]; /* in lengthscales */
    double upper[EMBEDDING_MAX];
};

struct climbing {
    struct candidates *candidates;
    struct acquisition *acquisition;
    const struct climb_settings *settings;
    double unit[EMBEDDING_MAX]; /* a lengthscale, at most 1 */
    struct climber *climbers;   /* [count] */
    size_t count;
};

void climb_evaluate(struct candidates *candidates, struct acquisition *acquisition, size_t first)
{
    while (first < candidates->count) {
        size_t count = candidates->count - first;
        if (count > ACQUISITION_BLOCK)
            count = ACQUISITION_BLOCK;
        acquisition_values(acquisition, &candidates->points, first, count,
                           candidates->values + first);
        first += count;
    }
}

static const struct embedding *embedding_of(const struct climbing *climbing)
{
    return climbing->candidates->finder->embedding;
}

/* --- where to begin --------------------------------------------------------------------------- */

static bool is_apart(const struct climbing *climbing, size_t candidate)
{
    const struct embedding *embedding = embedding_of(climbing);
    const struct points *points = &climbing->candidates->points;
    for (size_t k = 0; k < climbing->count; k++) {
        double furthest = 0;
        for (size_t j = 0; j < embedding->count; j++) {
            const double *x = points->x + j * points->capacity;
            double distance = fabs(x[candidate] - x[climbing->climbers[k].candidate]);
            furthest = fmax(furthest, distance / climbing->unit[j]);
        }
        if (furthest < APART)
            return false;
    }
    return true;
}

static void choose_starts(struct climbing *climbing)
{
    struct candidates *candidates = climbing->candidates;
    size_t n = candidates->count;
    size_t *order = sweep_alloc_array(n, sizeof *order);
    gsl_sort_index(order, candidates->values, 1, n);
    for (size_t k = n; k-- > 0 && climbing->count < climbing->settings->climbers;)
        if (is_apart(climbing, order[k])) {
            struct climber *climber = &climbing->climbers[climbing->count++];
            climber->candidate = order[k];
            climber->lbfgs = lbfgs_create(embedding_of(climbing)->count);
        }
    sweep_free(order);
}

/* --- reals ------------------------------------------------------------------------------------ */

static bool is_unbounded(const struct sweep_parameter *parameter)
{
    return parameter->distribution == SWEEP_NORMAL || parameter->distribution == SWEEP_LOG_NORMAL;
}

static void start_climber(const struct climbing *climbing, struct climber *climber)
{
    const struct embedding *embedding = embedding_of(climbing);
    double start[EMBEDDING_MAX];
    points_get(&climbing->candidates->points, embedding, climber->candidate, climber->x);
    climber->is_climbing = false;
    for (size_t j = 0; j < embedding->count; j++) {
        const struct dimension *dimension = &embedding->dimensions[j];
        double unit = climbing->unit[j];
        double tail =
            is_unbounded(sweep_space_parameter(embedding->space, dimension->parameter)) ? TAIL : 0;
        bool moves = dimension->kind == DIMENSION_REAL && climber->x[j] != EMBEDDING_INACTIVE;
        start[j] = climber->x[j] / unit;
        climber->lower[j] = moves ? fmin(tail / unit, start[j]) : start[j];
        climber->upper[j] = moves ? fmax((1 - tail) / unit, start[j]) : start[j];
        climber->is_climbing = climber->is_climbing || moves;
    }
    struct lbfgs_options options = {
        .lower = climber->lower,
        .upper = climber->upper,
        .first_step = 0.2,
        .gradient_end = 1e-4,
        .value_end = 1e-5,
        .evaluations = climbing->settings->evaluations,
    };
    if (climber->is_climbing)
        lbfgs_start(climber->lbfgs, &options, start);
}

/* Evaluate all that are still climbing at once. @return whether any was */
static bool step_together(struct climbing *climbing, struct points *block)
{
    const struct embedding *embedding = embedding_of(climbing);
    double values[CLIMBERS_MAX];
    double slopes[EMBEDDING_MAX];
    size_t index = 0;
    block->count = 0;
    for (size_t k = 0; k < climbing->count; k++) {
        struct climber *climber = &climbing->climbers[k];
        if (!climber->is_climbing)
            continue;
        const double *point = lbfgs_point(climber->lbfgs);
        for (size_t j = 0; j < embedding->count; j++)
            if (climber->lower[j] < climber->upper[j])
                climber->x[j] = point[j] * climbing->unit[j];
        points_add(block, embedding, climber->x);
    }
    if (block->count == 0)
        return false;
    acquisition_values(climbing->acquisition, block, 0, block->count, values);
    for (size_t k = 0; k < climbing->count; k++) {
        struct climber *climber = &climbing->climbers[k];
        if (!climber->is_climbing)
            continue;
        acquisition_slopes(climbing->acquisition, index, slopes);
        for (size_t j = 0; j < embedding->count; j++)
            slopes[j] *= -climbing->unit[j];
        climber->is_climbing = lbfgs_take(climber->lbfgs, -values[index++], slopes);
    }
    return true;
}

/* Add a candidate where the climber has come to, or on the way there; stand there if it is better.
 */
static void settle_climber(struct climbing *climbing, struct climber *climber)
{
    const struct embedding *embedding = embedding_of(climbing);
    struct candidates *candidates = climbing->candidates;
    size_t before = candidates->count;
    double from[EMBEDDING_MAX];
    double part = 1;
    double value;
    const double *top = lbfgs_best(climber->lbfgs, &value);
    points_get(&candidates->points, embedding, climber->candidate, from);
    for (int k = 0; k < HALVES && candidates->count == before; k++) {
        candidates_copy_draft(candidates, candidates, climber->candidate);
        for (size_t j = 0; j < embedding->count; j++)
            if (climber->lower[j] < climber->upper[j])
                candidates_draft(candidates)[embedding->dimensions[j].parameter] = finder_value(
                    candidates->finder, j, from[j] + part * (top[j] * climbing->unit[j] - from[j]));
        candidates_add(candidates);
        part /= 2;
    }
    climb_evaluate(candidates, climbing->acquisition, before);
    if (candidates->count > before &&
        candidates->values[before] > candidates->values[climber->candidate])
        climber->candidate = before;
}

static void climb_reals(struct climbing *climbing)
{
    struct points block;
    bool has_reals[CLIMBERS_MAX] = {false};
    points_init(&block, embedding_of(climbing), CLIMBERS_MAX);
    for (size_t k = 0; k < climbing->count; k++) {
        start_climber(climbing, &climbing->climbers[k]);
        has_reals[k] = climbing->climbers[k].is_climbing;
    }
    while (step_together(climbing, &block))
        ;
    points_release(&block);
    for (size_t k = 0; k < climbing->count; k++)
        if (has_reals[k])
            settle_climber(climbing, &climbing->climbers[k]);
}

/* --- levels ----------------------------------------------------------------------------------- */

/* Try one other place of one dimension. */
static void add_move(struct candidates *moves, const struct candidates *from, size_t index,
                     size_t dimension, double u)
{
    candidates_copy_draft(moves, from, index);
    size_t parameter = moves->finder->embedding->dimensions[dimension].parameter;
    candidates_draft(moves)[parameter] = finder_value(moves->finder, dimension, u);
    candidates_add(moves);
}

/* The level at place k of a dimension: of a choice the draft's own words, whatever their chance. */
static void add_level(struct candidates *moves, const struct candidates *from, size_t index,
                      size_t dimension, uint64_t level)
{
    const struct embedding *embedding = moves->finder->embedding;
    size_t parameter = embedding->dimensions[dimension].parameter;
    candidates_copy_draft(moves, from, index);
    candidates_draft(moves)[parameter] =
        sweep_parameter_level(sweep_space_parameter(embedding->space, parameter), level);
    candidates_add(moves);
}

static void add_moves_of(struct candidates *moves, const struct candidates *from, size_t index,
                         size_t dimension)
{
    const struct embedding *embedding = moves->finder->embedding;
    const struct dimension *along = &embedding->dimensions[dimension];
    const struct sweep_parameter *parameter =
        sweep_space_parameter(embedding->space, along->parameter);
    uint64_t at;
    const struct sweep_value *value = &candidates_get_draft(from, index)[along->parameter];
    bool is_counted = along->levels > 0 && sweep_parameter_index(parameter, value, &at);
    if (is_counted && along->levels <= LEVELS_ALL) {
        for (uint64_t level = 0; level < along->levels; level++)
            if (level != at)
                add_level(moves, from, index, dimension, level);
        return;
    }
    if (is_counted && along->kind == DIMENSION_LEVELS)
        for (uint64_t step = 1; step <= 2; step++) {
            if (at >= step)
                add_level(moves, from, index, dimension, at - step);
            if (at + step < along->levels)
                add_level(moves, from, index, dimension, at + step);
        }
    for (int k = 0; k < LEVELS_SOME; k++)
        add_move(moves, from, index, dimension, sweep_rng_uniform(&moves->finder->rng));
}

/* @return whether the climber stands higher now */
static bool climb_levels(struct climbing *climbing, struct climber *climber,
                         struct candidates *moves)
{
    struct candidates *candidates = climbing->candidates;
    const struct embedding *embedding = embedding_of(climbing);
    candidates_clear(moves);
    points_get(&candidates->points, embedding, climber->candidate, climber->x);
    for (size_t j = 0; j < embedding->count; j++)
        if (embedding->dimensions[j].kind != DIMENSION_REAL && climber->x[j] != EMBEDDING_INACTIVE)
            add_moves_of(moves, candidates, climber->candidate, j);
    if (moves->count == 0)
        return false;
    climb_evaluate(moves, climbing->acquisition, 0);
    size_t best = gsl_stats_max_index(moves->values, 1, moves->count);
    double value = moves->values[best];
    if (!(value > candidates->values[climber->candidate] + GAIN_MIN))
        return false;
    candidates_copy_draft(candidates, moves, best);
    if (!candidates_add(candidates))
        return false;
    climber->candidate = candidates->count - 1;
    candidates->values[climber->candidate] = value;
    return true;
}

/* --- all -------------------------------------------------------------------------------------- */

static void climb_rounds(struct climbing *climbing)
{
    struct candidates moves;
    bool is_higher = true;
    if (!embedding_has_levels(embedding_of(climbing))) {
        climb_reals(climbing);
        return;
    }
    candidates_init(&moves, climbing->candidates->finder, MOVES_MAX);
    for (int round = 0; round < climbing->settings->rounds && is_higher; round++) {
        is_higher = false;
        climb_reals(climbing);
        for (size_t k = 0; k < climbing->count; k++)
            for (int change = 0; change < CHANGES_MAX; change++) {
                if (!climb_levels(climbing, &climbing->climbers[k], &moves))
                    break;
                is_higher = true;
            }
    }
    candidates_release(&moves);
}

size_t climb(struct candidates *candidates, struct acquisition *acquisition, const double *inverse,
             const struct climb_settings *settings)
{
    struct climbing climbing = {
        .candidates = candidates,
        .acquisition = acquisition,
        .settings = settings,
        .climbers = sweep_alloc_array(CLIMBERS_MAX, sizeof *climbing.climbers),
    };
    for (size_t j = 0; j < candidates->finder->embedding->count; j++)
        climbing.unit[j] = fmin(1 / sqrt(inverse[j]), 1);
    choose_starts(&climbing);
    climb_rounds(&climbing);
    for (size_t k = 0; k < climbing.count; k++)
        lbfgs_free(climbing.climbers[k].lbfgs);
    sweep_free(climbing.climbers);
    return gsl_stats_max_index(candidates->values, 1, candidates->count);
}
