/*
 * The life of a trial: which state may follow which, and the words for states and reasons.
 */
#ifndef SWEEP_TRIAL_TRIAL_H
#define SWEEP_TRIAL_TRIAL_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/trial.h"
#include "trial/attempt.h"

/** `waiting`, `running`, ... as in the database, exports and `--json`. */
const char *trial_state_name(enum sweep_trial_state state);

/** `exit_code`, `signal`, ... ; NULL for SWEEP_REASON_NONE. */
const char *trial_reason_name(enum sweep_reason reason);

/** Whether nothing can change any more. */
bool trial_is_finished(enum sweep_trial_state state);

/** Whether it was cancelled since the space changed: nothing that was to come counts it. */
bool trial_is_withdrawn(const struct sweep_trial *trial);

/** Whether a trial may go from one state to another; an unfinished one may also stay as it is. */
bool trial_can_become(enum sweep_trial_state from, enum sweep_trial_state to);

/**
 * The seed that a trial is given as SWEEP_SEED: its params' own where the space has one, else 31
 * bits drawn for its number, the same in every attempt.
 */
uint32_t trial_seed(const struct sweep_space *space, uint64_t sweep_seed, uint64_t number,
                    const struct sweep_value *params);

/** What a finished attempt means for its trial. */
struct trial_verdict {
    enum sweep_trial_state state; /* WAITING: it is to run again */
    enum sweep_reason reason;
    int reason_detail;
};

/**
 * Judge an outcome.
 *
 * What it was told to be comes first: a command that was timed out, cancelled or pruned ends so
 * even if it used the grace to exit 0. An interrupted or preempted one waits again, whatever its
 * exit code: scripts that save and exit 0 on SIGTERM look finished and are not. Left to itself,
 * exit 0 is complete, or failed with METRIC_MISSING where the sweep has a metric and none was seen;
 * ATTEMPT_EXIT_SAVED waits again. What the machine is to blame for (reason.h) goes back to waiting.
 * How often a trial may go back, and whether a failed one does, is for the caller to say.
 *
 * @param metric_wanted  the sweep has an objective
 * @param metric_seen    this trial reported it at least once
 */
struct trial_verdict trial_judge(const struct attempt_outcome *outcome, bool metric_wanted,
                                 bool metric_seen);

/** Append a reason for people: `exit code 3`, `signal 9 (killed)`, `timeout`, `command not found`.
 */
void trial_format_reason(enum sweep_reason reason, int detail, struct strbuf *out);

#endif
