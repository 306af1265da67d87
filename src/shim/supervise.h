/*
 * The life of one attempt, from GO to the result on disk.
 */
#ifndef SWEEP_SHIM_SUPERVISE_H
#define SWEEP_SHIM_SUPERVISE_H

#include <stdbool.h>

#include "journal/spec.h"
#include "shim/job.h"
#include "sweep/error.h"

/**
 * Execute the command, keep its output, find its numbers, end it when asked to, kill what it leaves
 * behind and write the result. Nothing of the attempt is alive when the result is written.
 *
 * The caller is a subreaper, has no children, and has signals_open() behind it. The lock at
 * HANDSHAKE_LOCK_FD is handed on to the command.
 *
 * @param signal_fd  of signals_open()
 * @param dir_fd     the trial's directory
 * @param job        what Slurm runs us as, the attempt claimed; NULL: the runner has started us
 * @error SWEEP_BUSY when this attempt was executed before: nothing was done; otherwise there is no
 *        result, and whoever looks for one will find that out
 */
bool supervise_attempt(const struct spec *spec, int dir_fd, int signal_fd, struct job *job,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
