/*
 * What the shell is told. Scripts rely on these numbers; never change one.
 */
#ifndef SWEEP_CLI_EXIT_STATUS_H
#define SWEEP_CLI_EXIT_STATUS_H

#include <stdbool.h>

#include "engine/engine.h"
#include "sweep/error.h"

enum exit_status {
    STATUS_OK = 0,
    STATUS_NO_RESULT = 1,   /* the sweep ended without a result, or something went wrong here */
    STATUS_USAGE = 2,       /* the command line or the YAML is wrong */
    STATUS_BUSY = 3,        /* another runner has it */
    STATUS_NOT_FOUND = 4,   /* no such sweep, trial or file */
    STATUS_UNFINISHED = 75, /* not finished, start again later: detached, disk full */
    STATUS_INTERRUPTED = 130
};

/** The status that an error deserves. */
enum exit_status exit_status_of_error(enum sweep_code code);

/** The status that the end of a run deserves. `has_result`: at least one trial counts as one. */
enum exit_status exit_status_of_end(enum engine_end end, bool has_result);

#endif
