/*
 * A pilot: a long job of Slurm in which many short trials run, so that they need not wait in the
 * queue one by one. It takes tickets (journal/ticket.h) and runs a shim for each, as many at a time
 * as it has slots.
 *
 *     sweep-shim pilot DIRECTORY NAME SLOTS LIMIT GRACE    as the batch script runs it
 *
 * DIRECTORY is the sweep's, NAME the batch's; LIMIT, the time of the job (0: not known), and GRACE,
 * that of a trial, are in milliseconds. It ends when there was nothing to do for a while, when its
 * time is over, or when Slurm wants it gone, and at once where Slurm starts it a second time: the
 * runner has another one submitted. Its shims say when their slot is free
 * (HANDSHAKE_DONE). Where one dies, the pilot kills what is left of its attempt and says that it is
 * lost: nobody else would, since the job goes on.
 */
#ifndef SWEEP_SHIM_PILOT_H
#define SWEEP_SHIM_PILOT_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/error.h"

/** The most slots of one. */
#define PILOT_SLOTS_MAX 256

struct pilot_request {
    const char *directory;
    const char *name;
    unsigned slots;
    int64_t limit_ms;
    int64_t grace_ms;
};

/** Read a command line from behind `pilot`. @return whether it is one */
bool pilot_parse(char *const *arguments, struct pilot_request *out);

/** Run until it has to end. @error SWEEP_IO: it could not begin */
bool pilot_run(const struct pilot_request *request, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
