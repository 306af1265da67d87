/*
 * A shim that is a job of Slurm, or runs in a pilot (pilot.h): what it is to execute, whether it
 * may, and what it is told on the way. Nobody waits for it and no runner can signal it, so that all
 * this is in files; the protocol is modelled in tests/model/slurm.pml.
 *
 *     sweep-shim slurm DIRECTORY NAME            as the batch script runs it
 *     sweep-shim ticket DIRECTORY TICKET PILOT   as a pilot runs it, `NAME NUMBER`
 *
 * Ownership: what job_open() finds lives in its arena; the descriptors are the process's.
 */
#ifndef SWEEP_SHIM_JOB_H
#define SWEEP_SHIM_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "journal/spec.h"
#include "journal/ticket.h"
#include "shim/steps.h"
#include "sweep/error.h"

/** A job's time is over so long before Slurm ends it, besides the grace of a trial: Slurm counts it
 * from before the first process, and is up to half a minute late or early [ms]. */
#define JOB_MARGIN_MS 30000

struct job {
    int64_t limit_ms;    /* that the job may run; 0: not known */
    int64_t limit_at_ms; /* when to ask the command to end for that; INT64_MAX: never */
    int64_t look_ms;     /* when to look for an order again */
    int64_t beat_ms;     /* when to show again that we live */
    int claim_fd;
    struct steps steps;   /* of the job; in a pilot none */
    const char *pilot;    /* in which it runs; NULL: it is a job itself */
    struct ticket ticket; /* in a pilot */
    int slurm_fd;         /* in a pilot: the folder of the tickets' */
    bool is_limited;      /* the command was asked to end since the job's time is over */
    bool is_revoked;      /* the attempt is given up: it may leave no trace */
};

/** Keep the places that a shim has for what it inherits, from `first` on, before anything else is
 * opened. */
bool job_reserve(int first, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Open the directory of a trial. @return -1 if not */
int job_open_trial(int sweep_fd, uint64_t trial);

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

/** The same for a ticket, in a pilot. */
bool job_open_ticket(struct job *job, struct arena *arena, char *const *arguments,
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

/** Nothing of the attempt is alive: its place in the pilot is free. */
void job_leave_place(const struct job *job);

/** How the attempt ended can be read: whoever waits for it in a pilot need not look for it. */
void job_tell_end(const struct job *job);

/**
 * When a command is to be asked to end so that it has its grace before Slurm kills it: the second
 * half of the time is given away for that at most.
 *
 * @param limit_ms  that the job may run; 0: not known
 * @return INT64_MAX: never
 */
int64_t job_find_limit(int64_t limit_ms, int64_t grace_ms, int64_t now_ms);

/** Whether the time of the job is over. */
bool job_is_over(struct job *job, int64_t now_ms);

/** When to call job_look() and job_is_over() at the latest. */
int64_t job_deadline(const struct job *job);

#endif
