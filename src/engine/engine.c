/*
 * One step: hand the event to whom it concerns, then let everything go on that can: launches, the
 * next ask, the end.
 *
 * Not for keeping trials (entry.c), for what an attempt's news means (attempts.c) or for what
 * people want (people.c).
 */
#include "engine/engine.h"

#include "engine/actions.h"
#include "engine/entry.h"
#include "engine/state.h"
#include "sweep/mem.h"
#include "trial/expense.h"
#include "trial/trial.h"

#define NOT_STARTED_MAX_DEFAULT 3

static uint32_t most_slots(const struct engine *engine)
{
    return sight_is_alone(engine) ? 1 : engine->settings.parallel;
}

static uint32_t free_slots(const struct engine *engine)
{
    uint32_t slots = most_slots(engine);
    if (slots > engine->capacity)
        slots = engine->capacity;
    uint32_t taken = engine->launching + engine->live;
    return taken < slots ? slots - taken : 0;
}

static bool may_start(const struct engine *engine)
{
    return engine->begun && engine->stage == STAGE_RUNNING && engine->paused == 0 &&
           !engine->closing && !engine_is_broken(engine) && sight_held(engine) == NULL &&
           engine_limit(engine) == LIMIT_NONE;
}

bool engine_is_closing(const struct engine *engine)
{
    return engine->stage == STAGE_WAITING || engine->closing || engine_limit(engine) != LIMIT_NONE;
}

static void launch(struct engine *engine, struct entry *entry)
{
    sight_say_alone(engine, entry);
    struct engine_action *action = actions_add(&engine->actions, ENGINE_LAUNCH);
    action->trial = &entry->trial;
    action->key = entry_key(entry);
    action->alone = entry->tries.crowded > 0;
    entry->phase = ENTRY_LAUNCHING;
    engine->launching++;
}

static void launch_waiting(struct engine *engine)
{
    if (engine->now_ms < engine->retry_at_ms)
        return;
    while (free_slots(engine) > 0) {
        struct entry *entry = entry_list_next(&engine->unfinished);
        if (entry == NULL)
            return;
        launch(engine, entry);
    }
}

/* A trial of the next number, as one that knows what is known now. */
static struct entry *next_entry(struct engine *engine)
{
    size_t count = engine->unfinished.count;
    uint64_t *pending = sweep_alloc_array(count, sizeof *pending);
    for (size_t i = 0; i < count; i++)
        pending[i] = engine->unfinished.items[i]->trial.number;

    struct entry *entry = entry_create(&engine->settings, engine->newest + 1);
    entry->trial.seen = engine->progress.finished;
    entry_set_pending(entry, pending, count);
    sweep_free(pending);
    return entry;
}

static void ask(struct engine *engine)
{
    engine->asked = next_entry(engine);
    actions_add(&engine->actions, ENGINE_ASK)->trial = &engine->asked->trial;
}

static void ask_if_wanted(struct engine *engine)
{
    uint64_t wanted = (uint64_t)free_slots(engine) + engine->settings.ask_ahead;
    if (engine->asked != NULL || engine->exhausted || !engine_has_budget(engine))
        return;
    if (wanted > engine_waiting(engine))
        ask(engine);
}

static void finish_when_quiet(struct engine *engine)
{
    if (engine->launching + engine->live > 0)
        return;
    if (engine_is_broken(engine))
        engine_finish(engine, ENGINE_BROKEN);
    else if (sight_held(engine) != NULL && engine->stage == STAGE_RUNNING && !engine->closing)
        engine_finish(engine, ENGINE_UNSEEN);
    else if (engine_is_all_done(engine) || (engine->closing && engine->stage < STAGE_STOPPING))
        engine_finish(engine, ENGINE_FINISHED);
    else if (engine_limit(engine) != LIMIT_NONE)
        engine_finish(engine, engine_limit_end(engine_limit(engine)));
    else if (engine->stage != STAGE_RUNNING)
        engine_finish(engine, ENGINE_INTERRUPTED);
}

