/*
 * The points of a finite space by number, never listed anywhere.
 *
 * Point numbers are mixed radix: each parameter is a digit, the last one of the YAML changes
 * fastest. Both ways cost the same for ten points and for 10^12.
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
 * Write the params of a point.
 *
 * @param point        [0, sweep_space_size())
 * @param[out] params  [space count]
 */
void point_params(const struct sweep_space *space, uint64_t point, struct sweep_value *params);

/**
 * Find the number of a point.
 *
 * @param params  [space count]
 * @return false where a value is none that its parameter can take: such params are no point
 */
bool point_of(const struct sweep_space *space, const struct sweep_value *params, uint64_t *point);

/**
 * Count the points that differ from each other: a value may be listed twice, to be drawn twice as
 * often. point_of() gives the first number of several.
 *
 * @return as sweep_space_size()
 */
bool point_count_different(const struct sweep_space *space, uint64_t *points);

#endif
