/*
 * Starting an attempt's command: its output comes by a pipe, it lives in a cgroup of its own where
 * that can be had, and it inherits the locks.
 *
 *     struct command command = {.pipe_fd = -1};
 *     if (!command_start(&command, spec, &error_number, err)) ...
 *
 * Ownership: the caller reaps the process, closes the pipe, and removes and frees the cgroup, all
 * of that also after a failure.
 */
#ifndef SWEEP_SHIM_COMMAND_H
#define SWEEP_SHIM_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "journal/spec.h"
#include "sweep/error.h"

struct command {
    pid_t pid;    /* 0: it was not started */
    int pipe_fd;  /* its output; -1 without, or when all ends of it are closed */
    char *cgroup; /* NULL: there is none to be had */
};

/** @param[out] error_number  errno of what failed @error SWEEP_SPAWN */
bool command_start(struct command *command, const struct spec *spec, int *error_number,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
