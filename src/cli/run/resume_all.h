/*
 * `sweep resume --all`: every sweep in ./sweeps that was interrupted, each by a runner of its own
 * in the background. Meant for after a reboot; what people paused or stopped is left so.
 */
#ifndef SWEEP_CLI_RUN_RESUME_ALL_H
#define SWEEP_CLI_RUN_RESUME_ALL_H

#include "cli/subcommand.h"

/** @param[out] status  STATUS_NO_RESULT when one of them could not be started */
bool resume_all(const struct invocation *call, enum exit_status *status, struct sweep_error *err);

#endif
