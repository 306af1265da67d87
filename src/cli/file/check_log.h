/*
 * `sweep check FILE --log LOG`: what a log would yield.
 *
 *     if (check_log_read(&yield, &settings.run, path, err))
 *         check_log_append(&yield, &log, &terminal, &text);
 *     yield_release(&yield);
 */
#ifndef SWEEP_CLI_FILE_CHECK_LOG_H
#define SWEEP_CLI_FILE_CHECK_LOG_H

#include <stdbool.h>

#include "session/settings.h"
#include "session/yield.h"
#include "view/term/terminal.h"
#include "json/json.h"

/**
 * Read a log to its end, a file of any size, a pipe, or (`-`) standard input; or the `.wandb` file
 * of a run.
 *
 * @error SWEEP_NOT_FOUND, SWEEP_IO
 */
bool check_log_read(struct yield *yield, const struct run_settings *run, const char *path,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append it for people: each number, the value of the metric, what is not found. */
void check_log_append(const struct yield *yield, const struct settings *settings, const char *path,
                      const struct terminal *terminal, struct strbuf *out);

/** Write it for programs, as one object. */
void check_log_write(const struct yield *yield, const char *path, struct json_writer *w);

#endif
