/*
 * From the model's values back to the person's: how standardised values stand to those of trials.
 *
 *     struct units units;
 *     units_init(&units, &outcomes, values, history->maximize);
 *     double value = units_value(&units, units_unbend(mean, bend));
 *     units_release(&units);
 *
 * The way there is not known here, only that it keeps the order: what lies between two trials is
 * interpolated, which is exact where the way is a straight line.
 *
 * Ownership: init and release.
 */
#ifndef SWEEP_BAYES_UNITS_H
#define SWEEP_BAYES_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#include "outcomes.h"

struct units {
    double *standard; /* [count] strictly rising */
    double *value;    /* [count] of them, less is better */
    size_t count;
    bool maximize;
};

/** @param values  [outcomes->known] standardised, not all the same */
void units_init(struct units *units, const struct outcomes *outcomes, const double *values,
                bool maximize);

void units_release(struct units *units);

/** The value of the person that stands for a standardised one. */
double units_value(const struct units *units, double standard);

/** A standardised value from the scale that the model sees: warp_inverse(), within what can be. */
double units_unbend(double bent, double bend);

#endif
