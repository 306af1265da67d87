/*
 * The names that `distribution:` takes, those of Weights & Biases.
 */
#ifndef SWEEP_CONFIG_DISTRIBUTION_H
#define SWEEP_CONFIG_DISTRIBUTION_H

#include <stdbool.h>

/** Which keys a parameter is given by. */
enum parameter_form {
    FORM_VALUE,  /* value */
    FORM_VALUES, /* values */
    FORM_BOUNDS  /* min and max */
};

struct distribution {
    const char *name;
    enum parameter_form form;
    bool is_integer;
    bool is_log;
};

/** The distribution of that name, or NULL. */
const struct distribution *distribution_find(const char *name);

/** Whether the name is one of Weights & Biases' that this version does not support yet. */
bool distribution_is_later(const char *name);

/** The name that was probably meant, or NULL. */
const char *distribution_nearest(const char *name);

#endif
