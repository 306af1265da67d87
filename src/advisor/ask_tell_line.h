/*
 * The members of one line of `sweep ask-tell`, each read and checked.
 *
 *     if (line_take_trial(line, &number, err) && line_take_result(line, &result, err)) ...
 *
 * A member that is null counts as missing. Mistakes are SWEEP_BAD_INPUT and name the member.
 *
 * Ownership: the line is borrowed.
 */
#ifndef SWEEP_ADVISOR_ASK_TELL_LINE_H
#define SWEEP_ADVISOR_ASK_TELL_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "advisor/advisor.h"
#include "json/tree.h"

/** A member, or NULL. */
const struct json_node *line_member(const struct json_node *line, const char *name);

/**
 * A whole number from 1 to `maximum`.
 *
 * @param standard  where it is missing; 0: it must be there
 */
bool line_take_count(const struct json_node *line, const char *name, uint64_t maximum,
                     uint64_t standard, uint64_t *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** `trial` */
bool line_take_trial(const struct json_node *line, uint64_t *number,
                     struct sweep_error *err) SWEEP_MUST_CHECK;

/** `value` or `values`; neither is fine: `has_value` is false then. */
bool line_take_value(const struct json_node *line, struct advisor_result *out,
                     struct sweep_error *err) SWEEP_MUST_CHECK;

/** `state`, complete where it is missing, and the value that goes with it. */
bool line_take_result(const struct json_node *line, struct advisor_result *out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** `step`, SWEEP_STEP_NONE where it is missing. */
bool line_take_step(const struct json_node *line, int64_t *step,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * `params`: every parameter but constants.
 *
 * @param[out] out  [space count] in the arena; texts are the space's
 */
bool line_take_params(const struct json_node *line, const struct sweep_space *space,
                      struct arena *arena, struct sweep_value **out,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
