/*
 * The handshake as the shim sees it: READY out, GO in, DONE out.
 */
#ifndef SWEEP_SHIM_GREETING_H
#define SWEEP_SHIM_GREETING_H

#include <stdbool.h>

#include "sweep/error.h"

/** Say that we are up. @error SWEEP_IO when there is no runner any more */
bool greeting_send_ready(int fd, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Wait for GO, however long it takes.
 *
 * @error SWEEP_NOT_FOUND when the runner is gone; SWEEP_INCOMPATIBLE when it said something else
 */
bool greeting_wait_for_go(int fd, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Say that all is over; a runner that is gone does not hear it. */
void greeting_send_done(int fd);

#endif
