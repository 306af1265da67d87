/* Moves each parameter through its levels, and splits the variance. */
#include "influence.h"

#include <math.h>
#include <string.h>

#include "../spread.h"
#include "means.h"
#include "sweep/mem.h"
#include "units.h"

/* Evaluations of the kernel that nobody waits for, and bases that are always and never too many. */
#define WORK      2.4e7
#define BASES_MIN 32
#define BASES_MAX 256

/* The points have nothing to do with those that trials began with. */
#define KEY UINT64_C(0x696e666c)

/* --- levels ----------------------------------------------------------------------------------- */

static double weight_of(const struct sweep_parameter *parameter, size_t level, size_t count)
{
    return parameter->probabilities != NULL ? parameter->probabilities[level] : 1 / (double)count;
}

/* All choices, or the middles of as many parts that are equally likely. */
static void find_levels(const struct dimension *dimension, const struct sweep_parameter *parameter,
                        struct influence_levels *out)
{
    bool are_all = dimension->levels > 0 && dimension->levels <= SWEEP_LEVELS_MAX &&
                   (parameter->probabilities == NULL || parameter->choice_count > 0);
    out->count = are_all ? (size_t)dimension->levels : SWEEP_LEVELS_MAX;
    for (size_t g = 0; g < out->count; g++) {
        out->values[g] =
            are_all ? sweep_parameter_level(parameter, g)
                    : sweep_parameter_draw(parameter, ((double)g + 0.5) / (double)out->count);
        out->weights[g] = are_all ? weight_of(parameter, g, out->count) : 1 / (double)out->count;
    }
}

/* --- points ----------------------------------------------------------------------------------- */

struct filling {
    struct influences *influences;
    struct sweep_judge *judge;
    struct sweep_value *draft;  /* [space count] a value for every parameter */
    struct sweep_value *params; /* [space count] */
};

static void add_point(struct filling *filling, size_t index)
{
    struct influences *influences = filling->influences;
    const struct embedding *embedding = influences->embedding;
    double x[EMBEDDING_MAX] = {0};
    memcpy(filling->params, filling->draft,
           sweep_space_count(embedding->space) * sizeof *filling->params);
    influences->is_allowed[index] = sweep_judge_settle(filling->judge, filling->params) &&
                                    embedding_encode(embedding, filling->params, x);
    points_add(&influences->points, embedding, x);
}

static void add_base(struct filling *filling, size_t base)
{
    struct influences *influences = filling->influences;
    const struct embedding *embedding = influences->embedding;
    size_t index = base * influences->stride;
    spread_fill(embedding->space, KEY, (uint32_t)base, filling->draft);
    add_point(filling, index++);
    for (size_t j = 0; j < embedding->count; j++) {
        size_t parameter = embedding->dimensions[j].parameter;
        struct sweep_value own = filling->draft[parameter];
        influences->is_active[base * embedding->count + j] =
            filling->params[parameter].kind != SWEEP_VALUE_NONE;
        for (size_t g = 0; g < influences->levels[j].count; g++) {
            filling->draft[parameter] = influences->levels[j].values[g];
            add_point(filling, index++);
        }
        filling->draft[parameter] = own;
        memcpy(filling->params, filling->draft,
               sweep_space_count(embedding->space) * sizeof *filling->params);
        (void)sweep_judge_settle(filling->judge, filling->params);
    }
}

static size_t choose_bases(size_t stride, size_t n)
{
    double bases = WORK / ((double)stride * (double)n);
    return bases < BASES_MIN ? BASES_MIN : bases > BASES_MAX ? BASES_MAX : (size_t)bases;
}

void influences_init(struct influences *influences, const struct embedding *embedding,
                     struct sweep_judge *judge, size_t n)
{
    size_t width = sweep_space_count(embedding->space);
    *influences = (struct influences){
        .embedding = embedding,
        .levels = sweep_alloc_array(embedding->count, sizeof *influences->levels),
        .stride = 1,
    };
    for (size_t j = 0; j < embedding->count; j++) {
        const struct dimension *dimension = &embedding->dimensions[j];
        find_levels(dimension, sweep_space_parameter(embedding->space, dimension->parameter),
                    &influences->levels[j]);
        influences->stride += influences->levels[j].count;
    }
    influences->bases = choose_bases(influences->stride, n);
    size_t count = influences->bases * influences->stride;
    points_init(&influences->points, embedding, count);
    influences->is_allowed = sweep_alloc_array(count, sizeof(bool));
    influences->is_active = sweep_alloc_array(influences->bases * embedding->count, sizeof(bool));
    influences->predicted = sweep_alloc_array(count, sizeof(double));
    struct filling filling = {
        .influences = influences,
        .judge = judge,
        .draft = sweep_alloc_array(width, sizeof(struct sweep_value)),
        .params = sweep_alloc_array(width, sizeof(struct sweep_value)),
    };
    for (size_t base = 0; base < influences->bases; base++)
        add_base(&filling, base);
    sweep_free(filling.draft);
    sweep_free(filling.params);
}

