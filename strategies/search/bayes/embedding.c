/* Params as points that have distances; the distances themselves, of which all else is made. */
#include "embedding.h"

#include "../spread.h"
#include "sweep/mem.h"

static enum dimension_kind kind_of(const struct sweep_parameter *parameter)
{
    if (parameter->distribution == SWEEP_CATEGORICAL)
        return parameter->is_ordered ? DIMENSION_LEVELS : DIMENSION_CATEGORY;
    return sweep_parameter_size(parameter) == 0 && parameter->q == 0 ? DIMENSION_REAL
                                                                     : DIMENSION_LEVELS;
}

/* --- company ---------------------------------------------------------------------------------- */

/* So many points of the space say which parameters are active together. */
#define COMPANY_POINTS 128
#define COMPANY_SEED   UINT64_C(0x636f6d70616e79)

/* Add what one point says; `active`: [count] in how many points each was. */
static void count_active(struct embedding *embedding, const struct sweep_value *params,
                         double *active)
{
    double together = 0;
    for (size_t j = 0; j < embedding->count; j++)
        together += params[embedding->dimensions[j].parameter].kind != SWEEP_VALUE_NONE;
    for (size_t j = 0; j < embedding->count; j++)
        if (params[embedding->dimensions[j].parameter].kind != SWEEP_VALUE_NONE) {
            active[j]++;
            embedding->dimensions[j].company += together;
        }
}

static void measure_company(struct embedding *embedding)
{
    const struct sweep_space *space = embedding->space;
    double *active = sweep_alloc_array(embedding->count, sizeof *active);
    struct sweep_value *params = sweep_alloc_array(sweep_space_count(space), sizeof *params);
    struct sweep_judge *judge = sweep_judge_create(space, NULL);
    for (uint32_t point = 0; point < COMPANY_POINTS && judge != NULL; point++) {
        spread_fill(space, COMPANY_SEED, point, params);
        (void)sweep_judge_settle(judge, params);
        count_active(embedding, params, active);
    }
    for (size_t j = 0; j < embedding->count; j++)
        embedding->dimensions[j].company =
            active[j] > 0 ? embedding->dimensions[j].company / active[j] : (double)embedding->count;
    sweep_judge_free(judge);
    sweep_free(params);
    sweep_free(active);
}

struct embedding *embedding_create(const struct sweep_space *space)
{
    struct embedding *embedding = sweep_alloc(sizeof *embedding);
    embedding->space = space;
    embedding->dimensions =
        sweep_alloc_array(spread_dimensions(space), sizeof *embedding->dimensions);
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        if (spread_varies(parameter))
            embedding->dimensions[embedding->count++] = (struct dimension){
                .kind = kind_of(parameter),
                .parameter = i,
                .levels = sweep_parameter_size(parameter),
                .is_conditional = sweep_space_is_conditional(space, i),
            };
    }
    measure_company(embedding);
    return embedding;
}

void embedding_free(struct embedding *embedding)
{
    if (embedding == NULL)
        return;
    sweep_free(embedding->dimensions);
    sweep_free(embedding);
}

bool embedding_has_levels(const struct embedding *embedding)
{
    for (size_t j = 0; j < embedding->count; j++)
        if (embedding->dimensions[j].kind != DIMENSION_REAL)
            return true;
    return false;
}

static bool encode_choice(const struct dimension *dimension,
                          const struct sweep_parameter *parameter, const struct sweep_value *value,
                          double *x)
{
    uint64_t index;
    if (!sweep_parameter_index(parameter, value, &index))
        return false;
    *x = dimension->kind == DIMENSION_CATEGORY
             ? (double)index
             : ((double)index + 0.5) / (double)parameter->choice_count;
    return true;
}

static bool encode(const struct dimension *dimension, const struct sweep_parameter *parameter,
                   const struct sweep_value *value, double *x)
{
    if (value->kind == SWEEP_VALUE_NONE) {
        *x = EMBEDDING_INACTIVE;
        return dimension->is_conditional;
    }
    if (parameter->distribution == SWEEP_CATEGORICAL)
        return encode_choice(dimension, parameter, value, x);
    if (value->kind != SWEEP_VALUE_INT && value->kind != SWEEP_VALUE_REAL)
        return false;
    *x = sweep_parameter_unit(parameter, value);
    return *x >= 0 && *x <= 1;
}

bool embedding_encode(const struct embedding *embedding, const struct sweep_value *params,
                      double *x)
{
    for (size_t j = 0; j < embedding->count; j++) {
        const struct dimension *dimension = &embedding->dimensions[j];
        if (!encode(dimension, sweep_space_parameter(embedding->space, dimension->parameter),
                    &params[dimension->parameter], &x[j]))
            return false;
    }
    return true;
}

/* --- distances -------------------------------------------------------------------------------- */

static double square(double x)
{
    return x * x;
}

static double distance_of_category(double a, double b)
{
    if (a == b)
        return 0;
    return a == EMBEDDING_INACTIVE || b == EMBEDDING_INACTIVE ? 0.5 : 1;
}

static double distance_of_conditional(double a, double b)
{
    if (a != EMBEDDING_INACTIVE && b != EMBEDDING_INACTIVE)
        return square(a - b);
    if (a == b)
        return 0;
    return 0.25 + square((a == EMBEDDING_INACTIVE ? b : a) - 0.5);
}

void dimension_distances(const struct dimension *dimension, double x, const double *others,
                         size_t n, double *distances)
{
    if (dimension->kind == DIMENSION_CATEGORY)
        for (size_t i = 0; i < n; i++)
            distances[i] = distance_of_category(x, others[i]);
    else if (dimension->is_conditional)
        for (size_t i = 0; i < n; i++)
            distances[i] = distance_of_conditional(x, others[i]);
    else
        for (size_t i = 0; i < n; i++)
            distances[i] = square(x - others[i]);
}

double dimension_slope(double x, double other)
{
    return 2 * (x - (other == EMBEDDING_INACTIVE ? 0.5 : other));
}

/* --- points ----------------------------------------------------------------------------------- */

void points_init(struct points *points, const struct embedding *embedding, size_t capacity)
{
    *points = (struct points){
        .capacity = capacity,
        .x = sweep_alloc_array(embedding->count * capacity, sizeof(double)),
    };
}

void points_release(struct points *points)
{
    sweep_free(points->x);
    *points = (struct points){0};
}

void points_add(struct points *points, const struct embedding *embedding, const double *x)
{
    for (size_t j = 0; j < embedding->count; j++)
        points->x[j * points->capacity + points->count] = x[j];
    points->count++;
}

void points_get(const struct points *points, const struct embedding *embedding, size_t point,
                double *x)
{
    for (size_t j = 0; j < embedding->count; j++)
        x[j] = points->x[j * points->capacity + point];
}
