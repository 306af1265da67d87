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
 * A space may have rules: a parameter can be active only under a condition on others, and
 * constraints can forbid combinations. An inactive parameter is SWEEP_VALUE_NONE. Only feasible
 * params, that keep to the rules, may be suggested. Who draws or moves points holds a judge:
 *
 *     struct sweep_judge *judge = sweep_judge_create(space, err);
 *     do
 *         draw_all(params);
 *     while (!sweep_judge_settle(judge, params));
 *
 * Ownership: a space and all texts in it live as long as the sweep's settings; values may point
 * into it and need no freeing. Strategies get it const.
 */
#ifndef SWEEP_SPACE_H
#define SWEEP_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/error.h"

/** What a value is. */
enum sweep_value_kind {
    SWEEP_VALUE_NONE = 0, /* absent: the parameter is not active in this trial */
    SWEEP_VALUE_NULL,
    SWEEP_VALUE_BOOL,
    SWEEP_VALUE_INT,
    SWEEP_VALUE_REAL,
    SWEEP_VALUE_TEXT,
    SWEEP_VALUE_LIST,
    SWEEP_VALUE_MAP
};

struct sweep_items;

/** One value of one parameter. */
struct sweep_value {
    enum sweep_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real;                     /* finite */
        const struct sweep_items *items; /* LIST, MAP */
    };
    const char *text; /* TEXT: the string. Numbers: as the YAML spells it, or NULL if computed */
};

/** The parts of a list or a map. */
struct sweep_items {
    const struct sweep_value *values; /* [count] */
    const char *const *names;         /* [count] of a map, all different; NULL: a list */
    size_t count;
};

/** How a parameter's values are distributed. */
enum sweep_distribution {
    SWEEP_CONSTANT,    /* one value */
    SWEEP_CATEGORICAL, /* one of `choices`, all equally likely or by `probabilities` */
    SWEEP_UNIFORM,     /* a real from [min, max] */
    SWEEP_LOG_UNIFORM, /* a real from [min, max], its logarithm uniform; min > 0 */
    SWEEP_INT_UNIFORM, /* an integer from [min, max], both included */
    SWEEP_INT_LOG,     /* an integer from [min, max] on a log scale; min >= 1 */
    SWEEP_NORMAL,      /* a real around `mu` with deviation `sigma` */
    SWEEP_LOG_NORMAL,  /* a real above 0, its logarithm normal with `mu` and `sigma` */
    SWEEP_BETA         /* a real from [0, 1] with the shapes `a` and `b` */
};

/** One dimension. */
struct sweep_parameter {
    const char *name;        /* of a nested one with its groups: `optimizer.lr` */
    const char *const *path; /* of a nested one: its groups and its own name, ends with NULL;
                                NULL: it stands at the top */
    enum sweep_distribution distribution;
    double
        min; /* the bounds of those that have some, both included; integers are exact up to 2^53 */
    double max;
    double step;      /* 0: none; else values are min + k * step, never above max */
    bool step_is_int; /* with step: values are integers */
    double q;      /* 0: none; else a draw of the reals is rounded to the nearest k * q, which may
                      lie up to q / 2 outside the bounds; a tie goes to the even k */
    bool q_is_int; /* with q: values are integers */
    double mu;     /* normal, log normal */
    double sigma;  /* > 0 */
    double a;      /* beta: > 0 */
    double b;
    const struct sweep_value *choices; /* [choice_count] constant, categorical */
    const double *probabilities;       /* [choice_count] of the choices, each > 0, sum 1; or NULL */
    size_t choice_count;
    bool is_ordered; /* of choices: their order means something, as in [2, 4, 8] */
};

struct sweep_space;

/** Number of parameters, constants included. */
size_t sweep_space_count(const struct sweep_space *space);

/** Parameter `index`, in the order of the YAML. */
const struct sweep_parameter *sweep_space_parameter(const struct sweep_space *space, size_t index);

/** Whether a parameter has a condition, and so may be SWEEP_VALUE_NONE. */
bool sweep_space_is_conditional(const struct sweep_space *space, size_t index);

/** Whether there are conditions or constraints; without them all params are feasible. */
bool sweep_space_has_rules(const struct sweep_space *space);

/**
 * Multiply the sizes of all parameters: the numbers of points are below it. With rules there are
 * fewer points than numbers.
 *
 * @param[out] points  the exact number [>= 1]; UINT64_MAX when there are more than that
 * @return false if a parameter has infinitely many values; `points` is not set then
 */