static void go_on(struct engine *engine)
{
    if (engine->stage == STAGE_OVER || !engine->begun)
        return;
    sight_settle(engine);
    if (may_start(engine)) {
        launch_waiting(engine);
        ask_if_wanted(engine);
    }
    if (engine_watch_limits(engine))
        engine_stop_all(engine, STAGE_STOPPING, false);
    finish_when_quiet(engine);
}

/* --- news of time and of the strategy -------------------------------------------------------- */

static void on_tick(struct engine *engine, const struct engine_event *event)
{
    if (engine->begun)
        return; /* what is due is found by go_on() */
    engine->begun = true;
    engine->counts.began_ms = event->now_ms;
    for (size_t i = 0; i < engine->unfinished.count; i++) {
        const struct entry *entry = engine->unfinished.items[i];
        if (entry->phase == ENTRY_LIVE && entry->is_cancelled)
            engine_stop(engine, entry);
    }
}

static void count_origin(struct engine *engine, const struct sweep_trial *trial)
{
    engine->added += trial->origin != SWEEP_FROM_STRATEGY;
    engine->uncounted += trial->origin == SWEEP_FROM_RETRY || trial_is_withdrawn(trial);
}

/* Give a trial its number and its params, and record it. */
static void admit(struct engine *engine, struct entry *entry, const struct engine_event *event)
{
    engine->newest = entry->trial.number;
    count_origin(engine, &entry->trial);
    entry->trial.created_us = event->wall_us;
    entry_set_params(entry, event->params, engine->settings.param_count);
    entry_set_memo(entry, event->memo, event->memo_size);
    entry_list_add(&engine->unfinished, entry);
    actions_add(&engine->actions, ENGINE_RECORD)->trial = &entry->trial;
}

static bool is_answer(const struct engine *engine, const struct engine_event *event)
{
    return engine->asked != NULL && engine->asked->trial.number == event->trial;
}

static void on_suggested(struct engine *engine, const struct engine_event *event)
{
    struct entry *entry = engine->asked;
    if (!is_answer(engine, event))
        return;
    engine->asked = NULL;
    admit(engine, entry, event);
}

static void on_exhausted(struct engine *engine, const struct engine_event *event)
{
    if (!is_answer(engine, event))
        return;
    entry_free(engine->asked);
    engine->asked = NULL;
    engine->exhausted = true;
}

/* It takes the number of an ask that is on its way: that one is made again for the next number, as
 * one that knows of this trial, and the answer to the old one is dropped. */
static void on_add(struct engine *engine, const struct engine_event *event)
{
    entry_free(engine->asked);
    engine->asked = NULL;
    struct entry *entry = next_entry(engine);
    entry->trial.origin = event->origin;
    entry->trial.retry_of = event->trial;
    admit(engine, entry, event);
}

/* Zeroes become defaults. */
static void take_settings(struct engine *engine, const struct engine_settings *settings)
{
    engine->settings = *settings;
    if (engine->settings.parallel == 0)
        engine->settings.parallel = 1;
    if (engine->settings.lost_max == 0)
        engine->settings.lost_max = EXPENSE_LOST_MAX;
    if (engine->settings.not_started_max == 0)
        engine->settings.not_started_max = NOT_STARTED_MAX_DEFAULT;
    if (engine->settings.objective_name == NULL)
        engine->settings.objective_name = "the metric";
}

static void on_set(struct engine *engine, const struct engine_event *event)
{
    take_settings(engine, event->settings);
}

/* What runs beyond it is not stopped: there is room for nothing more until it has ended. */
static void on_capacity(struct engine *engine, const struct engine_event *event)
{
    engine->capacity = event->capacity;
}

static void on_spent(struct engine *engine, const struct engine_event *event)
{
    engine->counts.spent = event->spending;
    engine->counts.spent_ms = event->now_ms;
}

