/*
 * The results of a command: to standard output, or whole into a file.
 */
#ifndef SWEEP_CLI_OUTPUT_H
#define SWEEP_CLI_OUTPUT_H

#include <limits.h>
#include <stdbool.h>

#include "base/sink.h"
#include "base/strbuf.h"
#include "cli/subcommand.h"
#include "view/record/record.h"

/** The most that one command puts together in memory [bytes]. */
#define OUTPUT_MAX ((size_t)1 << 30)

/** Where the person wants the results: see output_target_open(). */
struct output_target {
    struct sink sink;
    int fd;              /* of a device or a pipe, ours; -1: none is open */
    char path[PATH_MAX]; /* of a file */
};

/**
 * Open it: `--output FILE` (a file that is there whole or not at all, with the person's own umask;
 * a device or a pipe is written to) or, also for `-`, standard output.
 *
 *     bool done = output_target_open(&output, call, err);
 *     for each row: append to output.sink.text, then sink_push()
 *     done = done && sink_finish(&output.sink, err);
 *     output_target_close(&output);
 *
 * @error SWEEP_NO_SPACE, SWEEP_IO; a reader that went away, as `head` does, is no error
 */
bool output_target_open(struct output_target *output, const struct invocation *call,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** Close it; a file that was not finished is not there. */
void output_target_close(struct output_target *output);

/** Write a text there. */
bool output_deliver(const struct invocation *call, const struct strbuf *text,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/** Write to standard output. */
bool output_print(const struct strbuf *text, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Say on standard error which sweep was chosen, where the person did not say and there are
 * several.
 */
void output_announce(const struct record *record);

#endif
