/*
 * A model fitted to values, which answers on the scale of people.
 *
 *     struct fitted fitted;
 *     if (fitted_init(&fitted, embedding, &outcomes, values, history))
 *         value = fitted_value(&fitted, mean);
 *     fitted_release(&fitted);
 *
 * Ownership: init and release; all else is borrowed until then.
 */
#ifndef SWEEP_BAYES_FITTED_H
#define SWEEP_BAYES_FITTED_H

#include "outcomes.h"
#include "posterior.h"
#include "units.h"

struct fitted {
    const struct outcomes *outcomes;
    const double *values; /* [outcomes->known] standardised, less is better */
    double theta[EMBEDDING_MAX + KERNEL_EXTRA];
    double bend; /* of the scale that the posterior sees */
    struct posterior posterior;
    struct units units;
};

/**
 * Fit it.
 *
 * @param outcomes  without pending trials
 * @param values    [outcomes->known] its own values, or others of the same order
 * @param history   of the outcomes; where the values are theirs, its memo says where to begin
 * @return false where there is no such model; release it all the same
 */
bool fitted_init(struct fitted *fitted, const struct embedding *embedding,
                 const struct outcomes *outcomes, const double *values,
                 const struct sweep_history *history);

/** Zeroed and NULL are allowed. */
void fitted_release(struct fitted *fitted);

/** What a value on the scale of the posterior is to people. */
double fitted_value(const struct fitted *fitted, double bent);

#endif
