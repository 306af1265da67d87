/*
 * The breaker: a sweep whose trials fail from the start has a mistake in it that no further trial
 * will mend, and is not to burn its budget on it.
 *
 * The rules are those of the agent of Weights & Biases: three failures in its first minute, or five
 * of which at most one other trial came out. They count what this run has seen, so that another
 * run, after the mistake is mended, begins anew. Who names a number of failures that are all right
 * (max_failures) is taken at his word, and the rules do not hold.
 *
 * A failure is an exit code, a signal, a missing metric or too little memory. What was stopped for
 * its time says nothing about the script, and commands that cannot be started are counted by
 * themselves (engine_is_broken).
 */
#include <inttypes.h>

#include "engine/state.h"

#define EARLY_MS       60000
#define EARLY_FAILURES 3
#define FAILURES       5
#define OTHERS         1

/* Which trials need too much memory depends on their params: no mistake, unless all do. */
static bool is_too_large(enum sweep_reason reason)
{
    return reason == SWEEP_REASON_GPU_MEMORY || reason == SWEEP_REASON_HOST_MEMORY;
}

static bool is_failure(enum sweep_reason reason)
{
    return reason == SWEEP_REASON_EXIT_CODE || reason == SWEEP_REASON_SIGNAL ||
           reason == SWEEP_REASON_METRIC_MISSING || reason == SWEEP_REASON_NO_PROGRESS ||
           is_too_large(reason);
}

void breaker_count(struct engine *engine, const struct sweep_trial *trial)
{
    struct breaker *breaker = &engine->breaker;
    breaker->others += trial->state == SWEEP_TRIAL_COMPLETE || trial->state == SWEEP_TRIAL_PRUNED;
    if (trial->state != SWEEP_TRIAL_FAILED || !is_failure(trial->reason))
        return;
    breaker->failures++;
    breaker->early +=
        !is_too_large(trial->reason) && engine->now_ms - engine->counts.began_ms < EARLY_MS;
    if (breaker->failures >= FAILURES && breaker->others <= OTHERS)
        breaker->is_hopeless = true;
}

bool breaker_is_open(const struct engine *engine)
{
    const struct breaker *breaker = &engine->breaker;
    return engine->settings.limits.max_failures == 0 &&
           (breaker->early >= EARLY_FAILURES || breaker->is_hopeless);
}

void breaker_describe(const struct engine *engine, struct strbuf *out)
{
    const struct breaker *breaker = &engine->breaker;
    if (breaker->early >= EARLY_FAILURES)
        strbuf_printf(out, "%" PRIu64 " trials failed in the first minute", breaker->early);
    else if (breaker->others == 0)
        strbuf_printf(out, "all %" PRIu64 " trials failed", breaker->failures);
    else
        strbuf_printf(out, "%" PRIu64 " trials failed and only %" PRIu64 " did not",
                      breaker->failures, breaker->others);
}