static void (*const handlers[])(struct engine *, const struct engine_event *) = {
    [ENGINE_TICK] = on_tick,
    [ENGINE_SUGGESTED] = on_suggested,
    [ENGINE_EXHAUSTED] = on_exhausted,
    [ENGINE_LAUNCHED] = engine_on_launched,
    [ENGINE_LAUNCH_FAILED] = engine_on_launch_failed,
    [ENGINE_REPORT] = engine_on_report,
    [ENGINE_ENDED] = engine_on_ended,
    [ENGINE_INTERRUPT] = engine_on_interrupt,
    [ENGINE_TERMINATE] = engine_on_terminate,
    [ENGINE_DETACH] = engine_on_detach,
    [ENGINE_PAUSE] = engine_on_pause,
    [ENGINE_UNPAUSE] = engine_on_unpause,
    [ENGINE_CLOSE] = engine_on_close,
    [ENGINE_ADD] = on_add,
    [ENGINE_SET] = on_set,
    [ENGINE_CANCEL] = engine_on_cancel,
    [ENGINE_CAPACITY] = on_capacity,
    [ENGINE_SPENT] = on_spent,
};

/* --- the face -------------------------------------------------------------------------------- */

struct engine *engine_create(const struct engine_settings *settings)
{
    struct engine *engine = sweep_alloc(sizeof *engine);
    take_settings(engine, settings);
    engine->capacity = UINT32_MAX;
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    entry_list_release(&engine->unfinished);
    entry_free(engine->asked);
    actions_release(&engine->actions);
    sweep_free(engine);
}

void engine_restore_running(struct engine *engine, int64_t running_ms)
{
    engine->counts.earlier_ms = running_ms;
}

void engine_restore_trial(struct engine *engine, const struct sweep_trial *trial)
{
    if (trial->number > engine->newest)
        engine->newest = trial->number;
    count_origin(engine, trial);
    engine_restore_arrival(engine, trial->arrival);
    if (trial_is_finished(trial->state)) {
        /* What somebody else told of a trial says nothing about what ours print. */
        engine->metric_seen |= trial->attempts > 0 && trial->objective != SWEEP_OBJECTIVE_NONE;
        engine_count_finished(engine, trial);
        return;
    }
    struct entry *entry = entry_create(&engine->settings, trial->number);
    entry->trial = *trial;
    entry_set_params(entry, trial->params, engine->settings.param_count);
    entry_set_pending(entry, trial->pending, trial->pending_count);
    entry_set_memo(entry, trial->memo, trial->memo_size);
    objective_result(&entry->objective, &entry->trial); /* reports are put back by themselves */
    if (trial->state == SWEEP_TRIAL_RUNNING && trial->attempts == 0) {
        entry->trial.state = SWEEP_TRIAL_WAITING;
    } else if (trial->state == SWEEP_TRIAL_RUNNING) {
        entry->phase = ENTRY_LIVE;
        entry->live_since_us = trial->started_us;
        engine->live++;
    } else if (trial->reason == SWEEP_REASON_METRIC_MISSING) {
        entry->phase = ENTRY_HELD;
    }
    entry_list_add(&engine->unfinished, entry);
}

void engine_restore_fresh(struct engine *engine, uint64_t trial)
{
    struct entry *entry = entry_list_find(&engine->unfinished, trial);
    if (entry != NULL)
        entry_begin_anew(entry);
}

void engine_restore_report(struct engine *engine, uint64_t trial, double value, int64_t step)
{
    struct entry *entry = entry_list_find(&engine->unfinished, trial);
    if (entry == NULL)
        return;
    engine->metric_seen = true;
    tries_report(&entry->tries, value, step);
    objective_report(&entry->objective, value, step);
    objective_result(&entry->objective, &entry->trial);
}

void engine_restore_outcome(struct engine *engine, uint64_t trial,
                            const struct attempt_outcome *outcome)
{
    struct entry *entry = entry_list_find(&engine->unfinished, trial);
    if (entry != NULL)
        tries_end(&entry->tries, outcome, engine->settings.has_objective);
}

