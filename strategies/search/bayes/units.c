/*
 * Interpolates between trials. Several values may have become one: those that are far worse than
 * most, of which the nearest is taken. Trials that were stopped early are left out, since they
 * count as worse than what they reported.
 */
#include "units.h"

#include <math.h>

#include <gsl/gsl_sort.h>

#include "sweep/mem.h"
#include "warp.h"

/* In standard deviations: where a bent scale ends, its inverse knows no bounds. */
#define FURTHEST 20.0

static size_t collect(struct units *units, const struct outcomes *outcomes, const double *values,
                      bool all)
{
    size_t count = 0;
    for (size_t i = 0; i < outcomes->known; i++) {
        if (!all && outcomes->trial[i]->state == SWEEP_TRIAL_PRUNED)
            continue;
        units->standard[count] = values[i];
        units->value[count++] =
            units->maximize ? -outcomes->trial[i]->value : outcomes->trial[i]->value;
    }
    return count;
}

/* Of equal ones the best stays. */
static size_t sort(struct units *units, size_t count)
{
    size_t kept = 0;
    gsl_sort2(units->standard, 1, units->value, 1, count);
    for (size_t i = 0; i < count; i++) {
        bool is_new = kept == 0 || units->standard[i] > units->standard[kept - 1];
        if (is_new) {
            units->standard[kept] = units->standard[i];
            units->value[kept++] = units->value[i];
        } else {
            units->value[kept - 1] = fmin(units->value[kept - 1], units->value[i]);
        }
    }
    return kept;
}

void units_init(struct units *units, const struct outcomes *outcomes, const double *values,
                bool maximize)
{
    *units = (struct units){
        .standard = sweep_alloc_array(outcomes->known, sizeof(double)),
        .value = sweep_alloc_array(outcomes->known, sizeof(double)),
        .maximize = maximize,
    };
    units->count = sort(units, collect(units, outcomes, values, false));
    if (units->count < 2)
        units->count = sort(units, collect(units, outcomes, values, true));
}

void units_release(struct units *units)
{
    sweep_free(units->standard);
    sweep_free(units->value);
    *units = (struct units){0};
}

/* On the line through two of them; as a weighted sum, since a difference could overflow. */
static double on_line(const struct units *units, size_t a, size_t b, double standard)
{
    double share = (standard - units->standard[a]) / (units->standard[b] - units->standard[a]);
    return (1 - share) * units->value[a] + share * units->value[b];
}

double units_value(const struct units *units, double standard)
{
    size_t last = units->count - 1;
    size_t far = last / 4 > 0 ? last / 4 : last; /* near ones would make rounding a slope */
    double value;
    if (standard <= units->standard[0]) {
        value = on_line(units, 0, far, standard);
    } else if (standard >= units->standard[last]) {
        value = on_line(units, last - far, last, standard);
    } else {
        size_t low = 0;
        size_t high = last;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;
            if (units->standard[middle] <= standard)
                low = middle;
            else
                high = middle;
        }
        value = on_line(units, low, high, standard);
    }
    return units->maximize ? -value : value;
}

double units_unbend(double bent, double bend)
{
    return fmax(-FURTHEST, fmin(warp_inverse(bent, bend), FURTHEST));
}
