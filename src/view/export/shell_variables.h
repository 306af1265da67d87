/*
 * Params as variables that a shell reads: `best --format env`.
 */
#ifndef SWEEP_VIEW_EXPORT_SHELL_VARIABLES_H
#define SWEEP_VIEW_EXPORT_SHELL_VARIABLES_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/error.h"
#include "sweep/space.h"

/**
 * Append `NAME=value` lines for all active parameters, as a shell sources them: in names what is
 * no letter, digit or underscore is an underscore.
 *
 * @error SWEEP_BAD_INPUT when two names become the same
 */
bool shell_variables_append(struct strbuf *out, const struct sweep_space *space,
                            const struct sweep_value *params,
                            struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
