/*
 * The search space: building one, finding in it, values as text.
 *
 * The stable face, what a strategy sees, is sweep/space.h; this header is for those who make a
 * space (config) and who turn values into arguments and back (config, json, view).
 *
 * Ownership: everything lives in the arena that is passed to space_create().
 */
#ifndef SWEEP_SPACE_SPACE_H
#define SWEEP_SPACE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "expr/value.h"
#include "sweep/error.h"
#include "sweep/space.h"

/** No such parameter. */
#define SPACE_NOT_FOUND ((size_t)-1)

/**
 * Check parameters and make a space of them; the parameters are copied, their texts borrowed.
 *
 * @param arena        what the space lives in
 * @param parameters   [count]
 * @return the space, or NULL
 * @error SWEEP_BAD_INPUT when min >= max, log with min <= 0, step <= 0, no choices, a bound that is
 *        not finite, integers beyond 2^53; the message names the parameter and the value
 */
struct sweep_space *space_create(struct arena *arena, const struct sweep_parameter *parameters,
                                 size_t count, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Check one parameter by itself: config calls it where it can still point into the YAML. */
bool space_check_parameter(const struct sweep_parameter *parameter,
                           struct sweep_error *err) SWEEP_MUST_CHECK;

/** The index of a parameter by name, or SPACE_NOT_FOUND. */
size_t space_find(const struct sweep_space *space, const char *name);

/** The condition of a parameter as an expression, or NULL: it is always active. */
const char *space_condition(const struct sweep_space *space, size_t index);

/** Number of constraints, and one of them as an expression. */
size_t space_constraint_count(const struct sweep_space *space);
const char *space_constraint(const struct sweep_space *space, size_t index);

/**
 * Say that the last parameter is the seed that each trial is given, which no strategy chooses.
 *
 * @param is_told  it reaches the script as a parameter too; else as SWEEP_SEED only
 */
void space_set_seed(struct sweep_space *space, bool is_told);

/** The parameter that is the seed, or NULL: then seeds come from trials' numbers. */
const struct sweep_parameter *space_seed_parameter(const struct sweep_space *space);

/** The seed that `params` give a trial, or `otherwise` where they give none. */
uint32_t space_seed(const struct sweep_space *space, const struct sweep_value *params,
                    uint32_t otherwise);

/** The number of parameters that the script is told as such: all but a seed that it is not, which
 * is the last one. */
size_t space_told_count(const struct sweep_space *space);

/**
 * Say that `count` parameters from `first` on are former ones: trials that are recorded may have
 * them, but no draw and no point of the space does. What is searched stands before them.
 */
void space_set_former(struct sweep_space *space, size_t first, size_t count);

/** Whether a parameter is a former one. */
bool space_is_former(const struct sweep_space *space, size_t index);

/** Append which parameter is meant by a name that none has, or which there are: see
 * base/nearest.h. */
void space_append_nearest(const struct sweep_space *space, const char *name, struct strbuf *out);

/**
 * Append a value as it stands on a command line: numbers as the YAML spells them or in Python's
 * shortest form, True, False, None, text as it is, lists and maps as Python writes them: [1, 'a'].
 * SWEEP_VALUE_NONE appends nothing.
 */
void space_format_value(const struct sweep_value *value, struct strbuf *out);

/** A parameter's value for an expression; a text is borrowed, that of a list is in the arena. */
struct expr_value space_expr_value(struct arena *arena, const struct sweep_value *value);

/**
 * Give back to a value that was stored and read again what storing dropped: the YAML's own spelling
 * of a listed number, and whether it is an integer.
 *
 * @return the equal choice, or `value` itself
 */
struct sweep_value space_restore_value(const struct sweep_parameter *parameter,
                                       struct sweep_value value);

/**
 * Take a value from outside, such as from JSON, where 64 and 64.0 are one number.
 *
 * @param[out] out  the same value as the parameter has it: a listed one with the YAML's spelling,
 *                  a number of the parameter's kind. A text that is not listed does not get in
 * @error SWEEP_BAD_INPUT when the parameter cannot take it; the message names both
 */
bool space_accept_value(const struct sweep_parameter *parameter, const struct sweep_value *given,
                        struct sweep_value *out, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
