/*
 * What a trial's attempts have cost so far, by whose fault they ended: each fault has a budget of
 * its own.
 *
 *     tries_report(&tries, value, step);       as its reports come
 *     verdict = tries_judge(&tries, ...);      when an attempt has ended
 *
 * Lost attempts, full disks, broken GPUs and engines are the machine's fault, failures the trial's.
 * One that saved itself (ATTEMPT_EXIT_SAVED) costs nothing, as long as it gets on: two in a row
 * that reach no further step never will. Where reports have no steps, one that reports the very
 * numbers of the attempt before it has begun anew; where there are no reports, one that ran for a
 * while is believed.
 *
 * A plain value; on resume the same calls with what was recorded bring it back.
 */
#ifndef SWEEP_ENGINE_TRIES_H
#define SWEEP_ENGINE_TRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "trial/attempt.h"
#include "trial/trial.h"

struct tries {
    uint32_t lost;    /* attempts that ended LOST or REBOOTED, or for want of disk, GPU or engine */
    uint32_t failed;  /* that failed by themselves */
    uint32_t crowded; /* that ran out of the memory of a GPU */
    uint32_t futile;  /* that were saved without getting further, in a row */
    int64_t furthest; /* the largest step so far, or SWEEP_STEP_NONE */
    bool is_further;  /* the live attempt got further than those before it */
    uint64_t numbers; /* a hash of what the live attempt reported without steps; 0: nothing */
    uint64_t before;  /* the same of the attempt before it */
};

void tries_init(struct tries *tries);

/** The live attempt has reported. */
void tries_report(struct tries *tries, double value, int64_t step);

/** Count an attempt that ended. @param has_reports  there is something to report */
void tries_end(struct tries *tries, const struct attempt_outcome *outcome, bool has_reports);

/** Whether the trial is tried again, or has failed after all; counts the attempt.
 * @param verdict  as trial_judge() gave it */
struct trial_verdict tries_judge(struct tries *tries, const struct engine_settings *settings,
                                 const struct attempt_outcome *outcome,
                                 struct trial_verdict verdict);

#endif
