/*
 * Params from a command line: `lr=1e-3 optimizer=adam`.
 *
 * Values are read as in the YAML. What is not named is drawn, constants have their value.
 *
 * Ownership: texts live in the arena, the space or the arguments.
 */
#ifndef SWEEP_CLI_ASK_ASSIGNMENT_H
#define SWEEP_CLI_ASK_ASSIGNMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/error.h"
#include "sweep/space.h"

/** Whether an argument is NAME=VALUE. */
bool assignment_is_one(const char *argument);

/**
 * Read all of `arguments`.
 *
 * @param arguments    end with NULL; each is NAME=VALUE
 * @param seed         of the draws
 * @param[out] params  [space count]
 * @error SWEEP_USAGE on an unknown name (with the nearest), a name given twice, a value that the
 *        parameter cannot take
 */
bool assignment_parse(const struct sweep_space *space, const char *const *arguments, uint64_t seed,
                      struct sweep_value *params, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
