/* Theta, posterior and scales of one set of values. */
#include "fitted.h"

#include "fit.h"
#include "sweep/mem.h"
#include "theta_memo.h"
#include "warp.h"

bool fitted_init(struct fitted *fitted, const struct embedding *embedding,
                 const struct outcomes *outcomes, const double *values,
                 const struct sweep_history *history)
{
    *fitted = (struct fitted){.outcomes = outcomes, .values = values};
    bool is_warm = values == outcomes->values && theta_memo_read(history, embedding, fitted->theta);
    fit_theta(embedding, &outcomes->points, values, is_warm, fitted->theta);
    fitted->bend = fitted->theta[KERNEL_BEND(embedding->count)];
    if (!posterior_init(&fitted->posterior, embedding, &outcomes->points, fitted->theta))
        return false;
    double *bent = sweep_alloc_array(outcomes->known, sizeof *bent);
    for (size_t i = 0; i < outcomes->known; i++)
        bent[i] = warp_value(values[i], fitted->bend, NULL);
    posterior_set(&fitted->posterior, bent, outcomes->known);
    sweep_free(bent);
    units_init(&fitted->units, outcomes, values, history->maximize);
    return true;
}

void fitted_release(struct fitted *fitted)
{
    if (fitted == NULL)
        return;
    posterior_release(&fitted->posterior);
    units_release(&fitted->units);
}

double fitted_value(const struct fitted *fitted, double bent)
{
    return units_value(&fitted->units, units_unbend(bent, fitted->bend));
}
