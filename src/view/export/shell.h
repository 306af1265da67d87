/*
 * Arguments as a POSIX shell reads them back, for people who copy a command.
 */
#ifndef SWEEP_VIEW_EXPORT_SHELL_H
#define SWEEP_VIEW_EXPORT_SHELL_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/error.h"
#include "sweep/space.h"

/** Append one argument, in single quotes where it needs any. */
void shell_append(struct strbuf *out, const char *argument);

/** Append a whole vector that ends with NULL, with blanks between. */
void shell_append_all(struct strbuf *out, char *const *argv);

/**
 * Append `NAME=value` lines for all active parameters, as a shell sources them: in names what is
 * no letter, digit or underscore is an underscore.
 *
 * @error SWEEP_BAD_INPUT when two names become the same
 */
bool shell_append_variables(struct strbuf *out, const struct sweep_space *space,
                            const struct sweep_value *params,
                            struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
