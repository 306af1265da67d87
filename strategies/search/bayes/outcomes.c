/* From trials to points and values. */
#include "outcomes.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "sweep/mem.h"

/* Values within so many times the least are as well left as they are. */
#define RATIO_MIN 20.0

/* What logarithms must gain in log likelihood, for each value: far ones are brought nearer, and the
 * bend of the model helps, without them too. */
#define GAIN_MIN 0.5

enum meaning {
    MEANS_NOTHING,
    MEANS_VALUE,
    MEANS_FAILURE
};

static enum meaning meaning_of(const struct sweep_trial *trial)
{
    bool is_finite = trial->objective == SWEEP_OBJECTIVE_FINITE;
    switch (trial->state) {
    case SWEEP_TRIAL_COMPLETE:
        if (trial->objective == SWEEP_OBJECTIVE_NONE)
            return MEANS_NOTHING;
        return is_finite ? MEANS_VALUE : MEANS_FAILURE;
    case SWEEP_TRIAL_PRUNED:
        return is_finite ? MEANS_VALUE : MEANS_NOTHING;
    case SWEEP_TRIAL_FAILED:
        return sweep_reason_is_of_params(trial->reason) ? MEANS_FAILURE : MEANS_NOTHING;
    case SWEEP_TRIAL_WAITING:
    case SWEEP_TRIAL_RUNNING:
    case SWEEP_TRIAL_CANCELLED:
        return MEANS_NOTHING;
    }
    return MEANS_NOTHING;
}

static void add_finished(struct outcomes *outcomes, const struct embedding *embedding,
                         const struct sweep_trial *trial, bool maximize)
{
    double x[EMBEDDING_MAX];
    enum meaning meaning = meaning_of(trial);
    if (meaning == MEANS_NOTHING || !embedding_encode(embedding, trial->params, x))
        return;
    outcomes->labels[outcomes->judged.count] = meaning == MEANS_VALUE ? 1 : -1;
    points_add(&outcomes->judged, embedding, x);
    if (meaning == MEANS_FAILURE) {
        outcomes->failures++;
        return;
    }
    outcomes->values[outcomes->known] = maximize ? -trial->value : trial->value;
    outcomes->trial[outcomes->known++] = trial;
    points_add(&outcomes->points, embedding, x);
}

/* --- values ----------------------------------------------------------------------------------- */

static void scale(double *values, size_t n, double shift, double factor)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (values[i] - shift) * factor;
}

/* Into [-1, 1], where squares and differences are finite. @return false when all are the same */
static bool bound(double *values, size_t n)
{
    double min = gsl_stats_min(values, 1, n);
    double max = gsl_stats_max(values, 1, n);
    if (min == max)
        return false;
    double middle = min / 2 + max / 2;
    double half = fmax(max / 2 - min / 2, DBL_TRUE_MIN);
    for (size_t i = 0; i < n; i++)
        values[i] = (values[i] - middle) / half;
    return true;
}

/* By the log likelihood of normal draws, whose mean and deviation are those of the values; that of
 * logarithms needs log dlog(y)/dy = -log y. */
static void take_logarithms(double *values, size_t n)
{
    double least = gsl_stats_min(values, 1, n);
    double most = gsl_stats_max(values, 1, n);
    if (!(least > 0 && most / least > RATIO_MIN))
        return;
    double *parts = sweep_alloc_array(2 * n, sizeof *parts);
    double *logs = parts + n;
    double gain = 0;
    for (size_t i = 0; i < n; i++) {
        parts[i] = values[i] / most;
        logs[i] = log(values[i]) - log(most);
        gain -= logs[i] / (double)n;
    }
    gain += log(gsl_stats_sd(parts, 1, n) / gsl_stats_sd(logs, 1, n));
    if (gain > GAIN_MIN)
        memcpy(values, logs, n * sizeof *values);
    sweep_free(parts);
}

static void bring_nearer(double *values, size_t n)
{
    double *sorted = sweep_alloc_array(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = values[i];
    gsl_sort(sorted, 1, n);
    double lower = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.25);
    double upper = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.75);
    double limit = upper + 1.5 * (upper - lower);
    for (size_t i = 0; i < n && upper > lower; i++)
        values[i] = fmin(values[i], limit);
    sweep_free(sorted);
}

void outcomes_lift_pruned(const struct outcomes *outcomes, double *values)
{
    size_t n = outcomes->known;
    double *sorted = sweep_alloc_array(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = values[i];
    gsl_sort(sorted, 1, n);
    double median = gsl_stats_median_from_sorted_data(sorted, 1, n);
    for (size_t i = 0; i < n; i++)
        if (outcomes->trial[i]->state == SWEEP_TRIAL_PRUNED)
            values[i] = fmax(values[i], median);
    sweep_free(sorted);
}

static void standardise(struct outcomes *outcomes)
{
    size_t n = outcomes->known;
    outcomes->is_flat = true;
    if (n < 2)
        return;
    take_logarithms(outcomes->values, n);
    if (!bound(outcomes->values, n))
        return;
    outcomes_lift_pruned(outcomes, outcomes->values);
    bring_nearer(outcomes->values, n);
    double mean = gsl_stats_mean(outcomes->values, 1, n);
    double deviation = sqrt(gsl_stats_variance_with_fixed_mean(outcomes->values, 1, n, mean));
    outcomes->is_flat = !(deviation > 0);
    scale(outcomes->values, n, mean, deviation > 0 ? 1 / deviation : 0);
}

void outcomes_init(struct outcomes *outcomes, const struct embedding *embedding,
                   const struct sweep_history *history)
{
    size_t finished = history->finished_count;
    size_t most = finished + history->pending_count;
    double x[EMBEDDING_MAX];
    *outcomes = (struct outcomes){
        .trial = sweep_alloc_array(most, sizeof *outcomes->trial),
        .values = sweep_alloc_array(finished, sizeof *outcomes->values),
        .labels = sweep_alloc_array(finished, sizeof *outcomes->labels),
    };
    points_init(&outcomes->points, embedding, most);
    points_init(&outcomes->judged, embedding, finished);
    for (size_t i = 0; i < finished; i++)
        add_finished(outcomes, embedding, history->finished[i], history->maximize);
    for (size_t i = 0; i < history->pending_count; i++)
        if (embedding_encode(embedding, history->pending[i]->params, x)) {
            outcomes->trial[outcomes->points.count] = history->pending[i];
            points_add(&outcomes->points, embedding, x);
        }
    standardise(outcomes);
}

void outcomes_pick(struct outcomes *part, const struct embedding *embedding,
                   const struct outcomes *all, const bool *marked)
{
    double x[EMBEDDING_MAX];
    size_t most = 0;
    for (size_t i = 0; i < all->known; i++)
        most += marked[i];
    *part = (struct outcomes){
        .trial = sweep_alloc_array(most, sizeof *part->trial),
        .values = sweep_alloc_array(most, sizeof *part->values),
        .is_flat = all->is_flat,
    };
    points_init(&part->points, embedding, most);
    for (size_t i = 0; i < all->known; i++) {
        if (!marked[i])
            continue;
        part->trial[part->known] = all->trial[i];
        part->values[part->known++] = all->values[i];
        points_get(&all->points, embedding, i, x);
        points_add(&part->points, embedding, x);
    }
}

void outcomes_release(struct outcomes *outcomes)
{
    points_release(&outcomes->points);
    points_release(&outcomes->judged);
    sweep_free((void *)outcomes->trial);
    sweep_free(outcomes->values);
    sweep_free(outcomes->labels);
    *outcomes = (struct outcomes){0};
}
