/*
 * The density of theta.
 *
 * K: kernel matrix with noise [n x n]; L: its factor; a = K^-1 y; W = a a' - K^-1. Then
 *     log density = -y'a / 2 - sum log L_ii - n/2 log 2 pi + sum log dy/dvalue + log prior,
 *     its slope by t = sum of W o dK/dt over all pairs / 2.
 * Squared distances of each dimension are kept for all pairs a > b, pair after pair as the lower
 * triangle has them; so that the sum over dimensions, and all slopes by lengthscales, are one
 * product with that matrix each.
 */
#include "evidence.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "kernel.h"
#include "linear.h"
#include "sweep/mem.h"
#include "warp.h"

#define LENGTH_MIN     0.02
#define LENGTH_MAX     30.0
#define SIGNAL_MIN     1e-3
#define SIGNAL_MAX     50.0
#define NOISE_MIN      1e-6
#define NOISE_MAX      2.0
#define BEND_DEVIATION 0.5

/* The first for a parameter alone. Chosen by how well values that the model was not shown are
 * predicted (tests/bench/optimizers/README.md): with a wider prior a few trials make some
 * lengthscales so long that the model is sure of what it does not know. */
#define LENGTH_MIDDLE    0.2
#define LENGTH_DEVIATION 0.5

#define HALF_LOG_2PI 0.91893853320467274178

struct evidence {
    const struct embedding *embedding;
    const double *values; /* [n] */
    size_t n;
    size_t pairs;
    double *distances; /* [pairs x dimensions] */
    double *r2;        /* [pairs] */
    double *matern;    /* [pairs] */
    double *slope;     /* [pairs] */
    double *matrix;    /* [n x n] */
    double *alpha;     /* [n] */
    double *by_bend;   /* [n] derivatives of the values */
};

struct evidence *evidence_create(const struct embedding *embedding, const struct points *points,
                                 const double *values)
{
    size_t n = points->count;
    struct evidence *evidence = sweep_alloc(sizeof *evidence);
    evidence->embedding = embedding;
    evidence->values = values;
    evidence->n = n;
    evidence->pairs = n * (n - 1) / 2;
    evidence->distances =
        sweep_alloc_array(evidence->pairs * embedding->count, sizeof *evidence->distances);
    evidence->r2 = sweep_alloc_array(3 * evidence->pairs, sizeof *evidence->r2);
    evidence->matern = evidence->r2 + evidence->pairs;
    evidence->slope = evidence->matern + evidence->pairs;
    evidence->matrix = sweep_alloc_array(n * n, sizeof *evidence->matrix);
    evidence->alpha = sweep_alloc_array(n, sizeof *evidence->alpha);
    evidence->by_bend = sweep_alloc_array(n, sizeof *evidence->by_bend);
    for (size_t j = 0; j < embedding->count; j++) {
        const double *x = points->x + j * points->capacity;
        double *out = evidence->distances + j * evidence->pairs;
        for (size_t b = 0; b < n; out += n - 1 - b, b++)
            dimension_distances(&embedding->dimensions[j], x[b], x + b + 1, n - 1 - b, out);
    }
    return evidence;
}

void evidence_free(struct evidence *evidence)
{
    if (evidence == NULL)
        return;
    sweep_free(evidence->distances);
    sweep_free(evidence->r2);
    sweep_free(evidence->matrix);
    sweep_free(evidence->alpha);
    sweep_free(evidence->by_bend);
    sweep_free(evidence);
}

/* --- the prior -------------------------------------------------------------------------------- */

struct normal {
    double mean;
    double deviation;
};

static struct normal prior_of(const struct embedding *embedding, size_t t)
{
    size_t d = embedding->count;
    if (t == KERNEL_SIGNAL(d))
        return (struct normal){0, 1};
    if (t == KERNEL_NOISE(d))
        return (struct normal){-4, 1.5};
    if (t == KERNEL_BEND(d))
        return (struct normal){1, BEND_DEVIATION};
    if (embedding->dimensions[t].kind == DIMENSION_CATEGORY)
        return (struct normal){0, 1};
    return (struct normal){log(LENGTH_MIDDLE * sqrt(embedding->dimensions[t].company)),
                           LENGTH_DEVIATION};
}

static double add_prior(const struct embedding *embedding, const double *theta, double *slopes)
{
    double sum = 0;
    for (size_t t = 0; t < embedding->count + KERNEL_EXTRA; t++) {
        struct normal prior = prior_of(embedding, t);
        double z = (theta[t] - prior.mean) / prior.deviation;
        sum -= 0.5 * z * z + log(prior.deviation) + HALF_LOG_2PI;
        slopes[t] -= z / prior.deviation;
    }
    return sum;
}

struct limits {
    double min;
    double max;
};

