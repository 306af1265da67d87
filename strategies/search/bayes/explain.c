/* Fits models to what has finished (active.h: to 1,024 trials of more), and reads from them what
 * people want to know. */
#include "explain.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "active.h"
#include "deepest.h"
#include "failures.h"
#include "fitted.h"
#include "improvement.h"
#include "influence.h"
#include "means.h"
#include "outcomes.h"
#include "overview.h"
#include "skill.h"
#include "sweep/mem.h"

/* Values without which there is nothing to model. */
#define KNOWN_MIN 3

/* Deviations to both sides of an interval. */
#define WIDTH 1.959963984540054

/* What counts as better, as a part of the way from the incumbent to the worst tenth. */
#define MARGIN 0.01

/* How far below the incumbent that is, at most [standard deviations]. */
#define FURTHEST 10.0
#define HALVINGS 60

struct reading {
    const struct embedding *embedding;
    const struct sweep_history *history;
    struct sweep_judge *judge;
    struct outcomes all;
    struct outcomes outcomes; /* those that an ask makes its model of */
    struct outcomes spread;   /* as many from everywhere, of which the overview is */
    struct fitted search;     /* the model of an ask */
    double *values;           /* [spread.known] of the overview */
    struct posterior failures;
    bool has_failures;
    double lowest; /* the mean at the incumbent */
    double better; /* what is better by the margin, on the scale of the model */
};

/* --- the incumbent ---------------------------------------------------------------------------- */

/* What is better by a margin: values below the lowest are searched for it. */
static double find_better(const struct reading *reading, double margin)
{
    double value = fitted_value(&reading->search, reading->lowest);
    double near = reading->lowest;
    double far = near - FURTHEST;
    for (int halving = 0; halving < HALVINGS; halving++) {
        double middle = near / 2 + far / 2;
        if (fabs(fitted_value(&reading->search, middle) - value) < margin)
            near = middle;
        else
            far = middle;
    }
    return far;
}

/* @return the index of the incumbent */
static size_t find_incumbent(struct reading *reading)
{
    const struct outcomes *outcomes = &reading->outcomes;
    double *means = sweep_alloc_array(outcomes->known, sizeof *means);
    size_t best = 0;
    means_at(&reading->search.posterior, &outcomes->points, 0, outcomes->known, means);
    for (size_t i = 1; i < outcomes->known; i++)
        if (means[i] < means[best])
            best = i;
    reading->lowest = means[best];
    sweep_free(means);
    return best;
}

/* --- forecasts -------------------------------------------------------------------------------- */

static void set_interval(const struct reading *reading, double mean, double deviation, double *low,
                         double *high)
{
    double a = fitted_value(&reading->search, mean - WIDTH * deviation);
    double b = fitted_value(&reading->search, mean + WIDTH * deviation);
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
    const struct outcomes *outcomes = &reading->all;
    size_t n = outcomes->known;
    double *r2 = sweep_alloc_array(2 * n, sizeof *r2);
    size_t nearest = 0;
    kernel_distances(&reading->search.posterior.kernel, x, &outcomes->points, 0, r2, r2 + n);
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
    out->gain = fabs(fitted_value(&reading->search, reading->lowest) -
                     fitted_value(&reading->search, reading->lowest - expected));
    out->chance = out->success * gsl_cdf_ugaussian_P((reading->better - mean) / deviation);
}

