/* Points that may be suggested. */
#include "candidates.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include "sweep/mem.h"

/* Coordinates that are all as near as that are the same point; as near to a bound, the bound. */
#define SAME 1e-9

static size_t width(const struct candidates *candidates)
{
    return sweep_space_count(candidates->finder->embedding->space);
}

void candidates_init(struct candidates *candidates, struct finder *finder, size_t capacity)
{
    size_t count = sweep_space_count(finder->embedding->space);
    *candidates = (struct candidates){
        .finder = finder,
        .capacity = capacity,
        .drafts = sweep_alloc_array((capacity + 1) * count, sizeof *candidates->drafts),
        .params = sweep_alloc_array((capacity + 1) * count, sizeof *candidates->params),
        .values = sweep_alloc_array(capacity, sizeof *candidates->values),
    };
    points_init(&candidates->points, finder->embedding, capacity);
}

void candidates_release(struct candidates *candidates)
{
    sweep_free(candidates->drafts);
    sweep_free(candidates->params);
    sweep_free(candidates->values);
    points_release(&candidates->points);
    *candidates = (struct candidates){0};
}

void candidates_clear(struct candidates *candidates)
{
    candidates->count = 0;
    candidates->points.count = 0;
}

static void move(struct candidates *candidates, size_t from, size_t to)
{
    size_t count = width(candidates);
    struct points *points = &candidates->points;
    if (from == to)
        return;
    memcpy(candidates->drafts + to * count, candidates->drafts + from * count,
           count * sizeof *candidates->drafts);
    memcpy(candidates->params + to * count, candidates->params + from * count,
           count * sizeof *candidates->params);
    for (size_t j = 0; j < candidates->finder->embedding->count; j++)
        points->x[j * points->capacity + to] = points->x[j * points->capacity + from];
    candidates->values[to] = candidates->values[from];
}

void candidates_keep_best(struct candidates *candidates, size_t count)
{
    size_t n = candidates->count;
    if (count == 0 || count >= n)
        return;
    double *largest = sweep_alloc_array(count, sizeof *largest);
    gsl_sort_largest(largest, count, candidates->values, 1, n);
    double least = largest[count - 1];
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < count; i++)
        if (candidates->values[i] >= least)
            move(candidates, i, kept++);
    sweep_free(largest);
    candidates->count = kept;
    candidates->points.count = kept;
}

struct sweep_value *candidates_draft(struct candidates *candidates)
{
    return candidates->drafts + candidates->count * width(candidates);
}

static bool is_at(const struct points *points, size_t dimensions, size_t point, const double *x)
{
    for (size_t j = 0; j < dimensions; j++)
        if (fabs(points->x[j * points->capacity + point] - x[j]) > SAME)
            return false;
    return true;
}

static bool is_among(const struct points *points, size_t dimensions, const double *x)
{
    for (size_t i = 0; i < points->count; i++)
        if (is_at(points, dimensions, i, x))
            return true;
    return false;
}

static bool is_tried(const struct finder *finder, const double *x)
{
    return is_among(finder->points, finder->embedding->count, x) ||
           is_among(finder->judged, finder->embedding->count, x);
}

bool finder_settle(const struct finder *finder, struct sweep_value *params, double *x)
{
    return untried_settle(finder->untried, params) &&
           embedding_encode(finder->embedding, params, x) && !is_tried(finder, x);
}

bool candidates_add(struct candidates *candidates)
{
    double x[EMBEDDING_MAX];
    size_t count = width(candidates);
    const struct finder *finder = candidates->finder;
    struct sweep_value *params = candidates->params + candidates->count * count;
    if (candidates->count == candidates->capacity)
        return false;
    memcpy(params, candidates_draft(candidates), count * sizeof *params);
    if (!finder_settle(finder, params, x))
        return false;
    points_add(&candidates->points, finder->embedding, x);
    candidates->count++;
    return true;
}

void candidates_copy_draft(struct candidates *candidates, const struct candidates *from,
                           size_t index)
{
    memcpy(candidates_draft(candidates), candidates_get_draft(from, index),
           width(candidates) * sizeof *candidates->drafts);
}

const struct sweep_value *candidates_params(const struct candidates *candidates, size_t index)
{
    return candidates->params + index * width(candidates);
}

const struct sweep_value *candidates_get_draft(const struct candidates *candidates, size_t index)
{
    return candidates->drafts + index * width(candidates);
}

/* --- values ----------------------------------------------------------------------------------- */

struct sweep_value finder_value(const struct finder *finder, size_t dimension, double u)
{
    const struct embedding *embedding = finder->embedding;
    const struct sweep_parameter *parameter =
        sweep_space_parameter(embedding->space, embedding->dimensions[dimension].parameter);
    double place = fmin(fmax(u, 0), 1);
    if (parameter->min < parameter->max && fabs(place - round(place)) <= SAME)
        place = round(place);
    return sweep_parameter_draw(parameter, place);
}

void finder_complete(struct finder *finder, struct sweep_value *draft)
{
    const struct sweep_space *space = finder->embedding->space;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (draft[i].kind == SWEEP_VALUE_NONE)
            draft[i] = sweep_parameter_draw(sweep_space_parameter(space, i),
                                            sweep_rng_uniform(&finder->rng));
}

double finder_normal(struct finder *finder)
{
    return gsl_cdf_ugaussian_Pinv(sweep_rng_uniform(&finder->rng) + 0x1p-54);
}
