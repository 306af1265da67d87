/*
 * Counting attempts by fault. What an outcome is by itself stands in trial/.
 */
#include "engine/tries.h"

#include <string.h>

#include "trial/expense.h"

/* So many saved attempts in a row that got no further are no accident. */
#define FUTILE_MAX 2

/* Where no report tells how far it got, one that ran for so long is believed [us]. */
#define FUTILE_US 10000000

#define HASH_OFFSET UINT64_C(0xcbf29ce484222325)
#define HASH_FACTOR UINT64_C(0x100000001b3)

void tries_init(struct tries *tries)
{
    *tries = (struct tries){.furthest = SWEEP_STEP_NONE};
}

/* FNV-1a, eight bytes at a time; 0 is kept for nothing. */
static uint64_t add_to_hash(uint64_t hash, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    hash = ((hash == 0 ? HASH_OFFSET : hash) ^ bits) * HASH_FACTOR;
    return hash == 0 ? HASH_OFFSET : hash;
}

void tries_report(struct tries *tries, double value, int64_t step)
{
    if (step == SWEEP_STEP_NONE) {
        tries->numbers = add_to_hash(tries->numbers, value);
        return;
    }
    if (step <= tries->furthest)
        return;
    tries->is_further = true;
    tries->furthest = step;
}

void tries_end(struct tries *tries, const struct attempt_outcome *outcome, bool has_reports)
{
    bool is_further = tries->is_further ||
                      (tries->numbers != 0 && tries->numbers != tries->before) ||
                      (!has_reports && outcome->duration_us >= FUTILE_US);
    tries->is_further = false;
    tries->before = tries->numbers;
    tries->numbers = 0;
    tries->lost += expense_is_lost(outcome);
    tries->failed += expense_is_failed(outcome);
    tries->crowded += expense_is_crowded(outcome);
    if (is_further)
        tries->futile = 0;
    else
        tries->futile += expense_is_saved(outcome);
}

struct trial_verdict tries_judge(struct tries *tries, const struct engine_settings *settings,
                                 const struct attempt_outcome *outcome,
                                 struct trial_verdict verdict)
{
    tries_end(tries, outcome, settings->has_objective);
    if (expense_is_crowded(outcome) && settings->shares_gpus && tries->crowded == 1)
        verdict.state = SWEEP_TRIAL_WAITING; /* it gets one for itself */
    if (expense_is_failed(outcome) && tries->failed <= settings->retries)
        verdict.state = SWEEP_TRIAL_WAITING;
    if (verdict.state != SWEEP_TRIAL_WAITING)
        return verdict;
    if (expense_is_lost(outcome) && tries->lost > settings->lost_max)
        verdict.state = SWEEP_TRIAL_FAILED;
    if (expense_is_saved(outcome) && tries->futile >= FUTILE_MAX)
        verdict = (struct trial_verdict){SWEEP_TRIAL_FAILED, SWEEP_REASON_NO_PROGRESS, 0};
    return verdict;
}
