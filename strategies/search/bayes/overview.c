/* The values of trials again, as they are. */
#include "overview.h"

#include <math.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "sweep/mem.h"

/* Up to so many times the way from the best to the worst tenth. */
#define FURTHEST 2.5

#define WORST 0.9

/* @return where the worst tenth begins */
static double bring_nearer(double *values, size_t n)
{
    double *sorted = sweep_alloc_array(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = values[i];
    gsl_sort(sorted, 1, n);
    double worst = gsl_stats_quantile_from_sorted_data(sorted, 1, n, WORST);
    double limit = sorted[0] + FURTHEST * (worst - sorted[0]);
    for (size_t i = 0; i < n && worst > sorted[0]; i++)
        values[i] = fmin(values[i], limit);
    sweep_free(sorted);
    return worst;
}

double overview_values(const struct outcomes *outcomes, bool maximize, double *values)
{
    size_t n = outcomes->known;
    double unit = 0;
    for (size_t i = 0; i < n; i++)
        unit = fmax(unit, fabs(outcomes->trial[i]->value));
    for (size_t i = 0; i < n; i++) /* in units in which no square overflows */
        values[i] = (maximize ? -outcomes->trial[i]->value : outcomes->trial[i]->value) / unit;
    outcomes_lift_pruned(outcomes, values);
    double worst = bring_nearer(values, n);
    double mean = gsl_stats_mean(values, 1, n);
    double deviation = sqrt(gsl_stats_variance_with_fixed_mean(values, 1, n, mean));
    for (size_t i = 0; i < n; i++)
        values[i] = deviation > 0 ? (values[i] - mean) / deviation : 0;
    return maximize ? -worst * unit : worst * unit;
}
