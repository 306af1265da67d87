/*
 * The values k * q of a parameter whose draws are rounded: Weights & Biases' q_ distributions.
 *
 *     struct multiples multiples;
 *     multiples_init(&multiples, parameter);
 *     double value = multiples_value(&multiples, multiples_nearest(&multiples, x));
 *
 * Other than a step_grid they do not begin with min, and the outermost may lie outside the bounds.
 *
 * Ownership: a plain value in the caller's storage.
 */
#ifndef SWEEP_SPACE_MULTIPLES_H
#define SWEEP_SPACE_MULTIPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/space.h"

struct multiples {
    double q;
    double scale; /* a power of ten that makes q a whole number; 0: there is none */
    double first; /* the least k that a draw can come to */
    double last;
    uint64_t count; /* of values; 0: a distribution without bounds */
};

/** Whether the parameter's draws are rounded so. */
bool multiples_apply(const struct sweep_parameter *parameter);

/** The parameter has a q and has passed space_check_parameter(). */
void multiples_init(struct multiples *multiples, const struct sweep_parameter *parameter);

/** The k whose multiple is nearest to x, a tie to the even one; within first and last. */
double multiples_nearest(const struct multiples *multiples, double x);

/** k * q as the decimals of q give it: 3 * 0.1 is 0.3. */
double multiples_value(const struct multiples *multiples, double k);

#endif
