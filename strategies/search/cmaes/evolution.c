/*
 * From trials to generations to distributions, and restarts. The arithmetic is gaussian.c,
 * margin.c and choices.c.
 *
 * A generation is full when it has lambda trials, at least mu of them with a loss; failed and
 * pruned ones rank behind and have no weight. When the distribution has converged, on numbers or on
 * losses, it starts again somewhere else with generations twice as large (IPOP: Auger and Hansen
 * 2005, "A restart CMA evolution strategy with increasing population size").
 */
#include "evolution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "choices.h"
#include "gaussian.h"
#include "latent.h"
#include "margin.h"
#include "sweep/mem.h"
#include "weights.h"

/* Ninety-nine of a hundred first draws of a coordinate are within its bounds. */
#define SIGMA_FIRST 0.2

/* Deviations below this tell configurations apart that nobody could. */
#define DEVIATION_MIN 1e-11

/* Ratio of the longest to the shortest axis of the normal distribution. */
#define CONDITION_MAX 1e7

/* Draws for one that is within the bounds; then it is put there. */
#define BOUNDS_TRIES 20

/* Streams of restarts count down from here, those of trials up from 1. */
#define RESTART_STREAM UINT64_MAX

/* One trial of the present generation. */
struct member {
    double loss; /* +infinity: none */
    bool is_stale;
    double *point;  /* [n] */
    double *levels; /* [choices] */
};

struct evolution {
    const struct axes *axes;
    size_t *numbers; /* [n] axes that are coordinates of the normal distribution */
    size_t *shares;  /* [choices] axes that have shares */
    size_t n;
    size_t choice_count;
    size_t discrete; /* choices and levels */

    uint64_t seed;
    uint64_t serial; /* distributions so far, restarts included */
    uint64_t restarts;
    struct weights weights;
    struct gaussian gaussian;
    struct choices choices;

    struct member *members; /* [capacity] */
    size_t capacity;
    size_t count;
    size_t with_loss; /* of them */

    double *recent; /* [recent_size x 2] best and worst of the last generations */
    size_t recent_size;

    size_t known;         /* finished trials that were learnt from */
    uint64_t last_number; /* the last of them, to recognise the history by */
    uint64_t last_arrival;
};

/* --- starting -------------------------------------------------------------------------------- */

static void init_choices(struct evolution *evolution)
{
    const double **shares = sweep_alloc_array(evolution->choice_count, sizeof *shares);
    size_t *counts = sweep_alloc_array(evolution->choice_count, sizeof *counts);
    for (size_t i = 0; i < evolution->choice_count; i++) {
        const struct axis *axis = &evolution->axes->list[evolution->shares[i]];
        double *list = sweep_alloc_array(axis->count, sizeof *list);
        for (size_t k = 0; k < axis->count; k++)
            list[k] = axis->edges[k + 1] - axis->edges[k];
        shares[i] = list;
        counts[i] = axis->count;
    }
    choices_init(&evolution->choices, shares, counts, evolution->choice_count, evolution->discrete);
    for (size_t i = 0; i < evolution->choice_count; i++)
        sweep_free((double *)(uintptr_t)shares[i]);
    sweep_free(shares);
    sweep_free(counts);
}

static void release_members(struct evolution *evolution)
{
    for (size_t i = 0; i < evolution->capacity; i++) {
        sweep_free(evolution->members[i].point);
        sweep_free(evolution->members[i].levels);
    }
    sweep_free(evolution->members);
}

static void release_run(struct evolution *evolution)
{
    release_members(evolution);
    weights_release(&evolution->weights);
    gaussian_release(&evolution->gaussian);
    choices_release(&evolution->choices);
    sweep_free(evolution->recent);
}

/* Failed trials can take as many places as others. */
static void init_members(struct evolution *evolution)
{
    evolution->count = evolution->with_loss = 0;
    evolution->capacity = 2 * evolution->weights.lambda;
    evolution->members = sweep_alloc_array(evolution->capacity, sizeof *evolution->members);
    for (size_t i = 0; i < evolution->capacity; i++) {
        evolution->members[i].point = sweep_alloc_array(evolution->n, sizeof(double));
        evolution->members[i].levels = sweep_alloc_array(evolution->choice_count, sizeof(double));
    }
}