static struct limits limits_of(size_t d, size_t t)
{
    if (t == KERNEL_SIGNAL(d))
        return (struct limits){log(SIGNAL_MIN), log(SIGNAL_MAX)};
    if (t == KERNEL_NOISE(d))
        return (struct limits){log(NOISE_MIN), log(NOISE_MAX)};
    if (t == KERNEL_BEND(d))
        return (struct limits){WARP_MIN, WARP_MAX};
    return (struct limits){log(LENGTH_MIN), log(LENGTH_MAX)};
}

void evidence_bounds(const struct embedding *embedding, double *lower, double *upper, double *start)
{
    for (size_t t = 0; t < embedding->count + KERNEL_EXTRA; t++) {
        struct limits limits = limits_of(embedding->count, t);
        if (lower != NULL)
            lower[t] = limits.min;
        if (upper != NULL)
            upper[t] = limits.max;
        if (start != NULL)
            start[t] = prior_of(embedding, t).mean;
    }
}

/* --- the likelihood --------------------------------------------------------------------------- */

/* Fill the lower triangle of K. */
static void fill_matrix(struct evidence *evidence, const struct kernel *kernel)
{
    size_t n = evidence->n;
    const double *matern = evidence->matern;
    for (size_t b = 0; b < n; b++) {
        double *column = evidence->matrix + b * n;
        column[b] = kernel->signal + KERNEL_CONSTANT + kernel->noise;
        for (size_t a = b + 1; a < n; a++)
            column[a] = kernel->signal * *matern++ + KERNEL_CONSTANT;
    }
}

/* Replace `slope` by what each pair adds to the slopes by lengthscales, and sum those of s2, v. */
static void weigh_pairs(struct evidence *evidence, const struct kernel *kernel, double *slopes)
{
    size_t n = evidence->n;
    size_t d = evidence->embedding->count;
    const double *alpha = evidence->alpha;
    const double *matern = evidence->matern;
    double *slope = evidence->slope;
    double of_signal = 0;
    double diagonal = 0;
    for (size_t b = 0; b < n; b++) {
        const double *column = evidence->matrix + b * n;
        diagonal += alpha[b] * alpha[b] - column[b];
        for (size_t a = b + 1; a < n; a++) {
            double w = alpha[a] * alpha[b] - column[a];
            of_signal += w * *matern++;
            *slope++ *= kernel->signal * w;
        }
    }
    slopes[KERNEL_SIGNAL(d)] = kernel->signal * (of_signal + 0.5 * diagonal);
    slopes[KERNEL_NOISE(d)] = 0.5 * kernel->noise * diagonal;
}

/* alpha = the bent values. @return the logarithm of the density that bending them adds */
static double bend_values(struct evidence *evidence, double bend, double *by_bend)
{
    double sum = 0;
    *by_bend = 0;
    for (size_t i = 0; i < evidence->n; i++) {
        double slope;
        evidence->alpha[i] = warp_value(evidence->values[i], bend, &evidence->by_bend[i]);
        sum += warp_log_slope(evidence->values[i], bend, &slope);
        *by_bend += slope;
    }
    return sum;
}

static double log_determinant_half(const double *factor, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += log(factor[i + i * n]);
    return sum;
}

double evidence_at(struct evidence *evidence, const double *theta, double *slopes)
{
    size_t n = evidence->n;
    size_t d = evidence->embedding->count;
    size_t pairs = evidence->pairs;
    struct kernel kernel;
    kernel_init(&kernel, evidence->embedding, theta);
    if (pairs > 0)
        linear_apply(evidence->distances, pairs, d, kernel.inverse, evidence->r2);
    kernel_matern(pairs, evidence->r2, evidence->matern, evidence->slope);
    fill_matrix(evidence, &kernel);
    if (!linear_factor(evidence->matrix, n))
        return -INFINITY;
    double density = bend_values(evidence, theta[KERNEL_BEND(d)], &slopes[KERNEL_BEND(d)]);
    linear_solve(evidence->matrix, n, false, evidence->alpha, 1);
    density += -0.5 * linear_dot(evidence->alpha, evidence->alpha, n) -
               log_determinant_half(evidence->matrix, n) - (double)n * HALF_LOG_2PI;
    linear_solve(evidence->matrix, n, true, evidence->alpha, 1);
    slopes[KERNEL_BEND(d)] -= linear_dot(evidence->alpha, evidence->by_bend, n);
    linear_invert(evidence->matrix, n);
    weigh_pairs(evidence, &kernel, slopes);
    memset(slopes, 0, d * sizeof *slopes);
    if (pairs > 0)
        linear_apply_transposed(evidence->distances, pairs, d, evidence->slope, slopes);
    for (size_t j = 0; j < d; j++)
        slopes[j] *= kernel.inverse[j];
    return density + add_prior(evidence->embedding, theta, slopes);
}
