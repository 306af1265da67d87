/*
 * Whether the command of a sweep is there, asked before the first trial is launched.
 */
#ifndef SWEEP_CLI_RUN_LOOKUP_H
#define SWEEP_CLI_RUN_LOOKUP_H

#include "cli/document.h"

/**
 * Add a warning where the command's first word is no program that can be executed, and where the
 * directory that trials run in is none. It is no mistake: both may come to be before the sweep
 * runs.
 *
 * @param document     nothing is done where it has no config
 * @param directory    what `trial.workdir` is relative to; may be "."
 * @param environment  of this process; ends with NULL
 */
void lookup_command(struct document *document, const char *directory, char *const *environment);

#endif
