/*
 * What people ask of a running sweep (^C, detach, pause, stop, cancel) and what they are told, ends
 * included.
 *
 * Not for trials: see attempts.c.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "engine/state.h"
#include "trial/trial.h"

/* --- ends ------------------------------------------------------------------------------------ */

/* @param rest  what trials that wait are to people */
static void append_counts(const struct engine *engine, const char *rest, struct strbuf *out)
{
    uint64_t waiting = engine_waiting(engine);
    strbuf_printf(out, ": %" PRIu64 " trial%s finished", engine->progress.finished,
                  engine->progress.finished == 1 ? "" : "s");
    if (waiting > 0)
        strbuf_printf(out, ", %" PRIu64 " %s", waiting, rest);
}

static void describe_limit(const struct engine *engine, struct strbuf *out)
{
    engine_describe_limit(engine, out);
    append_counts(engine, "waiting to be run", out);
}

static void describe_finished(const struct engine *engine, struct strbuf *out)
{
    if (engine->closing && !engine_is_all_done(engine)) {
        strbuf_append_text(out, "stopped by a person");
        append_counts(engine, "not run", out);
        return;
    }
    if (!engine_is_all_done(engine)) {
        describe_limit(engine, out);
        return;
    }
    if (engine->exhausted && engine->settings.may_give_up)
        strbuf_printf(out, "the strategy has ended the search after %" PRIu64 " trial%s",
                      engine->newest, engine->newest == 1 ? "" : "s");
    else if (engine->newest == 1)
        strbuf_append_text(out, engine->exhausted ? "the only point of the space was tried"
                                                  : "the only trial of the budget is finished");
    else if (engine->exhausted)
        strbuf_printf(out, "all %s%" PRIu64 "%s were tried",
                      engine->added > 0 ? "points of the space (in " : "", engine->newest,
                      engine->added > 0 ? " trials)" : " points of the space");
    else
        strbuf_printf(out, "all %" PRIu64 " trials%s are finished", engine->newest,
                      engine->newest == engine->settings.trials ? " of the budget" : "");
}

static void describe_interrupted(const struct engine *engine, struct strbuf *out)
{
    strbuf_append_text(out, "interrupted");
    append_counts(engine, "waiting to be run", out);
}

static void describe_detached(const struct engine *engine, struct strbuf *out)
{
    if (engine->live == 0)
        strbuf_append_text(out, "detached: no trial is running");
    else
        strbuf_printf(out, "detached: %" PRIu32 " running trial%s on", engine->live,
                      engine->live == 1 ? " goes" : "s go");
}

static void describe_broken(const struct engine *engine, struct strbuf *out)
{
    if (!engine_is_broken(engine)) {
        describe_limit(engine, out);
        return;
    }
    strbuf_printf(out, "no trial could be started, %" PRIu32 " in a row: ", engine->not_started);
    trial_format_reason(SWEEP_REASON_SPAWN, engine->not_started_detail, out);
}

static void (*const describe[])(const struct engine *, struct strbuf *) = {
    [ENGINE_FINISHED] = describe_finished, [ENGINE_INTERRUPTED] = describe_interrupted,
    [ENGINE_DETACHED] = describe_detached, [ENGINE_BROKEN] = describe_broken,
    [ENGINE_UNSEEN] = sight_describe,
};

void engine_finish(struct engine *engine, enum engine_end end)
{
    struct engine_action *action = actions_add(&engine->actions, ENGINE_DONE);
    struct strbuf text;
    strbuf_init(&text, sizeof action->text - 1);
    describe[end](engine, &text);
    snprintf(action->text, sizeof action->text, "%s", strbuf_text(&text));
    strbuf_release(&text);
    action->end = end;
    if (end == ENGINE_BROKEN)
        action->key = engine->counts.failed;
    const struct entry *held = end == ENGINE_UNSEEN ? sight_held(engine) : NULL;
    if (held != NULL)
        action->key = (struct attempt_key){held->trial.number, held->trial.attempts};
    engine->stage = STAGE_OVER;
}

/* --- ^C and the like ------------------------------------------------------------------------- */

static const struct entry *longest_running(const struct engine *engine)
{
    const struct entry *longest = NULL;
    for (size_t i = 0; i < engine->unfinished.count; i++) {
        const struct entry *entry = engine->unfinished.items[i];
        if (entry->phase != ENTRY_LIVE)
            continue;
        if (longest == NULL || entry->live_since_us < longest->live_since_us)
            longest = entry;
    }
    return longest;
}

