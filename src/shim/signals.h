/*
 * Signals as things to read: requests to stop, and the end of children.
 */
#ifndef SWEEP_SHIM_SIGNALS_H
#define SWEEP_SHIM_SIGNALS_H

#include <stdbool.h>

#include "sweep/error.h"
#include "trial/attempt.h"

/**
 * Block every signal that can be, so that none ends the shim but SIGKILL and its own faults.
 *
 * @param time_signal  by which Slurm says that the time of a job is nearly over; 0: there is none
 * @return a descriptor to read SIGTERM and SIGCHLD from, which does not block
 */
int signals_open(int time_signal, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Take one; false when there is none now. `stop` is NONE when a child has ended, TIMEOUT for the
 * time signal. */
bool signals_next(int fd, enum attempt_stop *stop);

#endif
