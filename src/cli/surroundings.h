/*
 * What surrounds the program: its environment variables, the screen, who started it, its own
 * executable. Asked once in main() and for `run`; handed down from there.
 */
#ifndef SWEEP_CLI_SURROUNDINGS_H
#define SWEEP_CLI_SURROUNDINGS_H

#include <stdbool.h>

#include "base/arena.h"
#include "sweep/error.h"
#include "view/term/terminal.h"

/** What descriptor `fd` can show. */
struct terminal surroundings_terminal(char *const *environment, int fd);

/** Whether we are in front on the terminal that is our standard output. */
bool surroundings_is_foreground(void);

/**
 * Whether something that supervises us expects that all we started ends with us: Slurm, systemd, a
 * container.
 *
 * @return its name for people, or NULL
 */
const char *surroundings_supervisor(char *const *environment);

/**
 * Open the shim: next to our executable, or where it is installed.
 *
 * @return a descriptor to execute, or -1
 * @error SWEEP_NOT_FOUND with the places that were tried
 */
int surroundings_open_shim(struct sweep_error *err) SWEEP_MUST_CHECK;

/** The path of our own executable, in the arena. @return NULL when that is not known */
const char *surroundings_program(struct arena *arena, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
