/*
 * A shim that is a job of Slurm: what it is to execute, whether it may, and what it is told on the
 * way. Nobody waits for it and nobody can signal it, so that all this is in files; the protocol is
 * modelled in tests/model/slurm.pml.
 *
 *     sweep-shim slurm DIRECTORY NAME      as the batch script runs it
 *
 * Ownership: what job_open() finds lives in its arena; the descriptors are the process's.
 */
#ifndef SWEEP_SHIM_JOB_H
#define SWEEP_SHIM_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "journal/spec.h"
#include "shim/steps.h"
#include "sweep/error.h"

struct job {
    int64_t limit_ms;    /* that the job may run; 0: not known */
    int64_t limit_at_ms; /* when to ask the command to end for that; INT64_MAX: never */
    int64_t look_ms;     /* when to look for an order again */
    int64_t beat_ms;     /* when to show again that we live */
    int claim_fd;
    struct steps steps; /* of the job */
    bool is_limited;    /* the command was asked to end since the job's time is over */
    bool is_revoked;    /* the attempt is given up: it may leave no trace */
};

/** Keep the places that a shim has for what it inherits, before anything else is opened. */
bool job_reserve(struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Find out what the job is for, and put the trial's directory and what else a shim inherits in
 * their places (journal/handshake.h).
 *
 * @param directory  of the sweep, absolute
 * @param name       of the batch
 * @error SWEEP_NOT_FOUND when it is for nothing any more; SWEEP_INCOMPATIBLE, SWEEP_IO
 */
bool job_open(struct job *job, struct arena *arena, const char *directory, const char *name,
              struct spec *spec, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Claim the attempt, and give its command the variables that Slurm gave us.
 *
 * @error SWEEP_BUSY when somebody has, or there is a later attempt: nothing may be done
 */
bool job_claim(struct job *job, struct arena *arena, struct spec *spec,
               struct sweep_error *err) SWEEP_MUST_CHECK;

/** What the runner wants: an order that was not taken before. NONE: nothing new. */
enum attempt_stop job_look(struct job *job, const struct spec *spec, int64_t now_ms, bool *force);

/** Look at once. @return what SIGTERM means */
enum attempt_stop job_reason(struct job *job, const struct spec *spec);

/** Whether the time of the job is over. */
bool job_is_over(struct job *job, int64_t now_ms);

/** When to call job_look() and job_is_over() at the latest. */
int64_t job_deadline(const struct job *job);

#endif
