/* The logarithm of what is hoped for over models, and the probability of success. */
#include "acquisition.h"

#include <math.h>
#include <string.h>

#include "improvement.h"
#include "sweep/mem.h"

/* A bound may promise nothing, where it has no logarithm: asinh(b / BOUND_MIN) + log(BOUND_MIN / 2)
 * is that of b above BOUND_MIN, and rises below too. */
#define BOUND_MIN 1e-3

void acquisition_init(struct acquisition *acquisition, enum acquisition_hope hope,
                      const struct posterior *objective, const struct posterior *feasibility)
{
    const struct posterior *any = objective != NULL ? objective : feasibility;
    *acquisition = (struct acquisition){
        .hope = hope,
        .embedding = any->kernel.embedding,
        .feasibility = feasibility,
        .slopes = sweep_alloc_array(any->kernel.embedding->count, sizeof(double)),
    };
    if (objective != NULL)
        acquisition_add(acquisition, objective, 0);
    if (feasibility != NULL)
        acquisition->of_feasibility = prediction_create(feasibility, ACQUISITION_BLOCK);
}

void acquisition_add(struct acquisition *acquisition, const struct posterior *objective,
                     double log_weight)
{
    struct acquisition_model *model = &acquisition->models[acquisition->count++];
    *model = (struct acquisition_model){
        .posterior = objective,
        .log_weight = log_weight,
        .best = posterior_lowest(objective),
        .prediction = prediction_create(objective, ACQUISITION_BLOCK),
    };
}

void acquisition_release(struct acquisition *acquisition)
{
    for (size_t m = 0; m < acquisition->count; m++)
        prediction_free(acquisition->models[m].prediction);
    prediction_free(acquisition->of_feasibility);
    sweep_free(acquisition->slopes);
    *acquisition = (struct acquisition){0};
}

/* --- values ----------------------------------------------------------------------------------- */

/* z by one model, and the deviation. */
static double standing(const struct acquisition_model *model, size_t index, double *deviation)
{
    *deviation = sqrt(model->prediction->variance[index]);
    return (model->best - model->prediction->mean[index]) / *deviation;
}

static double log_improvement(const struct acquisition_model *model, size_t index)
{
    double deviation;
    double phi_part;
    double Phi_part;
    double z = standing(model, index, &deviation);
    return log(deviation) + improvement_log(z, &phi_part, &Phi_part);
}

static double sum_weights(const struct acquisition *acquisition)
{
    double sum = 0;
    for (size_t m = 0; m < acquisition->count; m++)
        sum += exp(acquisition->models[m].log_weight);
    return sum;
}

/* log of the weighted mean of EI; `part` is then each one's share. */
static double log_expected(struct acquisition *acquisition, size_t index)
{
    double max = -INFINITY;
    double sum = 0;
    for (size_t m = 0; m < acquisition->count; m++) {
        struct acquisition_model *model = &acquisition->models[m];
        model->part = model->log_weight + log_improvement(model, index);
        max = fmax(max, model->part);
    }
    for (size_t m = 0; m < acquisition->count; m++) {
        struct acquisition_model *model = &acquisition->models[m];
        model->part = exp(model->part - max);
        sum += model->part;
    }
    for (size_t m = 0; m < acquisition->count; m++)
        acquisition->models[m].part /= sum;
    return max + log(sum / sum_weights(acquisition));
}

/* log of the weighted mean of bounds; `part` is then its slope by each of them. */
static double log_bound(struct acquisition *acquisition, size_t index)
{
    double weights = sum_weights(acquisition);
    double mean = 0;
    double deviation;
    for (size_t m = 0; m < acquisition->count; m++) {
        struct acquisition_model *model = &acquisition->models[m];
        double z = standing(model, index, &deviation);
        model->part = exp(model->log_weight) / weights;
        mean += model->part * (z + 1) * deviation;
    }
    double slope = 1 / hypot(mean, BOUND_MIN);
    for (size_t m = 0; m < acquisition->count; m++)
        acquisition->models[m].part *= slope;
    return asinh(mean / BOUND_MIN) + log(BOUND_MIN / 2);
}

static double log_hope(struct acquisition *acquisition, size_t index)
{
    switch (acquisition->hope) {
    case HOPE_EXPECTED:
        return log_expected(acquisition, index);
    case HOPE_BOUND:
        return log_bound(acquisition, index);
    }
    return 0;
}

/* P(the label would be positive): Phi(z), z = mean / sqrt(1 + variance), a probit link. */
static double success(const struct acquisition *acquisition, size_t index, double *slope)
{
    const struct prediction *prediction = acquisition->of_feasibility;
    return improvement_log_probability(
        prediction->mean[index] / sqrt(1 + prediction->variance[index]), slope);
}

void acquisition_values(struct acquisition *acquisition, const struct points *at, size_t first,
                        size_t count, double *values)
{
    double slope;
    memset(values, 0, count * sizeof *values);
    for (size_t m = 0; m < acquisition->count; m++)
        posterior_predict(acquisition->models[m].posterior, at, first, count,
                          acquisition->models[m].prediction);
    for (size_t i = 0; i < count && acquisition->count > 0; i++)
        values[i] += log_hope(acquisition, i);
    if (acquisition->feasibility == NULL)
        return;
    posterior_predict(acquisition->feasibility, at, first, count, acquisition->of_feasibility);
    for (size_t i = 0; i < count; i++)
        values[i] += success(acquisition, i, &slope);
}

/* --- slopes ----------------------------------------------------------------------------------- */

static void add(struct acquisition *acquisition, double *slopes)
{
    for (size_t j = 0; j < acquisition->embedding->count; j++)
        slopes[j] += acquisition->slopes[j];
}

/* By a model's mean and variance: d log EI / d mean = -(Phi/h) / deviation, d log EI / d variance =
 * (phi/h) / (2 variance); of a bound -1 and 1 / (2 deviation). */
static void add_model(struct acquisition *acquisition, const struct acquisition_model *model,
                      size_t index, double *slopes)
{
    double deviation;
    double phi_part;
    double Phi_part;
    double z = standing(model, index, &deviation);
    double of_mean = -model->part;
    double of_variance = model->part / (2 * deviation);
    if (acquisition->hope == HOPE_EXPECTED) {
        improvement_log(z, &phi_part, &Phi_part);
        of_mean = -model->part * Phi_part / deviation;
        of_variance = model->part * phi_part / (2 * deviation * deviation);
    }
    posterior_slopes(model->posterior, model->prediction, index, of_mean, of_variance,
                     acquisition->slopes);
    add(acquisition, slopes);
}

static void add_feasibility(struct acquisition *acquisition, size_t index, double *slopes)
{
    double spread = 1 + acquisition->of_feasibility->variance[index];
    double mean = acquisition->of_feasibility->mean[index];
    double slope;
    success(acquisition, index, &slope);
    double of_mean = slope / sqrt(spread);
    double of_variance = -0.5 * slope * mean / (spread * sqrt(spread));
    posterior_slopes(acquisition->feasibility, acquisition->of_feasibility, index, of_mean,
                     of_variance, acquisition->slopes);
    add(acquisition, slopes);
}

void acquisition_slopes(struct acquisition *acquisition, size_t index, double *slopes)
{
    memset(slopes, 0, acquisition->embedding->count * sizeof *slopes);
    if (acquisition->count > 0)
        log_hope(acquisition, index);
    for (size_t m = 0; m < acquisition->count; m++)
        add_model(acquisition, &acquisition->models[m], index, slopes);
    if (acquisition->feasibility != NULL)
        add_feasibility(acquisition, index, slopes);
}
