/*
 * Params that fill a space evenly: scrambled points of Sobol's sequence.
 *
 *     spread_fill(space, seed, 0, params);
 *     bool is_feasible = sweep_judge_settle(judge, params);
 *
 * The sequence depends on the seed alone. Rules are not looked at.
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_SEARCH_SPREAD_H
#define SWEEP_SEARCH_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/space.h"

/** Whether a parameter has more than one value, and so takes a dimension. */
bool spread_varies(const struct sweep_parameter *parameter);

/** How many dimensions a space takes; spread_fill() knows SOBOL_DIMENSIONS of them. */
size_t spread_dimensions(const struct sweep_space *space);

/**
 * Write the params of a point, a value for every parameter.
 *
 * Dimensions after the last that the sequence has begin again with the first, scrambled anew.
 *
 * @param point        of the sequence, from 0
 * @param[out] params  [space count]
 */
void spread_fill(const struct sweep_space *space, uint64_t seed, uint32_t point,
                 struct sweep_value *params);

#endif
