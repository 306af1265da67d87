/*
 * The table of distributions. How values are drawn from them is space's.
 */
#include "config/distribution.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

static const struct distribution rows[] = {
    {"uniform", FORM_BOUNDS, .is_integer = false, .is_log = false},
    {"int_uniform", FORM_BOUNDS, .is_integer = true, .is_log = false},
    {"log_uniform_values", FORM_BOUNDS, .is_integer = false, .is_log = true},
    {"categorical", FORM_VALUES, .is_integer = false, .is_log = false},
    {"constant", FORM_VALUE, .is_integer = false, .is_log = false},
};

static const char *const later[] = {
    "q_uniform",
    "log_uniform",
    "q_log_uniform",
    "q_log_uniform_values",
    "inv_log_uniform",
    "inv_log_uniform_values",
    "normal",
    "q_normal",
    "log_normal",
    "q_log_normal",
    "beta",
    "q_beta",
    "categorical_w_probabilities",
};

const struct distribution *distribution_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

/* What Optuna, Ray Tune and scipy call them. */
static const struct synonym {
    const char *word;
    const char *name;
} synonyms[] = {
    {"loguniform", "log_uniform_values"},
    {"log", "log_uniform_values"},
    {"float", "uniform"},
    {"double", "uniform"},
    {"real", "uniform"},
    {"int", "int_uniform"},
    {"integer", "int_uniform"},
    {"randint", "int_uniform"},
    {"choice", "categorical"},
    {"fixed", "constant"},
};

bool distribution_is_later(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(later); i++)
        if (strcmp(later[i], name) == 0)
            return true;
    return false;
}

const char *distribution_nearest(const char *name)
{
    const char *names[ARRAY_LENGTH(rows)];
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        names[i] = rows[i].name;
    for (size_t i = 0; i < ARRAY_LENGTH(synonyms); i++)
        if (strcmp(synonyms[i].word, name) == 0)
            return synonyms[i].name;
    return nearest_word(name, names, ARRAY_LENGTH(rows));
}
