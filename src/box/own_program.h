/*
 * Our own program as a process beside the runner: what may hang in a driver is done there.
 *
 *     if (own_program_start(program_fd, "gpu-probe", -1, out_fd, &pid, err)) ...
 *
 * It stands in a process group of its own, so that ^C at the terminal is not meant for it, and what
 * it says on its standard error goes nowhere.
 *
 * Ownership: the caller reaps the process.
 */
#ifndef SWEEP_BOX_OWN_PROGRAM_H
#define SWEEP_BOX_OWN_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "sweep/error.h"

/**
 * Start it.
 *
 * @param program_fd  our own program, open
 * @param command     one of its commands
 * @param in_fd       its standard input; -1: empty
 * @param out_fd      its standard output
 * @param[out] pid    set only on success
 * @error SWEEP_SPAWN as spawn_process(); not set where /dev/null cannot be opened
 */
bool own_program_start(int program_fd, const char *command, int in_fd, int out_fd, pid_t *pid,
                       struct sweep_error *err);

#endif