static void say_waiting(struct engine *engine)
{
    const struct entry *longest = longest_running(engine);
    if (longest == NULL)
        return;
    char age[CLOCK_TEXT_MAX];
    int64_t age_us = engine->wall_us - longest->live_since_us;
    clock_format_duration(age_us > 0 ? age_us : 0, age);
    bool is_one = engine->live == 1;
    actions_say(&engine->actions,
                "waiting for %" PRIu32 " running trial%s (trial %" PRIu64
                " has run %s); press ^C again to stop %s",
                engine->live, is_one ? "" : "s", longest->trial.number, age,
                is_one ? "it" : "them");
}

void engine_on_interrupt(struct engine *engine, const struct engine_event *event)
{
    (void)event;
    switch (engine->stage) {
    case STAGE_RUNNING:
        engine->stage = STAGE_WAITING;
        say_waiting(engine);
        break;
    case STAGE_WAITING:
        engine_stop_all(engine, STAGE_STOPPING, true);
        break;
    case STAGE_STOPPING:
    case STAGE_KILLING:
        engine_stop_all(engine, STAGE_KILLING, false);
        break;
    case STAGE_OVER:
        break;
    }
}

void engine_on_terminate(struct engine *engine, const struct engine_event *event)
{
    (void)event;
    if (engine->stage < STAGE_STOPPING)
        engine_stop_all(engine, STAGE_STOPPING, false);
}

void engine_on_detach(struct engine *engine, const struct engine_event *event)
{
    (void)event;
    engine_finish(engine, ENGINE_DETACHED);
}

/* --- pause, stop, cancel ---------------------------------------------------------------------- */

void engine_on_pause(struct engine *engine, const struct engine_event *event)
{
    unsigned bit = 1u << event->cause;
    if ((engine->paused & bit) != 0)
        return;
    engine->paused |= bit;
    const char *why = event->text;
    actions_say(&engine->actions, "paused, no new trials are started%s%s", why != NULL ? ": " : "",
                why != NULL ? why : "");
}

void engine_on_unpause(struct engine *engine, const struct engine_event *event)
{
    unsigned bit = 1u << event->cause;
    bool was_closing = engine->closing && event->cause == ENGINE_BY_PERSON;
    bool was_paused = (engine->paused & bit) != 0;
    if (!was_paused && !was_closing)
        return;
    engine->paused &= ~bit;
    engine->closing = engine->closing && !was_closing;
    if (engine->paused != 0)
        actions_say(&engine->actions, "still paused, for another reason");
    else
        actions_say(&engine->actions, "no longer %s", was_paused ? "paused" : "stopping");
}

void engine_on_close(struct engine *engine, const struct engine_event *event)
{
    (void)event;
    if (engine->closing)
        return;
    engine->closing = true;
    if (engine->live > 0)
        actions_say(&engine->actions, "no new trials are started; %" PRIu32 " running may finish",
                    engine->live);
}

/* @param entry  unfinished */
static void cancel(struct engine *engine, struct entry *entry)
{
    bool again = entry->is_cancelled;
    entry->is_cancelled = true;
    switch (entry->phase) {
    case ENTRY_WAITING:
    case ENTRY_HELD:
        engine_drop(engine, entry);
        break;
    case ENTRY_LAUNCHING: /* when it is live it is told */
        break;
    case ENTRY_LIVE:
        engine_stop(engine, entry);
        if (again)
            engine->actions.items[engine->actions.count - 1].force = true;
        break;
    }
}

static void cancel_running(struct engine *engine)
{
    engine->closing = true;
    if (engine->live > 0)
        actions_say(&engine->actions, "stopping %" PRIu32 " running trial%s for good", engine->live,
                    engine->live == 1 ? "" : "s");
    for (size_t i = 0; i < engine->unfinished.count; i++)
        if (entry_is_started(engine->unfinished.items[i]))
            cancel(engine, engine->unfinished.items[i]);
}

void engine_on_cancel(struct engine *engine, const struct engine_event *event)
{
    struct entry *entry = entry_list_find(&engine->unfinished, event->trial);
    if (event->trial == 0)
        cancel_running(engine);
    else if (entry != NULL)
        cancel(engine, entry);
}
