/*
 * The table of distributions. How values are drawn from them is space's.
 */
#include "config/distribution.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

#define ONE           .distribution = SWEEP_CONSTANT, .form = FORM_VALUE
#define LIST          .distribution = SWEEP_CATEGORICAL, .form = FORM_VALUES
#define BOUNDS(what)  .distribution = (what), .form = FORM_BOUNDS
#define MOMENTS(what) .distribution = (what), .form = FORM_MOMENTS
#define SHAPES        .distribution = SWEEP_BETA, .form = FORM_SHAPES

/* The inverse of a log-uniform number is log-uniform: only the order of draws would differ. */
static const struct distribution rows[] = {
    {.name = "constant", ONE},
    {.name = "categorical", LIST},
    {.name = "categorical_w_probabilities", LIST, .has_probabilities = true},
    {.name = "uniform", BOUNDS(SWEEP_UNIFORM)},
    {.name = "int_uniform", BOUNDS(SWEEP_INT_UNIFORM)},
    {.name = "log_uniform_values", BOUNDS(SWEEP_LOG_UNIFORM)},
    {.name = "inv_log_uniform_values", BOUNDS(SWEEP_LOG_UNIFORM)},
    {.name = "q_uniform", BOUNDS(SWEEP_UNIFORM), .has_q = true},
    {.name = "q_log_uniform_values", BOUNDS(SWEEP_LOG_UNIFORM), .has_q = true},
    {.name = "normal", MOMENTS(SWEEP_NORMAL)},
    {.name = "q_normal", MOMENTS(SWEEP_NORMAL), .has_q = true},
    {.name = "log_normal", MOMENTS(SWEEP_LOG_NORMAL)},
    {.name = "q_log_normal", MOMENTS(SWEEP_LOG_NORMAL), .has_q = true},
    {.name = "beta", SHAPES},
    {.name = "q_beta", SHAPES, .has_q = true},
    {.name = "log_uniform",
     BOUNDS(SWEEP_LOG_UNIFORM),
     .limits = LIMITS_LOGARITHMS,
     .instead = "log_uniform_values"},
    {.name = "q_log_uniform",
     BOUNDS(SWEEP_LOG_UNIFORM),
     .limits = LIMITS_LOGARITHMS,
     .has_q = true,
     .instead = "q_log_uniform_values"},
    {.name = "inv_log_uniform",
     BOUNDS(SWEEP_LOG_UNIFORM),
     .limits = LIMITS_INVERSE,
     .instead = "inv_log_uniform_values"},
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
    {"gaussian", "normal"},
    {"lognormal", "log_normal"},
    {"quniform", "q_uniform"},
};

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