void influences_release(struct influences *influences)
{
    points_release(&influences->points);
    sweep_free(influences->levels);
    sweep_free(influences->is_allowed);
    sweep_free(influences->is_active);
    sweep_free(influences->predicted);
    *influences = (struct influences){0};
}

/* --- variance --------------------------------------------------------------------------------- */

/* Sums that give a variance in one pass; predictions are near 0, so nothing is lost. */
struct sums {
    double weight;
    double first;
    double second;
};

static void sums_add(struct sums *sums, double weight, double value)
{
    sums->weight += weight;
    sums->first += weight * value;
    sums->second += weight * value * value;
}

static double mean_of(const struct sums *sums)
{
    return sums->weight > 0 ? sums->first / sums->weight : 0;
}

static double variance_of(const struct sums *sums)
{
    double mean = mean_of(sums);
    return sums->weight > 0 ? fmax(sums->second / sums->weight - mean * mean, 0) : 0;
}

static double measure_variance(const struct influences *influences, size_t bases)
{
    struct sums sums = {0};
    for (size_t base = 0; base < bases; base++)
        if (influences->is_allowed[base * influences->stride])
            sums_add(&sums, 1, influences->predicted[base * influences->stride]);
    return variance_of(&sums);
}

/* What one dimension's levels come to, summed over bases. */
struct tally {
    struct sums at[SWEEP_LEVELS_MAX];        /* how far from the mean of its base, each level */
    struct sums active_at[SWEEP_LEVELS_MAX]; /* the same over bases in which it is active */
    struct sums of_active;                   /* means of these bases */
    struct sums of_bases;                    /* variances over the levels */
};

/* Levels are compared within a base: where constraints forbid some, the others of other bases would
 * say something of what forbids them. */
static void add_moves(struct tally *tally, const struct influence_levels *levels,
                      const double *values, const bool *are_allowed, bool is_active)
{
    struct sums here = {0};
    for (size_t g = 0; g < levels->count; g++)
        if (are_allowed[g])
            sums_add(&here, levels->weights[g], values[g]);
    if (here.weight == 0)
        return;
    sums_add(&tally->of_bases, 1, variance_of(&here));
    if (is_active)
        sums_add(&tally->of_active, 1, mean_of(&here));
    for (size_t g = 0; g < levels->count; g++) {
        if (!are_allowed[g])
            continue;
        sums_add(&tally->at[g], 1, values[g] - mean_of(&here));
        if (is_active)
            sums_add(&tally->active_at[g], 1, values[g] - mean_of(&here));
    }
}

/* @param first  index of the dimension's moves behind a base */
static void measure_dimension(const struct influences *influences, size_t j, size_t first,
                              size_t bases, struct influence *out)
{
    const struct influence_levels *levels = &influences->levels[j];
    struct tally tally = {0};
    struct sums of_levels = {0};
    for (size_t base = 0; base < bases; base++) {
        size_t index = base * influences->stride + first;
        add_moves(&tally, levels, influences->predicted + index, influences->is_allowed + index,
                  influences->is_active[base * influences->embedding->count + j]);
    }
    *out = (struct influence){.is_known = tally.of_active.weight > 0};
    for (size_t g = 0; g < levels->count; g++) {
        bool is_there = tally.active_at[g].weight > 0;
        if (tally.at[g].weight > 0)
            sums_add(&of_levels, levels->weights[g], mean_of(&tally.at[g]));
        out->means[g] =
            is_there ? mean_of(&tally.of_active) + mean_of(&tally.active_at[g]) : (double)NAN;
    }
    out->alone = variance_of(&of_levels);
    out->total = mean_of(&tally.of_bases);
}

double influences_measure(struct influences *influences, const struct posterior *posterior,
                          double bend, size_t bases, struct influence *out)
{
    size_t first = 1;
    size_t count = bases * influences->stride;
    means_at(posterior, &influences->points, 0, count, influences->predicted);
    for (size_t i = 0; i < count; i++)
        influences->predicted[i] = units_unbend(influences->predicted[i], bend);
    for (size_t j = 0; j < influences->embedding->count; j++) {
        measure_dimension(influences, j, first, bases, &out[j]);
        first += influences->levels[j].count;
    }
    return measure_variance(influences, bases);
}
