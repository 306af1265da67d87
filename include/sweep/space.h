/*
 * The search space, as a strategy sees it.
 *
 *     for (size_t i = 0; i < sweep_space_count(space); i++) {
 *         const struct sweep_parameter *p = sweep_space_parameter(space, i);
 *         out[i] = sweep_parameter_draw(p, sweep_rng_uniform(&rng));
 *     }
 *
 * A space is a list of parameters in the order in which the YAML names them; constants are among
 * them. One assignment, `params`, is an array of values in the same order, `[count]`.
 *
 * Ownership: a space and all texts in it live as long as the sweep's settings; values may point
 * into it and need no freeing. Strategies get it const.
 */
#ifndef SWEEP_SPACE_H
#define SWEEP_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a value is. */
enum sweep_value_kind {
    SWEEP_VALUE_NONE = 0, /* absent: the parameter is not active in this trial */
    SWEEP_VALUE_NULL,
    SWEEP_VALUE_BOOL,
    SWEEP_VALUE_INT,
    SWEEP_VALUE_REAL,
    SWEEP_VALUE_TEXT
};

/** One value of one parameter. */
struct sweep_value {
    enum sweep_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real; /* finite */
    };
    const char *text; /* TEXT: the string. Numbers: as the YAML spells it, or NULL if computed */
};

/** How a parameter's values are distributed. */
enum sweep_distribution {
    SWEEP_CONSTANT,    /* one value */
    SWEEP_CATEGORICAL, /* one of `choices`, all equally likely */
    SWEEP_UNIFORM,     /* a real from [min, max] */
    SWEEP_LOG_UNIFORM, /* a real from [min, max], its logarithm uniform; min > 0 */
    SWEEP_INT_UNIFORM, /* an integer from [min, max], both included */
    SWEEP_INT_LOG      /* an integer from [min, max] on a log scale; min >= 1 */
};

/** One dimension. */
struct sweep_parameter {
    const char *name;
    enum sweep_distribution distribution;
    double min; /* numeric ones: the bounds, both included; integers are exact up to 2^53 */
    double max;
    double step;      /* 0: none; else values are min + k * step, never above max */
    bool step_is_int; /* with step: values are integers */
    const struct sweep_value *choices; /* [choice_count] constant, categorical */
    size_t choice_count;
};

struct sweep_space;

/** Number of parameters, constants included. */
size_t sweep_space_count(const struct sweep_space *space);

/** Parameter `index`, in the order of the YAML. */
const struct sweep_parameter *sweep_space_parameter(const struct sweep_space *space, size_t index);

/**
 * Count the points of the grid over all parameters.
 *
 * @param[out] points  the exact number [>= 1]; UINT64_MAX when there are more than that
 * @return false if a parameter has infinitely many values; `points` is not set then
 */
bool sweep_space_size(const struct sweep_space *space, uint64_t *points);

/**
 * Number of values that a parameter can take; 0 means infinitely many.
 */
uint64_t sweep_parameter_size(const struct sweep_parameter *parameter);

/**
 * The value number `index` of a finite parameter, in increasing or in written order.
 *
 * @param index  [0, sweep_parameter_size())
 */
struct sweep_value sweep_parameter_level(const struct sweep_parameter *parameter, uint64_t index);

/**
 * Map a point of the unit interval to a value by the distribution's quantile function.
 *
 * @param u  [0, 1)
 * @return always a value that the parameter can take
 */
struct sweep_value sweep_parameter_draw(const struct sweep_parameter *parameter, double u);

/** Whether two values are the same for a training script: 1 and 1.0 differ, 1e-5 and 0.00001 not.
 */
bool sweep_value_equal(const struct sweep_value *a, const struct sweep_value *b);

/** Whether two assignments of `count` values are equal throughout. */
bool sweep_params_equal(const struct sweep_value *a, const struct sweep_value *b, size_t count);

#endif