/* A run with a generation of 2^restarts the usual size. */
static void init_run(struct evolution *evolution)
{
    size_t usual = weights_usual_lambda(evolution->n + evolution->choice_count);
    uint64_t doublings = evolution->restarts < 10 ? evolution->restarts : 10;
    weights_init(&evolution->weights, evolution->n, usual << doublings);
    gaussian_init(&evolution->gaussian, evolution->n, SIGMA_FIRST);
    init_choices(evolution);
    init_members(evolution);
    size_t size = evolution->weights.lambda;
    evolution->recent_size = 10 + (30 * evolution->n + size - 1) / size;
    evolution->recent = sweep_alloc_array(2 * evolution->recent_size, sizeof *evolution->recent);
}

struct evolution *evolution_create(const struct axes *axes)
{
    struct evolution *evolution = sweep_alloc(sizeof *evolution);
    evolution->axes = axes;
    evolution->numbers = sweep_alloc_array(axes->count, sizeof *evolution->numbers);
    evolution->shares = sweep_alloc_array(axes->count, sizeof *evolution->shares);
    for (size_t i = 0; i < axes->count; i++) {
        if (axes->list[i].kind == AXIS_CHOICE)
            evolution->shares[evolution->choice_count++] = i;
        else
            evolution->numbers[evolution->n++] = i;
        evolution->discrete += axes->list[i].kind != AXIS_REAL;
    }
    init_run(evolution);
    return evolution;
}

void evolution_free(struct evolution *evolution)
{
    if (evolution == NULL)
        return;
    release_run(evolution);
    sweep_free(evolution->numbers);
    sweep_free(evolution->shares);
    sweep_free(evolution);
}

static void forget_all(struct evolution *evolution)
{
    release_run(evolution);
    evolution->serial = evolution->restarts = 0;
    evolution->known = 0;
    init_run(evolution);
}

/* --- restarts -------------------------------------------------------------------------------- */

static void restart(struct evolution *evolution)
{
    struct sweep_rng rng;
    release_run(evolution);
    evolution->restarts++;
    init_run(evolution);
    sweep_rng_init(&rng, evolution->seed, RESTART_STREAM - evolution->restarts);
    for (size_t i = 0; i < evolution->n; i++)
        evolution->gaussian.mean[i] = sweep_rng_uniform(&rng);
}

/* Losses of a number of generations that do not differ. */
static bool is_flat(const struct evolution *evolution)
{
    double least = evolution->recent[0];
    double most = evolution->recent[1];
    if (evolution->gaussian.generation < evolution->recent_size)
        return false;
    for (size_t i = 0; i < evolution->recent_size; i++) {
        least = fmin(least, evolution->recent[2 * i]);
        most = fmax(most, evolution->recent[2 * i + 1]);
    }
    return most - least <= 1e-12 * fmax(fabs(most), fabs(least));
}

static bool has_converged(const struct evolution *evolution)
{
    const struct gaussian *gaussian = &evolution->gaussian;
    double widest = 0;
    double longest = 0;
    double shortest = INFINITY;
    for (size_t i = 0; i < evolution->n; i++) {
        widest = fmax(widest, gaussian_deviation(gaussian, i));
        longest = fmax(longest, gaussian->roots[i]);
        shortest = fmin(shortest, gaussian->roots[i]);
    }
    bool is_usable = isfinite(widest) && longest < CONDITION_MAX * shortest;
    return evolution->n > 0 && (!is_usable || widest < DEVIATION_MIN || is_flat(evolution));
}

/* --- a generation ---------------------------------------------------------------------------- */

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a;
    const struct member *y = b;
    return (x->loss > y->loss) - (x->loss < y->loss);
}

/* Losses, points and levels of the members in order, as the distributions want them. */
struct ranked {
    double *losses;
    double *points;
    double *levels;
    double *mean;
    double *matrix;
    bool *is_stale;
};

