/* Fits the model to all that has finished, and reads from it what people want to know. */
#include "explain.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "deepest.h"
#include "failures.h"
#include "fit.h"
#include "improvement.h"
#include "influence.h"
#include "means.h"
#include "outcomes.h"
#include "skill.h"
#include "sweep/mem.h"
#include "theta_memo.h"
#include "units.h"
#include "warp.h"

/* Values without which there is nothing to model. */
#define KNOWN_MIN 3

/* Deviations to both sides of an interval. */
#define WIDTH 1.959963984540054

/* What counts as better, as a part of the way from the incumbent to the median. */
#define MARGIN 0.01

struct reading {
    const struct embedding *embedding;
    struct sweep_judge *judge;
    struct outcomes outcomes;
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    struct posterior objective;
    struct posterior failures;
    bool has_failures;
    struct units units;
    double bend;   /* of the scale that the model sees */
    double lowest; /* the mean at the incumbent, on that scale */
    double better; /* what is better by the margin, on that scale */
};

/* What a value on the model's scale is to people. */
static double value_of(const struct reading *reading, double bent)
{
    return units_value(&reading->units, units_unbend(bent, reading->bend));
}

/* --- the model -------------------------------------------------------------------------------- */

static bool learn(struct reading *reading, const struct sweep_history *history)
{
    const struct embedding *embedding = reading->embedding;
    const struct outcomes *outcomes = &reading->outcomes;
    bool is_warm = theta_memo_read(history, embedding, reading->theta);
    fit_theta(embedding, &outcomes->points, outcomes->values, is_warm, reading->theta);
    reading->bend = reading->theta[KERNEL_BEND(embedding->count)];
    if (!posterior_init(&reading->objective, embedding, &outcomes->points, reading->theta, 1))
        return false;
    double *bent = sweep_alloc_array(outcomes->known, sizeof *bent);
    for (size_t i = 0; i < outcomes->known; i++)
        bent[i] = warp_value(outcomes->values[i], reading->bend, NULL);
    posterior_set(&reading->objective, 0, bent);
    sweep_free(bent);
    reading->has_failures = failures_model(&reading->failures, embedding, outcomes, reading->theta);
    units_init(&reading->units, outcomes, history->maximize);
    return true;
}

/* @return the index of the incumbent */
static size_t find_incumbent(struct reading *reading)
{
    const struct outcomes *outcomes = &reading->outcomes;
    double *means = sweep_alloc_array(outcomes->known, sizeof *means);
    size_t best = 0;
    means_at(&reading->objective, &outcomes->points, 0, outcomes->known, means);
    for (size_t i = 1; i < outcomes->known; i++)
        if (means[i] < means[best])
            best = i;
    reading->lowest = means[best];
    gsl_sort(means, 1, outcomes->known);
    double median = gsl_stats_median_from_sorted_data(means, 1, outcomes->known);
    double low = units_unbend(reading->lowest, reading->bend);
    double margin = MARGIN * (units_unbend(median, reading->bend) - low);
    reading->better = warp_value(low - margin, reading->bend, NULL);
    sweep_free(means);
    return best;
}

/* --- forecasts -------------------------------------------------------------------------------- */

static void set_interval(const struct reading *reading, double mean, double deviation, double *low,
                         double *high)
{
    double a = value_of(reading, mean - WIDTH * deviation);
    double b = value_of(reading, mean + WIDTH * deviation);
    *low = fmin(a, b);
    *high = fmax(a, b);
}

static double success_at(const struct reading *reading, const struct points *at)
{
    double slope;
    if (!reading->has_failures)
        return 1;
    struct prediction *prediction = prediction_create(&reading->failures, 1);
    posterior_predict(&reading->failures, at, 0, 1, prediction);
    double z = prediction->mean[0] / sqrt(1 + prediction->variance[0]);
    prediction_free(prediction);
    return exp(improvement_log_probability(z, &slope));
}

static void set_nearest(const struct reading *reading, const double *x, struct sweep_forecast *out)
{
    const struct outcomes *outcomes = &reading->outcomes;
    size_t n = outcomes->known;
    double *r2 = sweep_alloc_array(2 * n, sizeof *r2);
    size_t nearest = 0;
    kernel_distances(&reading->objective.kernel, x, &outcomes->points, 0, r2, r2 + n);
    for (size_t i = 1; i < n; i++)
        if (r2[i] < r2[nearest])
            nearest = i;
    kernel_matern(1, &r2[nearest], &out->likeness, NULL);
    out->nearest = outcomes->trial[nearest]->number;
    sweep_free(r2);
}

/* EI = deviation h(z), and P(better by the margin) = Phi((better - mean) / deviation). */
static void set_hopes(const struct reading *reading, double mean, double deviation,
                      struct sweep_forecast *out)
{
    double phi_part;
    double Phi_part;
    double z = (reading->lowest - mean) / deviation;
    double expected = deviation * exp(improvement_log(z, &phi_part, &Phi_part));
    out->gain =
        fabs(value_of(reading, reading->lowest) - value_of(reading, reading->lowest - expected));
    out->chance = out->success * gsl_cdf_ugaussian_P((reading->better - mean) / deviation);
}

