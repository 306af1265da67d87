/* Log EI over models and guesses at pending values, and the probability of success. */
#include "acquisition.h"

#include <math.h>
#include <string.h>

#include "improvement.h"
#include "sweep/mem.h"

void acquisition_init(struct acquisition *acquisition, const struct posterior *objective,
                      const struct posterior *feasibility)
{
    const struct posterior *any = objective != NULL ? objective : feasibility;
    *acquisition = (struct acquisition){
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
        .best = sweep_alloc_array(objective->targets, sizeof(double)),
        .parts = sweep_alloc_array(objective->targets, sizeof(double)),
        .prediction = prediction_create(objective, ACQUISITION_BLOCK),
    };
    for (size_t t = 0; t < objective->targets; t++)
        model->best[t] = posterior_lowest(objective, t);
}

void acquisition_release(struct acquisition *acquisition)
{
    for (size_t m = 0; m < acquisition->count; m++) {
        sweep_free(acquisition->models[m].best);
        sweep_free(acquisition->models[m].parts);
        prediction_free(acquisition->models[m].prediction);
    }
    prediction_free(acquisition->of_feasibility);
    sweep_free(acquisition->slopes);
    *acquisition = (struct acquisition){0};
}

/* --- values ----------------------------------------------------------------------------------- */

/* z of one guess, and the deviation. */
static double standing(const struct acquisition_model *model, size_t index, size_t target,
                       double *deviation)
{
    const struct prediction *prediction = model->prediction;
    *deviation = sqrt(prediction->variance[index]);
    return (model->best[target] - prediction->mean[index + target * prediction->count]) /
           *deviation;
}

static double log_improvement(const struct acquisition_model *model, size_t index, size_t target)
{
    double deviation;
    double phi_part;
    double Phi_part;
    double z = standing(model, index, target, &deviation);
    return log(deviation) + improvement_log(z, &phi_part, &Phi_part);
}

/* log of the weighted mean of all; `parts` are then each one's share. */
static double average(struct acquisition *acquisition, size_t index)
{
    double max = -INFINITY;
    double sum = 0;
    double weights = 0;
    for (size_t m = 0; m < acquisition->count; m++) {
        struct acquisition_model *model = &acquisition->models[m];
        weights += exp(model->log_weight) * (double)model->posterior->targets;
        for (size_t t = 0; t < model->posterior->targets; t++) {
            model->parts[t] = model->log_weight + log_improvement(model, index, t);
            max = fmax(max, model->parts[t]);
        }
    }
    for (size_t m = 0; m < acquisition->count; m++) {
        struct acquisition_model *model = &acquisition->models[m];
        for (size_t t = 0; t < model->posterior->targets; t++) {
            model->parts[t] = exp(model->parts[t] - max);
            sum += model->parts[t];
        }
    }
    for (size_t m = 0; m < acquisition->count; m++)
        for (size_t t = 0; t < acquisition->models[m].posterior->targets; t++)
            acquisition->models[m].parts[t] /= sum;
    return max + log(sum / weights);
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
        values[i] += average(acquisition, i);
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

/* d log EI / d mean = -(Phi/h) / deviation, d log EI / d variance = (phi/h) / (2 variance). */
static void add_model(struct acquisition *acquisition, struct acquisition_model *model,
                      size_t index, double *slopes)
{
    double deviation;
    double of_variance = 0;
    for (size_t t = 0; t < model->posterior->targets; t++) {
        double phi_part;
        double Phi_part;
        improvement_log(standing(model, index, t, &deviation), &phi_part, &Phi_part);
        of_variance += model->parts[t] * phi_part / (2 * deviation * deviation);
        model->parts[t] *= -Phi_part / deviation;
    }
    posterior_slopes(model->posterior, model->prediction, index, model->parts, of_variance,
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
    posterior_slopes(acquisition->feasibility, acquisition->of_feasibility, index, &of_mean,
                     of_variance, acquisition->slopes);
    add(acquisition, slopes);
}

void acquisition_slopes(struct acquisition *acquisition, size_t index, double *slopes)
{
    memset(slopes, 0, acquisition->embedding->count * sizeof *slopes);
    if (acquisition->count > 0)
        average(acquisition, index);
    for (size_t m = 0; m < acquisition->count; m++)
        add_model(acquisition, &acquisition->models[m], index, slopes);
    if (acquisition->feasibility != NULL)
        add_feasibility(acquisition, index, slopes);
}