static void ranked_init(struct ranked *ranked, struct evolution *evolution)
{
    size_t size = evolution->weights.lambda;
    size_t n = evolution->n;
    size_t choices = evolution->choice_count;
    ranked->losses = sweep_alloc_array(size, sizeof *ranked->losses);
    ranked->points = sweep_alloc_array(size * n, sizeof *ranked->points);
    ranked->levels = sweep_alloc_array(size * choices, sizeof *ranked->levels);
    ranked->mean = sweep_alloc_array(size, sizeof *ranked->mean);
    ranked->matrix = sweep_alloc_array(size, sizeof *ranked->matrix);
    ranked->is_stale = sweep_alloc_array(size, sizeof *ranked->is_stale);
    for (size_t k = 0; k < size; k++) {
        const struct member *member = &evolution->members[k];
        ranked->losses[k] = member->loss;
        ranked->is_stale[k] = member->is_stale;
        memcpy(ranked->points + k * n, member->point, n * sizeof(double));
        memcpy(ranked->levels + k * choices, member->levels, choices * sizeof(double));
    }
    weights_rank(&evolution->weights, ranked->losses, ranked->mean, ranked->matrix);
}

static void ranked_release(struct ranked *ranked)
{
    sweep_free(ranked->losses);
    sweep_free(ranked->points);
    sweep_free(ranked->levels);
    sweep_free(ranked->mean);
    sweep_free(ranked->matrix);
    sweep_free(ranked->is_stale);
}

static void note_losses(struct evolution *evolution, const struct ranked *ranked)
{
    size_t place = evolution->gaussian.generation % evolution->recent_size;
    size_t last = evolution->with_loss < evolution->weights.lambda ? evolution->with_loss
                                                                   : evolution->weights.lambda;
    evolution->recent[2 * place] = ranked->losses[0];
    evolution->recent[2 * place + 1] = ranked->losses[last - 1];
}

static void keep_margins(struct evolution *evolution)
{
    for (size_t i = 0; i < evolution->n; i++) {
        const struct axis *axis = &evolution->axes->list[evolution->numbers[i]];
        if (axis->kind == AXIS_CELLS)
            margin_keep(&evolution->gaussian, i, axis, margin_usual(evolution->discrete));
    }
}

static void learn(struct evolution *evolution)
{
    struct ranked ranked;
    qsort(evolution->members, evolution->count, sizeof *evolution->members, compare_members);
    ranked_init(&ranked, evolution);
    const struct generation generation = {ranked.points, ranked.is_stale, ranked.mean,
                                          ranked.matrix};
    note_losses(evolution, &ranked);
    gaussian_learn(&evolution->gaussian, &evolution->weights, &generation);
    choices_learn(&evolution->choices, ranked.levels, ranked.mean, evolution->weights.lambda);
    keep_margins(evolution);
    ranked_release(&ranked);
    evolution->count = evolution->with_loss = 0;
    evolution->serial++;
    if (has_converged(evolution))
        restart(evolution);
}

/* --- trials ---------------------------------------------------------------------------------- */

/* Whether a point gives the coordinates that the trial had; absent ones may be anything. */
static bool is_point_of(const struct evolution *evolution, const double *point, const double *row)
{
    for (size_t i = 0; i < evolution->n; i++) {
        const struct axis *axis = &evolution->axes->list[evolution->numbers[i]];
        double coordinate = row[evolution->numbers[i]];
        if (fabs(axis_coordinate(axis, point[i]) - coordinate) > 1e-6)
            return false;
    }
    return true;
}

/* A trial that nobody drew has the middles of its levels, and the mean where it is absent. */
static void fill_point(const struct evolution *evolution, const double *row, double *point)
{
    for (size_t i = 0; i < evolution->n; i++) {
        double middle =
            axis_middle(&evolution->axes->list[evolution->numbers[i]], row[evolution->numbers[i]]);
        point[i] = isnan(middle) ? evolution->gaussian.mean[i] : middle;
    }
}