static void forecast(const struct reading *reading, const double *x, struct sweep_forecast *out)
{
    const struct posterior *objective = &reading->objective;
    struct points at;
    *out = (struct sweep_forecast){0};
    points_init(&at, reading->embedding, 1);
    points_add(&at, reading->embedding, x);
    struct prediction *prediction = prediction_create(objective, 1);
    posterior_predict(objective, &at, 0, 1, prediction);
    double mean = prediction->mean[0];
    double variance = prediction->variance[0];
    out->middle = value_of(reading, mean);
    set_interval(reading, mean, sqrt(variance), &out->low, &out->high);
    set_interval(reading, mean, sqrt(variance + objective->kernel.noise), &out->trial_low,
                 &out->trial_high);
    out->success = success_at(reading, &at);
    set_hopes(reading, mean, sqrt(variance), out);
    set_nearest(reading, x, out);
    prediction_free(prediction);
    points_release(&at);
}

static void forecast_params(const struct reading *reading, const struct sweep_value *params,
                            struct sweep_forecast *out)
{
    double x[EMBEDDING_MAX];
    *out = (struct sweep_forecast){.middle = (double)NAN};
    if (embedding_encode(reading->embedding, params, x))
        forecast(reading, x, out);
}

/* --- influences ------------------------------------------------------------------------------- */

static double within(double value)
{
    return fmin(fmax(value, 0), 1);
}

static void set_influence(const struct reading *reading, const struct influence_levels *levels,
                          const struct influence *influence, const struct skill_influence *estimate,
                          struct sweep_influence *out)
{
    *out = (struct sweep_influence){
        .share = within(estimate->share.value),
        .share_low = within(estimate->share.value - estimate->share.half),
        .share_high = within(estimate->share.value + estimate->share.half),
        .total = within(estimate->total.value),
        .total_low = within(estimate->total.value - estimate->total.half),
        .total_high = within(estimate->total.value + estimate->total.half),
    };
    for (size_t g = 0; g < levels->count && influence->is_known; g++) {
        if (isnan(influence->means[g]))
            continue;
        out->levels[out->level_count++] = (struct sweep_level){
            levels->values[g], units_value(&reading->units, influence->means[g])};
    }
}

static void set_influences(struct reading *reading, struct sweep_explanation *out)
{
    const struct embedding *embedding = reading->embedding;
    const struct skill_model model = {&reading->outcomes, reading->theta};
    struct influence *whole = sweep_alloc_array(embedding->count, sizeof *whole);
    struct skill_influence *estimates = sweep_alloc_array(embedding->count, sizeof *estimates);
    struct influences influences;
    influences_init(&influences, embedding, reading->judge, reading->outcomes.known);
    influences_measure(&influences, &reading->objective, reading->bend, influences.bases, whole);
    out->skill = skill_measure(&model, &influences, whole, estimates);
    for (size_t i = 0; i < sweep_space_count(embedding->space); i++)
        out->influences[i] = (struct sweep_influence){0};
    for (size_t j = 0; j < embedding->count; j++)
        set_influence(reading, &influences.levels[j], &whole[j], &estimates[j],
                      &out->influences[embedding->dimensions[j].parameter]);
    influences_release(&influences);
    sweep_free(estimates);
    sweep_free(whole);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void read_model(struct reading *reading, struct sweep_explanation *out)
{
    const struct models models = {&reading->objective,
                                  reading->has_failures ? &reading->failures : NULL};
    double x[EMBEDDING_MAX];
    size_t incumbent = find_incumbent(reading);
    out->basis = SWEEP_BASIS_MODEL;
    out->incumbent = reading->outcomes.trial[incumbent]->number;
    points_get(&reading->outcomes.points, reading->embedding, incumbent, x);
    forecast(reading, x, &out->of_incumbent);
    double value = value_of(reading, reading->lowest);
    double noise = sqrt(reading->objective.kernel.noise);
    out->margin = fabs(value_of(reading, reading->better) - value);
    out->noise = fabs(value_of(reading, reading->lowest + noise) - value);
    for (size_t i = 0; i < out->point_count; i++)
        forecast_params(reading, out->points[i], &out->forecasts[i]);
    if (out->influences != NULL)
        set_influences(reading, out);
    if (out->best != NULL) {
        deepest_find(&models, &reading->outcomes, reading->judge, out->best);
        forecast_params(reading, out->best, &out->of_best);
    }
}

void explain_history(const struct embedding *embedding, const struct sweep_ask *ask,
                     struct sweep_explanation *out)
{
    struct sweep_history finished = *ask->history;
    struct reading *reading = sweep_alloc(sizeof *reading);
    finished.pending_count = 0;
    reading->embedding = embedding;
    reading->judge = sweep_judge_create(embedding->space, NULL);
    outcomes_init(&reading->outcomes, embedding, &finished);
    out->known = reading->outcomes.known;
    out->failures = reading->outcomes.failures;
    out->basis = SWEEP_BASIS_NONE;
    bool is_enough = embedding->count > 0 && out->known >= KNOWN_MIN && reading->judge != NULL;
    if (is_enough && reading->outcomes.is_flat)
        out->basis = SWEEP_BASIS_FLAT;
    else if (is_enough && learn(reading, &finished))
        read_model(reading, out);
    units_release(&reading->units);
    posterior_release(&reading->objective);
    posterior_release(&reading->failures);
    outcomes_release(&reading->outcomes);
    sweep_judge_free(reading->judge);
    sweep_free(reading);
}