void engine_restore_stop(struct engine *engine, uint64_t trial, enum attempt_stop stop)
{
    struct entry *entry = entry_list_find(&engine->unfinished, trial);
    if (entry != NULL && stop == ATTEMPT_STOP_CANCEL)
        entry->is_cancelled = true;
}

void engine_restore_arrival(struct engine *engine, uint64_t arrival)
{
    if (arrival > engine->arrival)
        engine->arrival = arrival;
}

void engine_restore_outside(struct engine *engine)
{
    engine->added++;
}

void engine_step(struct engine *engine, const struct engine_event *event,
                 struct engine_actions *actions)
{
    actions_reset(&engine->actions);
    if (engine->stage != STAGE_OVER) {
        engine_keep_time(engine, event->now_ms);
        engine->now_ms = event->now_ms;
        engine->wall_us = event->wall_us;
        handlers[event->kind](engine, event);
        go_on(engine);
    }
    *actions =
        (struct engine_actions){.items = engine->actions.items, .count = engine->actions.count};
}

int64_t engine_deadline(const struct engine *engine)
{
    bool is_waiting = may_start(engine) && free_slots(engine) > 0 && engine_waiting(engine) > 0;
    int64_t launch_ms = is_waiting ? engine->retry_at_ms : INT64_MAX;
    int64_t limit_ms = engine_limit_deadline(engine);
    return launch_ms < limit_ms ? launch_ms : limit_ms;
}

bool engine_is_asking(const struct engine *engine)
{
    return engine->asked != NULL && may_start(engine) &&
           free_slots(engine) > engine_waiting(engine);
}

bool engine_wants_room(const struct engine *engine)
{
    bool has_any = engine_waiting(engine) > 0 || engine->asked != NULL ||
                   (!engine->exhausted && engine_has_budget(engine));
    return has_any && may_start(engine) && engine->stage != STAGE_OVER &&
           engine->launching + engine->live < most_slots(engine);
}

bool engine_lacks_room(const struct engine *engine)
{
    return engine->launching + engine->live >= engine->capacity && engine_wants_room(engine);
}

const struct sweep_trial *engine_trial(const struct engine *engine, uint64_t number)
{
    const struct entry *entry = entry_list_find(&engine->unfinished, number);
    return entry != NULL ? &entry->trial : NULL;
}

/* Retries come on top, as do trials that were withdrawn, and so does what people add when the
 * budget is given out. */
static uint64_t budget_with(const struct engine *engine)
{
    uint64_t budget = engine->settings.trials + engine->uncounted;
    if (engine->settings.trials == 0)
        return 0;
    return budget > engine->newest ? budget : engine->newest;
}

void engine_progress(const struct engine *engine, struct engine_progress *out)
{
    *out = engine->progress;
    out->newest = engine->newest;
    out->budget = budget_with(engine);
    for (size_t i = 0; i < engine->unfinished.count; i++) {
        const struct entry *entry = engine->unfinished.items[i];
        out->held += sight_is_missing(entry);
        out->cancelled += entry->phase == ENTRY_LIVE && entry->is_cancelled;
    }
    out->running = engine->live;
    out->waiting =
        engine->unfinished.count - engine->live - entry_list_count(&engine->unfinished, ENTRY_HELD);
    out->is_paused = engine->paused != 0;
    out->has_more = !engine_is_all_done(engine) && engine_limit(engine) == LIMIT_NONE;
}

size_t engine_running(const struct engine *engine, struct engine_running *out, size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < engine->unfinished.count && count < max; i++) {
        const struct entry *entry = engine->unfinished.items[i];
        if (entry->phase != ENTRY_LIVE)
            continue;
        out[count++] = (struct engine_running){
            .trial = entry->trial.number,
            .since_us = entry->live_since_us,
            .has_report = entry->objective.reports > 0,
            .last = entry->objective.last,
            .last_step = entry->objective.last_step,
        };
    }
    return count;
}