static void add_member(struct evolution *evolution, const struct observed_trial *trial,
                       const double *row)
{
    struct member *member = &evolution->members[evolution->count++];
    uint64_t generation;
    bool was_drawn =
        latent_read(trial->memo, trial->memo_size, evolution->n, &generation, member->point) &&
        is_point_of(evolution, member->point, row);
    if (!was_drawn)
        fill_point(evolution, row, member->point);
    member->is_stale = !was_drawn || generation != evolution->serial;
    member->loss = trial->kind == OBSERVED_COMPLETE ? trial->loss : (double)INFINITY;
    for (size_t i = 0; i < evolution->choice_count; i++)
        member->levels[i] = row[evolution->shares[i]];
    evolution->with_loss += trial->kind == OBSERVED_COMPLETE;
}

static void tell(struct evolution *evolution, const struct observed_trial *trial, const double *row)
{
    size_t size = evolution->weights.lambda;
    bool has_room = evolution->count - evolution->with_loss < size;
    if (trial->kind == OBSERVED_COMPLETE || (trial->kind != OBSERVED_NOTHING && has_room))
        add_member(evolution, trial, row);
    if (evolution->count >= size && evolution->with_loss >= evolution->weights.mu)
        learn(evolution);
}

static bool is_extension(const struct evolution *evolution, const struct observed *observed)
{
    if (evolution->known == 0)
        return true;
    if (observed->finished < evolution->known)
        return false;
    const struct observed_trial *last = &observed->trials[evolution->known - 1];
    return last->number == evolution->last_number && last->arrival == evolution->last_arrival;
}

void evolution_follow(struct evolution *evolution, uint64_t seed, const struct observed *observed)
{
    if (seed != evolution->seed || !is_extension(evolution, observed))
        forget_all(evolution);
    evolution->seed = seed;
    for (; evolution->known < observed->finished; evolution->known++) {
        const struct observed_trial *trial = &observed->trials[evolution->known];
        tell(evolution, trial, observed_row(observed, evolution->known));
        evolution->last_number = trial->number;
        evolution->last_arrival = trial->arrival;
    }
}

/* --- drawing --------------------------------------------------------------------------------- */

size_t evolution_dimensions(const struct evolution *evolution)
{
    return evolution->n;
}

uint64_t evolution_generation(const struct evolution *evolution)
{
    return evolution->serial;
}

static double draw_normal(struct sweep_rng *rng)
{
    return gsl_cdf_ugaussian_Pinv(sweep_rng_uniform(rng) + 0x1p-54);
}

static bool is_within(const struct evolution *evolution, const double *point)
{
    for (size_t i = 0; i < evolution->n; i++) {
        bool is_real = evolution->axes->list[evolution->numbers[i]].kind == AXIS_REAL;
        if (is_real && !(point[i] >= 0 && point[i] < 1))
            return false;
    }
    return true;
}

static void draw_point(const struct evolution *evolution, struct sweep_rng *rng, double spread,
                       double *point)
{
    double *normals = sweep_alloc_array(evolution->n, sizeof *normals);
    for (int tries = 0; tries < BOUNDS_TRIES; tries++) {
        for (size_t i = 0; i < evolution->n; i++)
            normals[i] = spread * draw_normal(rng);
        gaussian_draw(&evolution->gaussian, normals, point);
        if (is_within(evolution, point))
            break;
    }
    sweep_free(normals);
}

void evolution_draw(const struct evolution *evolution, struct sweep_rng *rng, double spread,
                    double *point, double *row)
{
    draw_point(evolution, rng, spread, point);
    for (size_t i = 0; i < evolution->n; i++) {
        const struct axis *axis = &evolution->axes->list[evolution->numbers[i]];
        row[evolution->numbers[i]] = axis_coordinate(axis, point[i]);
        if (axis->kind == AXIS_REAL)
            point[i] = row[evolution->numbers[i]];
    }
    for (size_t i = 0; i < evolution->choice_count; i++)
        row[evolution->shares[i]] =
            (double)choices_draw(&evolution->choices, i, sweep_rng_uniform(rng), 1 / spread);
}
