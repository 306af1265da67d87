/*
 * Params that a person or a program gives, as JSON.
 *
 *     if (!given_params(space, json_member(line, "params"), params, err)) ...
 */
#ifndef SWEEP_ASKER_GIVEN_H
#define SWEEP_ASKER_GIVEN_H

#include <stdbool.h>

#include "sweep/error.h"
#include "sweep/space.h"
#include "json/tree.h"

/**
 * Take a value for every parameter; constants may be left out, and what is inactive; inactive ones
 * that are given are ignored.
 *
 * @param[out] params  [space count]; texts are the space's own
 * @error SWEEP_BAD_INPUT when one is missing, unknown, or none that its parameter can take; or a
 *        constraint does not hold
 */
bool given_params(const struct sweep_space *space, const struct json_node *node,
                  struct sweep_value *params, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
