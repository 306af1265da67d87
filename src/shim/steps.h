/*
 * The steps of a job of Slurm: what its command has started by srun. Their tasks are children of
 * Slurm, not of us, and those on other nodes nobody here could see or signal: that takes Slurm's
 * own programs.
 *
 *     steps_init(&steps);                          the job is that of our environment
 *     steps_terminate(&steps, command.pid);        SIGTERM, also to them
 *     while (!steps_end(&steps, &trouble)) ...     the command has ended: none may be left
 *
 * srun itself gets no SIGTERM: it would kill its tasks at once, instead of letting them save what
 * they have.
 *
 * Ownership: texts are those of the environment.
 */
#ifndef SWEEP_SHIM_STEPS_H
#define SWEEP_SHIM_STEPS_H

#include <stdbool.h>
#include <sys/types.h>

#include "sweep/error.h"

/** An array's number, `_` and a task's. */
#define STEPS_JOB_MAX 48

/** How long to wait until steps_end() is called again [ms]. */
#define STEPS_LOOK_MS 250

struct steps {
    char job[STEPS_JOB_MAX]; /* as scancel knows it */
    bool are_elsewhere;      /* there may be tasks on other nodes */
    bool were_asked;         /* to end, by SIGTERM */
    int64_t failing_ms;      /* since when Slurm gives no answer; 0: it does */
};

void steps_init(struct steps *steps);

/**
 * Ask the command and the tasks that it has started by srun to end.
 *
 * @param session  of the command
 * @error SWEEP_SPAWN  the tasks could not be asked
 */
bool steps_terminate(struct steps *steps, pid_t session, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Kill the tasks on other nodes of a command that has ended. Takes as long as Slurm needs to
 * answer.
 *
 * @param now_ms  on clock_boot_ms
 * @return whether none is left, or nobody can tell
 * @error SWEEP_NOT_FOUND, SWEEP_IO  why that is not known; it may be called again unless it returns
 *        true
 */
bool steps_end(struct steps *steps, int64_t now_ms, struct sweep_error *err);

#endif
