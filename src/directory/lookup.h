/*
 * Whether the command of a sweep is there, asked before the first trial is launched.
 */
#ifndef SWEEP_DIRECTORY_LOOKUP_H
#define SWEEP_DIRECTORY_LOOKUP_H

#include "directory/document.h"

/**
 * Find what the command's macros stand for here: variables of the environment, and python3 as the
 * interpreter, with a note, where there is no python.
 *
 * @param environment  of this process; ends with NULL; borrowed
 */
void lookup_surroundings(struct document *document, char *const *environment);

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
