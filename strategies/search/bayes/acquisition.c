/* Log EI over guesses at pending values, and the probability of success. */
#include "acquisition.h"

#include <math.h>

#include "improvement.h"
#include "sweep/mem.h"

void acquisition_init(struct acquisition *acquisition, const struct posterior *objective,
                      const struct posterior *feasibility)
{
    const struct posterior *any = objective != NULL ? objective : feasibility;
    *acquisition = (struct acquisition){
        .objective = objective,
        .feasibility = feasibility,
        .slopes = sweep_alloc_array(any->kernel.embedding->count, sizeof(double)),
    };
    if (objective != NULL) {
        acquisition->best = sweep_alloc_array(objective->targets, sizeof(double));
        acquisition->parts = sweep_alloc_array(objective->targets, sizeof(double));
        acquisition->of_objective = prediction_create(objective, ACQUISITION_BLOCK);
        for (size_t t = 0; t < objective->targets; t++)
            acquisition->best[t] = posterior_lowest(objective, t);
    }
    if (feasibility != NULL)
        acquisition->of_feasibility = prediction_create(feasibility, ACQUISITION_BLOCK);
}

void acquisition_release(struct acquisition *acquisition)
{
    prediction_free(acquisition->of_objective);
    prediction_free(acquisition->of_feasibility);
    sweep_free(acquisition->best);
    sweep_free(acquisition->parts);
    sweep_free(acquisition->slopes);
    *acquisition = (struct acquisition){0};
}

static double log_improvement(const struct acquisition *acquisition, size_t index, size_t target)
{
    const struct prediction *prediction = acquisition->of_objective;
    double deviation = sqrt(prediction->variance[index]);
    double z = (acquisition->best[target] - prediction->mean[index + target * prediction->count]) /
               deviation;
    double phi_part;
    double Phi_part;
    return log(deviation) + improvement_log(z, &phi_part, &Phi_part);
}

/* log mean exp of all targets; `parts` are then each one's share. */
static double average(struct acquisition *acquisition, size_t index)
{
    size_t targets = acquisition->objective->targets;
    double *parts = acquisition->parts;
    double max = -INFINITY;
    double sum = 0;
    for (size_t t = 0; t < targets; t++) {
        parts[t] = log_improvement(acquisition, index, t);
        max = fmax(max, parts[t]);
    }
    for (size_t t = 0; t < targets; t++) {
        parts[t] = exp(parts[t] - max);
        sum += parts[t];
    }
    for (size_t t = 0; t < targets; t++)
        parts[t] /= sum;
    return max + log(sum / (double)targets);
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
    for (size_t i = 0; i < count; i++)
        values[i] = 0;
    if (acquisition->objective != NULL) {
        posterior_predict(acquisition->objective, at, first, count, acquisition->of_objective);
        for (size_t i = 0; i < count; i++)
            values[i] += average(acquisition, i);
    }
    if (acquisition->feasibility != NULL) {
        posterior_predict(acquisition->feasibility, at, first, count, acquisition->of_feasibility);
        for (size_t i = 0; i < count; i++)
            values[i] += success(acquisition, i, &slope);
    }
}

/* d log EI / d mean = -(Phi/h) / deviation, d log EI / d variance = (phi/h) / (2 variance). */
static void add_objective(struct acquisition *acquisition, size_t index, double *slopes)
{
    const struct prediction *prediction = acquisition->of_objective;
    double variance = prediction->variance[index];
    double deviation = sqrt(variance);
    double *parts = acquisition->parts;
    double of_variance = 0;
    average(acquisition, index);
    for (size_t t = 0; t < acquisition->objective->targets; t++) {
        double phi_part;
        double Phi_part;
        double mean = prediction->mean[index + t * prediction->count];
        improvement_log((acquisition->best[t] - mean) / deviation, &phi_part, &Phi_part);
        of_variance += parts[t] * phi_part / (2 * variance);
        parts[t] *= -Phi_part / deviation;
    }
    posterior_slopes(acquisition->objective, acquisition->of_objective, index, parts, of_variance,
                     slopes);
}

static void add_feasibility(struct acquisition *acquisition, size_t index, double *slopes)
{
    const struct posterior *model = acquisition->feasibility;
    double spread = 1 + acquisition->of_feasibility->variance[index];
    double mean = acquisition->of_feasibility->mean[index];
    double slope;
    success(acquisition, index, &slope);
    double of_mean = slope / sqrt(spread);
    double of_variance = -0.5 * slope * mean / (spread * sqrt(spread));
    posterior_slopes(model, acquisition->of_feasibility, index, &of_mean, of_variance,
                     acquisition->slopes);
    for (size_t j = 0; j < model->kernel.embedding->count; j++)
        slopes[j] += acquisition->slopes[j];
}

void acquisition_slopes(struct acquisition *acquisition, size_t index, double *slopes)
{
    const struct posterior *any =
        acquisition->objective != NULL ? acquisition->objective : acquisition->feasibility;
    for (size_t j = 0; j < any->kernel.embedding->count; j++)
        slopes[j] = 0;
    if (acquisition->objective != NULL)
        add_objective(acquisition, index, slopes);
    if (acquisition->feasibility != NULL)
        add_feasibility(acquisition, index, slopes);
}
