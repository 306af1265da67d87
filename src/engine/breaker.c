/*
 * The breaker: a sweep whose trials fail from the start has a mistake in it that no further trial
 * will mend, and is not to burn its budget on it.
 *
 * The rules are those of the agent of Weights & Biases: three failures in its first minute, or five
 * of which at most one other trial came out. They count what this run has seen, so that another
 * run, after the mistake is mended, begins anew. Who names a number of failures that are all right
 * (max_failures) is taken at his word, and the rules do not hold.
 *
 * Two more are ours, for trials that take longer to fail: the first three all ended alike, or the
 * first one lacks something that is not installed.
 *
 * A failure is what the script, its size or the machine is to blame for (trial/reason.h). What was
 * stopped for its time says nothing about the script, and commands that cannot be started are
 * counted by themselves (engine_is_broken).
 */
#include <inttypes.h>

#include "engine/state.h"
#include "trial/reason.h"

#define EARLY_MS       60000
#define EARLY_FAILURES 3
#define FAILURES       5
#define SAME_FAILURES  3
#define OTHERS         1

/* Which trials need too much memory depends on their params: no mistake, unless all do. */
static bool is_too_large(const struct sweep_trial *trial)
{
    return reason_kind(trial->reason)->fault == REASON_OF_SIZE;
}

static bool is_failure(const struct sweep_trial *trial)
{
    switch (reason_kind(trial->reason)->fault) {
    case REASON_OF_MACHINE:
    case REASON_OF_SCRIPT:
    case REASON_OF_SIZE:
        return true;
    case REASON_OF_SETUP:
        return trial->reason != SWEEP_REASON_SPAWN;
    case REASON_OF_NOBODY:
    case REASON_OF_TIME:
        break;
    }
    return false;
}

/* The same end as that of the trial before it. */
static bool is_same(const struct breaker *breaker, const struct sweep_trial *trial)
{
    return breaker->last == trial->reason && breaker->last_detail == trial->reason_detail;
}

static void count_same(struct breaker *breaker, const struct sweep_trial *trial)
{
    breaker->same = is_same(breaker, trial) ? breaker->same + 1 : 1;
    breaker->last = trial->reason;
    breaker->last_detail = trial->reason_detail;
}

void breaker_count(struct engine *engine, const struct sweep_trial *trial)
{
    struct breaker *breaker = &engine->breaker;
    breaker->others += trial->state == SWEEP_TRIAL_COMPLETE || trial->state == SWEEP_TRIAL_PRUNED;
    if (trial->state != SWEEP_TRIAL_FAILED || !is_failure(trial))
        return;
    breaker->failures++;
    breaker->early += !is_too_large(trial) && engine->now_ms - engine->counts.began_ms < EARLY_MS;
    count_same(breaker, trial);
    if (breaker->failures >= FAILURES && breaker->others <= OTHERS)
        breaker->is_hopeless = true;
}

/* What the first trial lacks, no other has. Once any came out, it is bad luck of some params. */
static bool lacks_software(const struct engine *engine)
{
    const struct breaker *breaker = &engine->breaker;
    return (breaker->last == SWEEP_REASON_NOT_INSTALLED || breaker->last == SWEEP_REASON_IMAGE) &&
           breaker->same == breaker->failures && breaker->others == 0 &&
           engine->progress.complete == 0;
}

static bool begins_alike(const struct breaker *breaker)
{
    return breaker->same >= SAME_FAILURES && breaker->same == breaker->failures &&
           breaker->others == 0 && reason_kind(breaker->last)->fault != REASON_OF_SIZE;
}

bool breaker_is_open(const struct engine *engine)
{
    const struct breaker *breaker = &engine->breaker;
    return engine->settings.limits.max_failures == 0 &&
           (breaker->early >= EARLY_FAILURES || breaker->is_hopeless || lacks_software(engine) ||
            begins_alike(breaker));
}

void breaker_describe(const struct engine *engine, struct strbuf *out)
{
    const struct breaker *breaker = &engine->breaker;
    if (lacks_software(engine) && breaker->last == SWEEP_REASON_IMAGE)
        strbuf_append_text(out, "the image of trial.container cannot execute the command");
    else if (lacks_software(engine))
        strbuf_append_text(out,
                           "the first trial needs something that is not installed, and so would "
                           "every other");
    else if (breaker->early >= EARLY_FAILURES)
        strbuf_printf(out, "%" PRIu64 " trials failed in the first minute", breaker->early);
    else if (begins_alike(breaker)) {
        strbuf_printf(out, "the first %" PRIu64 " trials all failed alike: ", breaker->same);
        trial_format_reason(breaker->last, breaker->last_detail, out);
    } else if (breaker->others == 0)
        strbuf_printf(out, "all %" PRIu64 " trials failed", breaker->failures);
    else
        strbuf_printf(out, "%" PRIu64 " trials failed and only %" PRIu64 " did not",
                      breaker->failures, breaker->others);
}

/* A sweep whose command is missing is a mistake of the user's, not bad luck of some trials: better
 * to say so than to burn the budget. */
bool engine_is_broken(const struct engine *engine)
{
    return engine->progress.complete == 0 &&
           engine->not_started >= engine->settings.not_started_max;
}
