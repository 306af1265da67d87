/*
 * Running finished trials again. A finished trial never changes, so each is run again as a new
 * trial with the same params, which says whose retry it is.
 */
#include "run/runner.h"

#include <inttypes.h>

#include "space/space.h"
#include "trial/trial.h"

/* How many a reply names. */
#define NAMED_MAX 8

/* The newest retry of a trial, or NULL. */
static const struct sweep_trial *find_retry(const struct store_trials *trials, uint64_t number)
{
    for (size_t i = trials->count; i-- > number;)
        if (trials->items[i].retry_of == number)
            return &trials->items[i];
    return NULL;
}

static bool can_be_retried(const struct sweep_trial *trial)
{
    switch (trial->state) {
    case SWEEP_TRIAL_FAILED:
    case SWEEP_TRIAL_CANCELLED:
    case SWEEP_TRIAL_PRUNED:
        return true;
    case SWEEP_TRIAL_WAITING:
    case SWEEP_TRIAL_RUNNING:
    case SWEEP_TRIAL_COMPLETE:
        break;
    }
    return false;
}

/* Today's command need not know of parameters that are gone. */
static bool has_former(const struct sweep_space *space, const struct sweep_trial *trial)
{
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (space_is_former(space, i) && trial->params[i].kind != SWEEP_VALUE_NONE)
            return true;
    return false;
}

static bool refuse(const struct sweep_trial *trial, struct strbuf *reply)
{
    if (trial->reason == SWEEP_REASON_METRIC_MISSING) {
        strbuf_printf(reply,
                      "trial %" PRIu64 " waits for its metric to be found in what it printed; "
                      "`sweep resume --rerun` runs it again instead",
                      trial->number);
        return false;
    }
    strbuf_printf(reply, "trial %" PRIu64 " is %s%s", trial->number, trial_state_name(trial->state),
                  trial->state == SWEEP_TRIAL_WAITING    ? " to be run"
                  : trial->state == SWEEP_TRIAL_COMPLETE ? "; only what failed or was stopped is "
                                                           "run again"
                                                         : "");
    return false;
}

static void retry(struct runner *runner, const struct sweep_trial *trial, const char *before,
                  struct strbuf *reply)
{
    uint64_t number = requests_add(runner, trial->params, SWEEP_FROM_RETRY, trial->number);
    if (before != NULL)
        strbuf_printf(reply, "%s%" PRIu64 " as %" PRIu64, before, trial->number, number);
}

static bool retry_one(struct runner *runner, const struct store_trials *trials, uint64_t number,
                      struct strbuf *reply)
{
    if (number > trials->count) {
        strbuf_printf(reply, "there is no trial %" PRIu64 "; the last one is %zu", number,
                      trials->count);
        return false;
    }
    const struct sweep_trial *trial = &trials->items[number - 1];
    const struct sweep_trial *earlier = find_retry(trials, number);
    if (!can_be_retried(trial))
        return refuse(trial, reply);
    if (has_former(runner->settings->space, trial)) {
        strbuf_printf(reply,
                      "trial %" PRIu64 " has parameters that are gone from the space; `sweep add` "
                      "takes those of today",
                      number);
        return false;
    }
    if (earlier != NULL && !trial_is_finished(earlier->state)) {
        strbuf_printf(reply, "trial %" PRIu64 " is being run again already, as trial %" PRIu64,
                      number, earlier->number);
        return false;
    }
    retry(runner, trial, "runs again: trial ", reply);
    return true;
}

/* Those that nobody has run again yet: asked twice, nothing runs twice. */
static bool retry_failed(struct runner *runner, const struct store_trials *trials,
                         struct strbuf *reply)
{
    size_t count = 0;
    for (size_t i = 0; i < trials->count; i++) {
        const struct sweep_trial *trial = &trials->items[i];
        if (trial->state != SWEEP_TRIAL_FAILED || find_retry(trials, trial->number) != NULL ||
            has_former(runner->settings->space, trial))
            continue;
        const char *before = count == 0 ? "run again: trial " : ", ";
        retry(runner, trial, count < NAMED_MAX ? before : NULL, reply);
        count++;
    }
    if (count == 0)
        strbuf_append_text(reply, "no trial has failed that was not run again");
    if (count > NAMED_MAX)
        strbuf_printf(reply, " and %zu more", count - NAMED_MAX);
    return count > 0;
}

bool retries_do(struct runner *runner, uint64_t number, struct strbuf *reply)
{
    struct store_trials trials;
    struct sweep_error err = {0};
    if (runner->trouble.is_active) {
        strbuf_append_text(reply, "not now: what has ended cannot be recorded, the disk is full");
        return false;
    }
    /* Texts of values outlive the engine. */
    if (!store_load_trials(runner->request->store, runner->settings->space, &runner->arena, false,
                           &trials, &err)) {
        strbuf_append_text(reply, err.message);
        return false;
    }
    return number == 0 ? retry_failed(runner, &trials, reply)
                       : retry_one(runner, &trials, number, reply);
}
