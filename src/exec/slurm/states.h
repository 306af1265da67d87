/*
 * The states of jobs, as sacct(1) and squeue(1) call them, and what each of them means for an
 * attempt that has left no result.
 *
 * @see https://slurm.schedmd.com/job_state_codes.html, sacct(1) "JOB STATE CODES"
 */
#ifndef SWEEP_EXEC_SLURM_STATES_H
#define SWEEP_EXEC_SLURM_STATES_H

#include <stdbool.h>

#include "base/strview.h"
#include "trial/attempt.h"

/** What Slurm says of a job. */
enum slurm_view {
    SLURM_UNKNOWN, /* nothing yet, or what we do not know: it is waited for */
    SLURM_WAITING, /* it may start */
    SLURM_RUNNING, /* it has processes, or may have */
    SLURM_OVER     /* it never runs again, as Slurm sees it */
};

struct slurm_state {
    const char *name;
    enum slurm_view view;
    bool is_cancelled;    /* somebody ended it by scancel */
    enum attempt_end end; /* with SLURM_OVER: how an attempt ended that left no result */
    int detail;
    enum attempt_stop stop;
    enum attempt_shortage short_of;
    const char *words; /* for people, to follow "its job"; NULL: nothing to be said */
};

/** The row of a state, by its whole name or by `CANCELLED by 1000`; NULL: there is none. */
const struct slurm_state *slurm_state_find(struct strview name);

/** What becomes of an attempt without a result whose job Slurm no longer knows. */
extern const struct slurm_state slurm_state_vanished;

#endif
