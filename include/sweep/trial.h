/*
 * One trial: one evaluation of one configuration.
 *
 *     if (trial->state == SWEEP_TRIAL_COMPLETE && trial->objective == SWEEP_OBJECTIVE_FINITE)
 *         consider(trial->params, trial->value);
 *
 * The one type for it in the whole program. It changes only while it is unfinished; a finished
 * trial never changes. A trial that is started again before it has finished gets a new attempt; one
 * that has finished is run again as a new trial with the same params (SWEEP_FROM_RETRY).
 *
 * Ownership: strategies borrow trials const; `params` and `memo` live as long as the trial.
 */
#ifndef SWEEP_TRIAL_H
#define SWEEP_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/space.h"

/** Where a trial stands. The numbers are stored; never renumber them. */
enum sweep_trial_state {
    SWEEP_TRIAL_WAITING = 0,  /* suggested, no live attempt */
    SWEEP_TRIAL_RUNNING = 1,  /* has a live attempt */
    SWEEP_TRIAL_COMPLETE = 2, /* ended as it should; may still have no finite value */
    SWEEP_TRIAL_PRUNED = 3,   /* stopped early by decision */
    SWEEP_TRIAL_FAILED = 4,   /* see the reason */
    SWEEP_TRIAL_CANCELLED = 5 /* a person stopped it */
};

/** Why a trial (or one of its attempts) ended as it did. Stored; never renumber. */
enum sweep_reason {
    SWEEP_REASON_NONE = 0,
    SWEEP_REASON_EXIT_CODE = 1, /* detail: the code */
    SWEEP_REASON_SIGNAL = 2,    /* detail: the signal */
    SWEEP_REASON_TIMEOUT = 3,
    SWEEP_REASON_METRIC_MISSING = 4, /* exit 0, but the objective was never seen */
    SWEEP_REASON_SPAWN = 5,          /* the command could not be started; detail: errno */
    SWEEP_REASON_LOST = 6,           /* its supervisor died and left no result */
    SWEEP_REASON_REBOOT = 7,         /* the machine was restarted under it */
    SWEEP_REASON_PREEMPTED = 8,      /* SIGTERM that nobody here asked for */
    SWEEP_REASON_CANCELLED = 9,      /* by a person */
    SWEEP_REASON_GPU_MEMORY = 10,
    SWEEP_REASON_HOST_MEMORY = 11,
    SWEEP_REASON_STALL = 12,       /* it printed nothing for too long */
    SWEEP_REASON_SAVED = 13,       /* it saved its state and asks to be started again */
    SWEEP_REASON_NO_PROGRESS = 14, /* it did that, and never went on from what it saved */
    SWEEP_REASON_DISK_FULL = 15,
    SWEEP_REASON_NOT_INSTALLED = 16, /* a module, a library or a command that it needs */
    SWEEP_REASON_GPU_FAULT = 17,     /* its GPU is broken or gone */
    SWEEP_REASON_CONTAINER = 18,     /* the engine of its container failed, not the command */
    SWEEP_REASON_IMAGE = 19          /* the container's image cannot execute the command */
};

/**
 * Whether a trial that failed so says something about its params: not where the machine was at
 * fault, somebody wanted it so, or no trial could have fared better.
 */
bool sweep_reason_is_of_params(enum sweep_reason reason);

/** What is known of the objective. Stored; never renumber. */
enum sweep_objective_kind {
    SWEEP_OBJECTIVE_NONE = 0, /* never reported, or the sweep has no metric */
    SWEEP_OBJECTIVE_FINITE = 1,
    SWEEP_OBJECTIVE_NAN = 2,
    SWEEP_OBJECTIVE_POSITIVE_INFINITE = 3,
    SWEEP_OBJECTIVE_NEGATIVE_INFINITE = 4
};

/** Who chose the params of a trial. Stored; never renumber. */
enum sweep_origin {
    SWEEP_FROM_STRATEGY = 0,
    SWEEP_FROM_PERSON = 1, /* added: asked next, counts in the budget */
    SWEEP_FROM_RETRY = 2   /* those of a finished trial again; does not count in the budget */
};

/** The detail of SWEEP_REASON_CANCELLED where the space had changed before the trial could be run:
 * then it counts in no budget. */
#define SWEEP_CANCELLED_BY_CHANGE 1

/** No step is known. */
#define SWEEP_STEP_NONE INT64_MIN

/** The largest memo that a strategy may leave with a trial [bytes]. */
#define SWEEP_MEMO_MAX 4096

/** One trial. Times are microseconds since 1970; 0 means not yet. */
struct sweep_trial {
    uint64_t number;                  /* from 1, dense */
    const struct sweep_value *params; /* [space count] */
    enum sweep_origin origin;
    uint64_t retry_of; /* FROM_RETRY: the number of that trial; else 0 */
    enum sweep_trial_state state;
    enum sweep_reason reason;
    int reason_detail;
    uint32_t attempts; /* launched so far */

    enum sweep_objective_kind objective;
    double value; /* FINITE: in the user's own direction, reduced over reports */
    int64_t step; /* the step at which `value` was reported, or SWEEP_STEP_NONE */
    double last;  /* the objective's last report; NaN if there was none */

    int64_t created_us;
    int64_t started_us; /* of the first attempt */
    int64_t finished_us;
    int64_t duration_us; /* running time summed over attempts */

    uint64_t arrival;        /* finished: its place in the order of all news; else 0 */
    uint64_t seen;           /* finished trials that the strategy knew when it was asked */
    const uint64_t *pending; /* [pending_count] the trials that it knew to be unfinished */
    size_t pending_count;
    const void *memo; /* [memo_size] what the strategy left for itself */
    size_t memo_size; /* at most SWEEP_MEMO_MAX */
};

#endif
