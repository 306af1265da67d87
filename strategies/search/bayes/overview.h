/*
 * Values for an overview of the whole space, where a search looks at the good ones only.
 *
 *     double *values = sweep_alloc_array(outcomes.known, sizeof *values);
 *     overview_values(&outcomes, maximize, values);
 *
 * To a search it does not matter how bad a bad value is, and the more good trials there are, the
 * sooner a value is bad. Who asks what mattered wants to know it of all that was tried: here only
 * what lies far beyond the worst tenth is brought nearer, so that a few that went astray do not
 * hide all else.
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_BAYES_OVERVIEW_H
#define SWEEP_BAYES_OVERVIEW_H

#include "outcomes.h"

/**
 * Write standardised values, less is better.
 *
 * @param outcomes     at least 3 known ones that are not all the same
 * @param[out] values  [known]
 * @return where the worst tenth begins, as a value of the person
 */
double overview_values(const struct outcomes *outcomes, bool maximize, double *values);

#endif
