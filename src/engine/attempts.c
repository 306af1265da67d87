/*
 * What news of an attempt does to its trial: running, waiting again, or finished and counted.
 *
 * Not for judging an outcome by itself (trial/trial.c), nor for what is launched next (engine.c).
 */
#include <inttypes.h>

#include "engine/state.h"
#include "trial/trial.h"

/* While the system has no process to give: first wait, longest wait, and the wait at which the
 * person is told [ms]. */
#define BACKOFF_FIRST_MS  100
#define BACKOFF_MAX_MS    5000
#define BACKOFF_SPEAKS_MS 1600

/* How long nothing is started after a trial found a disk full [ms]. */
#define DISK_WAIT_MS 10000

/* The entry that an event is about, if its attempt is the current one; stale news is dropped. */
static struct entry *entry_of(const struct engine *engine, struct attempt_key key)
{
    struct entry *entry = entry_list_find(&engine->unfinished, key.trial);
    bool is_current = entry != NULL && entry_is_started(entry);
    return is_current && entry_key(entry).number == key.number ? entry : NULL;
}

void engine_on_launched(struct engine *engine, const struct engine_event *event)
{
    struct entry *entry = entry_of(engine, event->key);
    if (entry == NULL || entry->phase != ENTRY_LAUNCHING)
        return;
    entry->phase = ENTRY_LIVE;
    engine->launching--;
    engine->live++;
    engine->backoff_ms = 0;
    engine->retry_at_ms = 0;
    entry->live_since_us = event->wall_us;
    entry->trial.attempts++;
    if (event->fresh)
        entry_begin_anew(entry);
    if (entry->trial.started_us == 0)
        entry->trial.started_us = event->wall_us;
    engine_set_state(entry, SWEEP_TRIAL_RUNNING, SWEEP_REASON_NONE, 0);
    engine_update(engine, entry);
    if (engine->stage >= STAGE_STOPPING || entry->is_cancelled)
        engine_stop(engine, entry);
}

/* One wait for all trials: what is short is processes or memory, not this trial's luck. Launches
 * that were given out together fail together and count as one failure. */
static void back_off(struct engine *engine, const struct entry *entry, const char *why)
{
    if (engine->now_ms < engine->retry_at_ms)
        return;
    int64_t wait_ms = engine->backoff_ms == 0 ? BACKOFF_FIRST_MS : engine->backoff_ms * 2;
    engine->backoff_ms = wait_ms < BACKOFF_MAX_MS ? wait_ms : BACKOFF_MAX_MS;
    engine->retry_at_ms = engine->now_ms + engine->backoff_ms;
    if (engine->backoff_ms == BACKOFF_SPEAKS_MS)
        actions_say(&engine->actions, "trial %" PRIu64 " cannot be started now%s%s; trying again",
                    entry->trial.number, why != NULL ? ": " : "", why != NULL ? why : "");
}

void engine_on_launch_failed(struct engine *engine, const struct engine_event *event)
{
    struct entry *entry = entry_of(engine, event->key);
    if (entry == NULL || entry->phase != ENTRY_LAUNCHING)
        return;
    entry->phase = ENTRY_WAITING;
    engine->launching--;
    if (entry->is_cancelled)
        engine_drop(engine, entry);
    else if (!event->no_room)
        back_off(engine, entry, event->text);
}

void engine_on_report(struct engine *engine, const struct engine_event *event)
{
    struct entry *entry = entry_of(engine, event->key);
    if (entry == NULL)
        return;
    engine->metric_seen = true;
    tries_report(&entry->tries, event->value, event->step);
    objective_report(&entry->objective, event->value, event->step);
    objective_result(&entry->objective, &entry->trial);
}

static void count_not_started(struct engine *engine, const struct attempt_outcome *outcome)
{
    switch (outcome->end) {
    case ATTEMPT_NOT_STARTED:
        engine->not_started++;
        engine->not_started_detail = outcome->detail;
        break;
    case ATTEMPT_EXITED:
    case ATTEMPT_SIGNALED:
        engine->not_started = 0;
        break;
    case ATTEMPT_LOST: /* says nothing about the command */
    case ATTEMPT_REBOOTED:
        break;
    }
}

static struct trial_verdict judge(const struct engine *engine, struct entry *entry,
                                  const struct attempt_outcome *outcome)
{
    const struct engine_settings *settings = &engine->settings;
    struct trial_verdict verdict =
        trial_judge(outcome, settings->has_objective, entry->objective.reports > 0);
    verdict = tries_judge(&entry->tries, settings, outcome, verdict);
    verdict = sight_judge(engine, verdict);
    if (verdict.state == SWEEP_TRIAL_WAITING && entry->is_cancelled)
        return (struct trial_verdict){SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0};
    return verdict;
}

void engine_on_ended(struct engine *engine, const struct engine_event *event)
{
    struct entry *entry = entry_of(engine, event->key);
    if (entry == NULL)
        return;
    if (entry->phase == ENTRY_LAUNCHING) { /* its shim died before anything was recorded */
        engine_on_launch_failed(engine, event);
        return;
    }
    const struct attempt_outcome *outcome = event->outcome;
    struct trial_verdict verdict = judge(engine, entry, outcome);
    bool is_held =
        verdict.state == SWEEP_TRIAL_WAITING && verdict.reason == SWEEP_REASON_METRIC_MISSING;
    entry->phase = is_held ? ENTRY_HELD : ENTRY_WAITING;
    engine->live--;
    entry->trial.duration_us += outcome->duration_us;
    engine_set_state(entry, verdict.state, verdict.reason, verdict.reason_detail);
    count_not_started(engine, outcome);
    if (verdict.reason == SWEEP_REASON_DISK_FULL)
        engine->retry_at_ms = engine->now_ms + DISK_WAIT_MS;
    if (trial_is_finished(verdict.state))
        engine_finish_trial(engine, entry, outcome->ended_us);
    engine_update(engine, entry);
}
