/* Direct search over the mean of the model. */
#include "deepest.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "../spread.h"
#include "means.h"
#include "sweep/mem.h"

#define SPREAD_POINTS 512

/* The points have nothing to do with those that trials began with. */
#define KEY UINT64_C(0x64656570)

#define STARTS 3

/* Steps, in the unit interval; levels are at least one apart. */
#define STEP_FIRST 0.15
#define HALVINGS   8

/* Times that all parameters are moved with one step. */
#define TURNS 8

/* A choice without order is tried as a whole where there are so many at most. */
#define CHOICES_MAX 32

struct search {
    const struct deepest_models *models;
    const struct embedding *embedding;
    struct sweep_judge *judge;
    size_t width;               /* space count */
    struct sweep_value *draft;  /* [width] a value for every parameter */
    struct sweep_value *params; /* [width] scratch */
    struct points at;           /* one */
    double mean;                /* at the draft */
};

/* The mean at a draft; INFINITY where it is forbidden or thought to fail. */
static double depth(struct search *search, const struct sweep_value *draft, double *x)
{
    double mean;
    double label;
    memcpy(search->params, draft, search->width * sizeof *draft);
    if (!sweep_judge_settle(search->judge, search->params) ||
        !embedding_encode(search->embedding, search->params, x))
        return INFINITY;
    search->at.count = 0;
    points_add(&search->at, search->embedding, x);
    means_at(search->models->objective, &search->at, 0, 1, &mean);
    if (search->models->failures == NULL)
        return mean;
    means_at(search->models->failures, &search->at, 0, 1, &label);
    return label > 0 ? mean : (double)INFINITY;
}

/* What is absent gets its middle value. */
static void complete(const struct search *search, const struct sweep_value *params,
                     struct sweep_value *draft)
{
    for (size_t i = 0; i < search->width; i++) {
        const struct sweep_parameter *parameter =
            sweep_space_parameter(search->embedding->space, i);
        draft[i] =
            params[i].kind != SWEEP_VALUE_NONE ? params[i] : sweep_parameter_draw(parameter, 0.5);
    }
}

/* --- moves ------------------------------------------------------------------------------------ */

static void try_value(struct search *search, size_t parameter, struct sweep_value value)
{
    double x[EMBEDDING_MAX];
    struct sweep_value own = search->draft[parameter];
    search->draft[parameter] = value;
    double mean = depth(search, search->draft, x);
    if (mean < search->mean)
        search->mean = mean;
    else
        search->draft[parameter] = own;
}

static void try_choices(struct search *search, const struct dimension *dimension)
{
    const struct sweep_parameter *parameter =
        sweep_space_parameter(search->embedding->space, dimension->parameter);
    uint64_t count = dimension->levels < CHOICES_MAX ? dimension->levels : CHOICES_MAX;
    for (uint64_t k = 0; k < count; k++)
        try_value(search, dimension->parameter,
                  sweep_parameter_level(parameter, k * dimension->levels / count));
}

static void try_steps(struct search *search, const struct dimension *dimension, double step)
{
    size_t index = dimension->parameter;
    const struct sweep_parameter *parameter =
        sweep_space_parameter(search->embedding->space, index);
    if (dimension->kind == DIMENSION_LEVELS && dimension->levels > 0)
        step = fmax(step, 1 / (double)dimension->levels);
    double u = sweep_parameter_unit(parameter, &search->draft[index]);
    double below_one = nextafter(1, 0);
    try_value(search, index, sweep_parameter_draw(parameter, fmin(u + step, below_one)));
    try_value(search, index, sweep_parameter_draw(parameter, fmax(u - step, 0)));
}

static void descend(struct search *search)
{
    const struct embedding *embedding = search->embedding;
    for (int halving = 0; halving < HALVINGS; halving++) {
        double step = ldexp(STEP_FIRST, -halving);
        double before = INFINITY;
        for (int turn = 0; turn < TURNS && search->mean < before; turn++) {
            before = search->mean;
            for (size_t j = 0; j < embedding->count; j++)
                if (embedding->dimensions[j].kind == DIMENSION_CATEGORY)
                    try_choices(search, &embedding->dimensions[j]);
                else
                    try_steps(search, &embedding->dimensions[j], step);
        }
    }
}

/* --- starts ----------------------------------------------------------------------------------- */

/* Drafts to start from, and how deep each is. @return how many */
static size_t list_starts(struct search *search, const struct outcomes *outcomes,
                          struct sweep_value *drafts, double *means)
{
    double x[EMBEDDING_MAX];
    size_t count = 0;
    for (size_t i = 0; i < outcomes->known; i++, count++)
        complete(search, outcomes->trial[i]->params, drafts + count * search->width);
    for (size_t i = 0; i < SPREAD_POINTS; i++, count++)
        spread_fill(search->embedding->space, KEY, (uint32_t)i, drafts + count * search->width);
    for (size_t i = 0; i < count; i++)
        means[i] = depth(search, drafts + i * search->width, x);
    return count;
}

/* Keep the best of what descents come to. */
static void search_from(struct search *search, const struct sweep_value *drafts, size_t count,
                        const double *means, struct sweep_value *best)
{
    size_t order[STARTS];
    double lowest = INFINITY;
    size_t starts = count < STARTS ? count : STARTS;
    gsl_sort_smallest_index(order, starts, means, 1, count);
    for (size_t k = 0; k < starts; k++) {
        const struct sweep_value *start = drafts + order[k] * search->width;
        memcpy(search->draft, start, search->width * sizeof *start);
        search->mean = means[order[k]];
        if (isfinite(search->mean))
            descend(search);
        if (k == 0 || search->mean < lowest) {
            lowest = search->mean;
            memcpy(best, search->draft, search->width * sizeof *best);
        }
    }
}

void deepest_find(const struct deepest_models *models, const struct outcomes *outcomes,
                  struct sweep_judge *judge, struct sweep_value *params)
{
    const struct embedding *embedding = models->objective->kernel.embedding;
    size_t most = outcomes->known + SPREAD_POINTS;
    struct search search = {
        .models = models,
        .embedding = embedding,
        .judge = judge,
        .width = sweep_space_count(embedding->space),
    };
    search.draft = sweep_alloc_array(2 * search.width, sizeof *search.draft);
    search.params = search.draft + search.width;
    struct sweep_value *drafts = sweep_alloc_array(most * search.width, sizeof *drafts);
    double *means = sweep_alloc_array(most, sizeof *means);
    points_init(&search.at, embedding, 1);
    size_t count = list_starts(&search, outcomes, drafts, means);
    search_from(&search, drafts, count, means, params);
    (void)sweep_judge_settle(judge, params);
    points_release(&search.at);
    sweep_free(means);
    sweep_free(drafts);
    sweep_free(search.draft);
}
