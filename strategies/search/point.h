/*
 * The points of a finite space by number, never listed anywhere.
 *
 * Point numbers are mixed radix: each parameter is a digit (sweep_space_digit()), the last one
 * changes fastest, and an inactive one is 0. Both ways cost the same for ten points and for 10^12.
 *
 *     point_params(space, 0, params);        every parameter at its first value
 *     if (point_of(space, params, &point))   0 again
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_SEARCH_POINT_H
#define SWEEP_SEARCH_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/space.h"

/**
 * Write the params of a point of a space without rules (with them: sweep_judge_next()).
 *
 * @param point        [0, sweep_space_size())
 * @param[out] params  [space count]
 */
void point_params(const struct sweep_space *space, uint64_t point, struct sweep_value *params);

/**
 * Find the number of a point; the first one of several, where a value is listed twice.
 *
 * @param params  [space count]
 * @return false where a value is none that its parameter can take: such params are no point.
 * Whether they keep to the rules is not looked at
 */
bool point_of(const struct sweep_space *space, const struct sweep_value *params, uint64_t *point);

#endif
