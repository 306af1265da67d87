/*
 * The names that `distribution:` takes, those of Weights & Biases.
 */
#ifndef SWEEP_CONFIG_DISTRIBUTION_H
#define SWEEP_CONFIG_DISTRIBUTION_H

#include <stdbool.h>

#include "sweep/space.h"

/** Which keys a parameter is given by. */
enum parameter_form {
    FORM_VALUE,   /* value */
    FORM_VALUES,  /* values */
    FORM_BOUNDS,  /* min and max */
    FORM_MOMENTS, /* mu and sigma */
    FORM_SHAPES   /* a and b */
};

/** What `min` and `max` are. */
enum parameter_limits {
    LIMITS_THEMSELVES,
    LIMITS_LOGARITHMS, /* natural ones: a draw is exp(x) */
    LIMITS_INVERSE     /* natural ones of the inverse: a draw is exp(-x) */
};

struct distribution {
    const char *name;
    enum sweep_distribution distribution;
    enum parameter_form form;
    enum parameter_limits limits;
    bool has_q;             /* draws are rounded; q is 1.0 where it is left out */
    bool has_probabilities; /* must have */
    const char *instead;    /* of a deprecated one, the name of the one with limits; else NULL */
};

/** The distribution of that name, or NULL. */
const struct distribution *distribution_find(const char *name);

/** The name that was probably meant, or NULL. */
const char *distribution_nearest(const char *name);

#endif
