/*
 * Delete-a-group jackknife: with k parts and an estimate e_i without each of them,
 *     variance = (k - 1) / k * sum (e_i - mean e)^2.
 * The estimates are logarithms of shares, since what is measured are variances, which scatter by
 * factors.
 */
#include "skill.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "fit.h"
#include "means.h"
#include "sweep/mem.h"
#include "units.h"
#include "warp.h"

#define PARTS 8

/* Up to so many trials theta is fitted anew without each part; of more it hardly changes. */
#define REFITTED 200

/* Bases for shares without a part: all parts together take as long as the whole. */
#define BASES_MIN 16

/* Smaller shares are all the same. */
#define SHARE_MIN 0.005

struct parts {
    const struct fitted *model;
    const struct embedding *embedding;
    struct points points; /* without the part */
    double *values;
    struct points left; /* the part */
    double *left_values;
    double *predicted;
    double bend; /* of the model without the part */
};

static void deal(struct parts *parts, size_t part, size_t count)
{
    const struct outcomes *outcomes = parts->model->outcomes;
    double x[EMBEDDING_MAX];
    parts->points.count = 0;
    parts->left.count = 0;
    for (size_t i = 0; i < outcomes->known; i++) {
        points_get(&outcomes->points, parts->embedding, i, x);
        if (i % count == part) {
            parts->left_values[parts->left.count] = parts->model->values[i];
            points_add(&parts->left, parts->embedding, x);
        } else {
            parts->values[parts->points.count] = parts->model->values[i];
            points_add(&parts->points, parts->embedding, x);
        }
    }
}

/* @return false where there is no such model */
static bool model_others(struct parts *parts, struct posterior *posterior)
{
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    memcpy(theta, parts->model->theta, (parts->embedding->count + KERNEL_EXTRA) * sizeof *theta);
    if (parts->model->outcomes->known <= REFITTED)
        fit_theta(parts->embedding, &parts->points, parts->values, true, theta);
    parts->bend = theta[KERNEL_BEND(parts->embedding->count)];
    for (size_t i = 0; i < parts->points.count; i++)
        parts->values[i] = warp_value(parts->values[i], parts->bend, NULL);
    if (!posterior_init(posterior, parts->embedding, &parts->points, theta))
        return false;
    posterior_set(posterior, parts->values, parts->points.count);
    return true;
}

/* Squared errors of the part that was left out. */
static double sum_errors(struct parts *parts, const struct posterior *posterior)
{
    double sum = 0;
    means_at(posterior, &parts->left, 0, parts->left.count, parts->predicted);
    for (size_t i = 0; i < parts->left.count; i++) {
        double error = units_unbend(parts->predicted[i], parts->bend) - parts->left_values[i];
        sum += error * error;
    }
    return sum;
}

/* --- the jackknife ---------------------------------------------------------------------------- */

struct sums {
    double first;
    double second;
};

static void add(struct sums *sums, double share)
{
    double value = log(fmax(share, SHARE_MIN));
    sums->first += value;
    sums->second += value * value;
}

static struct skill_estimate estimate(double share, const struct sums *sums, size_t count)
{
    double k = (double)count;
    double mean = sums->first / k;
    double variance = (k - 1) / k * fmax(sums->second - k * mean * mean, 0);
    double factor = exp(gsl_cdf_tdist_Pinv(0.975, k - 1) * sqrt(variance));
    double low = fmax(share, SHARE_MIN) / factor;
    return (struct skill_estimate){
        .value = fmin(share, 1),
        .low = low > SHARE_MIN ? fmin(low, 1) : 0,
        .high = fmin(fmax(share, SHARE_MIN) * factor, 1),
    };
}

static void parts_init(struct parts *parts, const struct fitted *model,
                       const struct embedding *embedding)
{
    size_t known = model->outcomes->known;
    *parts = (struct parts){
        .model = model,
        .embedding = embedding,
        .values = sweep_alloc_array(3 * known, sizeof(double)),
    };
    parts->left_values = parts->values + known;
    parts->predicted = parts->left_values + known;
    points_init(&parts->points, embedding, known);
    points_init(&parts->left, embedding, known);
}

static void parts_release(struct parts *parts)
{
    points_release(&parts->points);
    points_release(&parts->left);
    sweep_free(parts->values);
}

static double square_sum(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sum;
}

/* Measure without one part. */
static void measure_others(struct parts *parts, struct influences *influences,
                           const struct posterior *posterior, const struct skill_whole *whole,
                           struct sums *sums)
{
    size_t bases = influences->bases / PARTS;
    bases = bases < BASES_MIN ? BASES_MIN : bases;
    struct influence *measured = sweep_alloc_array(parts->embedding->count, sizeof *measured);
    (void)influences_measure(influences, posterior, parts->bend, bases, measured);
    for (size_t j = 0; j < parts->embedding->count; j++) {
        add(&sums[2 * j], measured[j].alone / whole->variance);
        add(&sums[2 * j + 1], measured[j].total / whole->variance);
    }
    sweep_free(measured);
}

double skill_measure(const struct fitted *model, struct influences *influences,
                     const struct skill_whole *whole, struct skill_influence *out)
{
    const struct embedding *embedding = influences->embedding;
    size_t known = model->outcomes->known;
    size_t count = known < PARTS ? known : PARTS;
    struct sums *sums = sweep_alloc_array(2 * embedding->count, sizeof *sums);
    struct parts parts;
    double errors = 0;
    size_t done = 0;
    parts_init(&parts, model, embedding);
    for (size_t part = 0; part < count; part++) {
        struct posterior posterior = {0};
        deal(&parts, part, count);
        if (model_others(&parts, &posterior)) {
            errors += sum_errors(&parts, &posterior);
            measure_others(&parts, influences, &posterior, whole, sums);
            done++;
        } else {
            errors += square_sum(parts.left_values, parts.left.count);
        }
        posterior_release(&posterior);
    }
    for (size_t j = 0; j < embedding->count && done > 1; j++) {
        const struct influence *influence = &whole->influences[j];
        out[j].alone = estimate(influence->alone / whole->variance, &sums[2 * j], done);
        out[j].total = estimate(influence->total / whole->variance, &sums[2 * j + 1], done);
    }
    double variance = square_sum(model->values, known);
    parts_release(&parts);
    sweep_free(sums);
    return fmax(1 - errors / variance, 0);
}
