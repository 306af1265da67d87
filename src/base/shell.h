/*
 * Arguments as a POSIX shell reads them back, for people who copy a command.
 */
#ifndef SWEEP_BASE_SHELL_H
#define SWEEP_BASE_SHELL_H

#include "base/strbuf.h"

/** Append one argument, in single quotes where it needs any. */
void shell_append(struct strbuf *out, const char *argument);

/** Append a whole vector that ends with NULL, with blanks between. */
void shell_append_all(struct strbuf *out, char *const *argv);

#endif
