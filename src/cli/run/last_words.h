/*
 * The end of what a failed attempt printed, where a sweep ends for its failures.
 */
#ifndef SWEEP_CLI_RUN_LAST_WORDS_H
#define SWEEP_CLI_RUN_LAST_WORDS_H

#include "cli/run/console.h"
#include "trial/attempt.h"

/**
 * Say the last lines of an attempt's output; nothing where there are none.
 *
 * @param sweep_path  the sweep's directory
 */
void last_words_say(struct console *console, const char *sweep_path, struct attempt_key key);

#endif
