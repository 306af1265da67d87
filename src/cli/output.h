/*
 * The results of a command: to standard output, or whole into a file.
 */
#ifndef SWEEP_CLI_OUTPUT_H
#define SWEEP_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "cli/subcommand.h"

/** The most that one command puts together in memory [bytes]. */
#define OUTPUT_MAX ((size_t)1 << 30)

/**
 * Write a text to where the person wants it: `--output FILE` (a file that is there whole or not at
 * all, with the person's own umask; a device or a pipe is written to) or, also for `-`, standard
 * output.
 *
 * @error SWEEP_NO_SPACE, SWEEP_IO; a reader that went away, as `head` does, is no error
 */
bool output_deliver(const struct invocation *call, const struct strbuf *text,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/** Write to standard output. */
bool output_print(const struct strbuf *text, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Write to standard error; there is nobody to tell when that fails. */
void output_warn(const struct strbuf *text);

#endif