static void forecast(const struct reading *reading, const double *x, struct sweep_forecast *out)
{
    const struct posterior *objective = &reading->search.posterior;
    struct points at;
    *out = (struct sweep_forecast){0};
    points_init(&at, reading->embedding, 1);
    points_add(&at, reading->embedding, x);
    struct prediction *prediction = prediction_create(objective, 1);
    posterior_predict(objective, &at, 0, 1, prediction);
    double mean = prediction->mean[0];
    double variance = prediction->variance[0];
    out->middle = fitted_value(&reading->search, mean);
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

static void set_influence(const struct fitted *overview, const struct influence_levels *levels,
                          const struct influence *influence, const struct skill_influence *estimate,
                          struct sweep_influence *out)
{
    *out = (struct sweep_influence){
        .share = estimate->alone.value,
        .share_low = estimate->alone.low,
        .share_high = estimate->alone.high,
        .total = estimate->total.value,
        .total_low = estimate->total.low,
        .total_high = estimate->total.high,
    };
    for (size_t g = 0; g < levels->count && influence->is_known; g++) {
        if (isnan(influence->means[g]))
            continue;
        out->levels[out->level_count++] = (struct sweep_level){
            levels->values[g], units_value(&overview->units, influence->means[g])};
    }
}

/* A model that sees nothing but noise predicts the same everywhere. */
static void measure_influences(const struct reading *reading, const struct fitted *overview,
                               struct sweep_explanation *out)
{
    const struct embedding *embedding = reading->embedding;
    struct influence *measured = sweep_alloc_array(embedding->count, sizeof *measured);
    struct skill_influence *estimates = sweep_alloc_array(embedding->count, sizeof *estimates);
    struct skill_whole whole = {.influences = measured};
    struct influences influences;
    influences_init(&influences, embedding, reading->judge, reading->spread.known);
    whole.variance = influences_measure(&influences, &overview->posterior, overview->bend,
                                        influences.bases, measured);
    if (whole.variance > 0)
        out->skill = skill_measure(overview, &influences, &whole, estimates);
    for (size_t j = 0; j < embedding->count; j++)
        set_influence(overview, &influences.levels[j], &measured[j], &estimates[j],
                      &out->influences[embedding->dimensions[j].parameter]);
    influences_release(&influences);
    sweep_free(estimates);
    sweep_free(measured);
}

static void set_influences(const struct reading *reading, struct sweep_explanation *out)
{
    struct fitted *overview = sweep_alloc(sizeof *overview);
    for (size_t i = 0; i < sweep_space_count(reading->embedding->space); i++)
        out->influences[i] = (struct sweep_influence){0};
    if (fitted_init(overview, reading->embedding, &reading->spread, reading->values,
                    reading->history))
        measure_influences(reading, overview, out);
    fitted_release(overview);
    sweep_free(overview);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Values are what they are among all trials. @return where the worst tenth begins */
static double read_overview(struct reading *reading)
{
    size_t n = reading->all.known;
    bool *marked = sweep_alloc_array(n, sizeof *marked);
    reading->values = sweep_alloc_array(n, sizeof *reading->values);
    double worst = overview_values(&reading->all, reading->history->maximize, reading->values);
    active_mark_evenly(n, marked);
    outcomes_pick(&reading->spread, reading->embedding, &reading->all, marked);
    for (size_t i = 0, kept = 0; i < n; i++)
        if (marked[i])
            reading->values[kept++] = reading->values[i];
    sweep_free(marked);
    return worst;
}

static void read_model(struct reading *reading, struct sweep_explanation *out)
{
    const struct fitted *search = &reading->search;
    const struct deepest_models models = {&search->posterior,
                                          reading->has_failures ? &reading->failures : NULL};
    double x[EMBEDDING_MAX];
    size_t incumbent = find_incumbent(reading);
    double value = fitted_value(search, reading->lowest);
    double worst = read_overview(reading);
    out->basis = SWEEP_BASIS_MODEL;
    out->margin = MARGIN * fabs(worst - value);
    reading->better = find_better(reading, out->margin);
    out->noise =
        fabs(fitted_value(search, reading->lowest + sqrt(search->posterior.kernel.noise)) - value);
    out->incumbent = reading->outcomes.trial[incumbent]->number;
    points_get(&reading->outcomes.points, reading->embedding, incumbent, x);
    forecast(reading, x, &out->of_incumbent);
    for (size_t i = 0; i < out->point_count; i++)
        forecast_params(reading, out->points[i], &out->forecasts[i]);
    if (out->influences != NULL)
        set_influences(reading, out);
    if (out->best != NULL) {
        deepest_find(&models, &reading->outcomes, reading->judge, out->best);
        forecast_params(reading, out->best, &out->of_best);
    }
}

static void pick_outcomes(struct reading *reading)
{
    bool *marked = sweep_alloc_array(reading->all.known, sizeof *marked);
    active_mark(reading->embedding, &reading->all, marked);
    outcomes_pick(&reading->outcomes, reading->embedding, &reading->all, marked);
    sweep_free(marked);
}

static void read_outcomes(struct reading *reading, struct sweep_explanation *out)
{
    const struct outcomes *outcomes = &reading->outcomes;
    if (reading->all.is_flat) {
        out->basis = SWEEP_BASIS_FLAT;
        return;
    }
    pick_outcomes(reading);
    if (!fitted_init(&reading->search, reading->embedding, outcomes, outcomes->values,
                     reading->history))
        return;
    reading->has_failures = failures_model(&reading->failures, reading->embedding, &reading->all,
                                           reading->search.theta);
    read_model(reading, out);
}

void explain_history(const struct embedding *embedding, const struct sweep_ask *ask,
                     struct sweep_explanation *out)
{
    struct sweep_history finished = *ask->history;
    struct reading *reading = sweep_alloc(sizeof *reading);
    finished.pending_count = 0;
    reading->embedding = embedding;
    reading->history = &finished;
    reading->judge = sweep_judge_create(embedding->space, NULL);
    outcomes_init(&reading->all, embedding, &finished);
    out->known = reading->all.known;
    out->failures = reading->all.failures;
    out->basis = SWEEP_BASIS_NONE;
    if (embedding->count > 0 && out->known >= KNOWN_MIN && reading->judge != NULL)
        read_outcomes(reading, out);
    fitted_release(&reading->search);
    posterior_release(&reading->failures);
    sweep_free(reading->values);
    outcomes_release(&reading->spread);
    outcomes_release(&reading->outcomes);
    outcomes_release(&reading->all);
    sweep_judge_free(reading->judge);
    sweep_free(reading);
}