bool sweep_space_size(const struct sweep_space *space, uint64_t *points);

/** What a count of points is. */
enum sweep_count {
    SWEEP_COUNT_EXACT,
    SWEEP_COUNT_AT_MOST, /* rules forbid some, too many to count */
    SWEEP_COUNT_INFINITE /* some parameter has infinitely many values */
};

/** Enough steps for a count that nobody waits for [a tenth of a second or so]. */
#define SWEEP_COUNT_STEPS 500000

/**
 * Count the feasible points: params that differ from each other and keep to the rules.
 *
 * Parameters that no rule connects are counted apart and multiplied; only what rules name is gone
 * through.
 *
 * @param steps        to go through at most
 * @param[out] points  the number; UINT64_MAX when there are more; not set when infinite
 */
enum sweep_count sweep_space_count_points(const struct sweep_space *space, uint64_t steps,
                                          uint64_t *points);

/**
 * The parameter that is digit number `place` of a point's number, the first one changing slowest:
 * the order of the YAML, but for those that are named before what their conditions name.
 */
size_t sweep_space_digit(const struct sweep_space *space, size_t place);

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
 * The number of a value among those of a finite parameter, the inverse of sweep_parameter_level().
 *
 * @param[out] index  set where the value is found; of a choice that is listed twice, the first
 * @return false where it is none of them
 */
bool sweep_parameter_index(const struct sweep_parameter *parameter, const struct sweep_value *value,
                           uint64_t *index);

/**
 * Map a point of the unit interval to a value by the distribution's quantile function.
 *
 * @param u  [0, 1); 1 too is borne: it gives the last value, of bounded reals max itself, as 0
 *           gives min
 * @return always a value that the parameter can take
 */
struct sweep_value sweep_parameter_draw(const struct sweep_parameter *parameter, double u);

/**
 * Map a value to the unit interval by the distribution's cumulative probability, the inverse of
 * sweep_parameter_draw(): there and back is the same value where values are counted, and the same
 * but for rounding where they are reals. A value that owns a stretch of the interval is its middle.
 *
 * @param value  one that the parameter can take
 * @return [0, 1)
 */
double sweep_parameter_unit(const struct sweep_parameter *parameter,
                            const struct sweep_value *value);

/* --- rules ----------------------------------------------------------------------------------- */

/**
 * Who knows whether params keep to the rules. Each thread, and each state of a strategy, makes its
 * own; what it says depends on space and params alone.
 */
struct sweep_judge;

/** @error SWEEP_DATABASE when expressions cannot be evaluated */
struct sweep_judge *sweep_judge_create(const struct sweep_space *space,
                                       struct sweep_error *err) SWEEP_MUST_CHECK;

/** NULL is allowed. */
void sweep_judge_free(struct sweep_judge *judge);

/**
 * Make inactive parameters absent.
 *
 * @param[in,out] params  [space count] a value for each that could be active
 * @return whether the constraints hold then
 */
bool sweep_judge_settle(struct sweep_judge *judge, struct sweep_value *params);

/** Whether params are as sweep_judge_settle() would leave them, and the constraints hold. */
bool sweep_judge_is_feasible(struct sweep_judge *judge, const struct sweep_value *params);

/** What looking for a feasible point came to. */
enum sweep_found {
    SWEEP_FOUND,
    SWEEP_FOUND_NONE,       /* there is none left */
    SWEEP_FOUND_NOTHING_YET /* no steps are left */
};

/**
 * Find the first feasible point at or after a number, of a space that is finite.
 *
 * An inactive parameter has digit 0, so that each feasible point has one number. Whole branches
 * that a rule forbids are stepped over; what is left of them costs steps.
 *
 * @param[in,out] point   from where [below sweep_space_size()]; where it was found
 * @param[in,out] steps   how many may be taken; how many are left
 * @param[out] params     [space count]
 */
enum sweep_found sweep_judge_next(struct sweep_judge *judge, uint64_t *point, uint64_t *steps,
                                  struct sweep_value *params);

/** Whether two values are the same for a training script: 1 and 1.0 differ, 1e-5 and 0.00001 not,
 * nor maps whose parts stand in another order. */
bool sweep_value_equal(const struct sweep_value *a, const struct sweep_value *b);

/** Whether two assignments of `count` values are equal throughout. */
bool sweep_params_equal(const struct sweep_value *a, const struct sweep_value *b, size_t count);

#endif
