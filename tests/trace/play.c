/*
 * The closed loop of a trace: what the engine wants is done by the fake back end and a clock that
 * jumps to the next thing due, and all of it is written down. The files are test_trace.c's.
 */
#include "play.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "engine/state.h"
#include "sweep/mem.h"
#include "trial/trial.h"

#define EVENTS_MAX 2000

/* Where the virtual clock starts, so that no time is the 0 that means "not yet". */
#define START_MS 1000000

/** A trace that is being played. */
struct play {
    struct script *script;
    struct engine *engine;
    struct backend_state *world;
    struct strbuf *log;
    int64_t now_ms;
    size_t next_deed;
    uint64_t asked;   /* trial whose answer is on its way, or 0 */
    uint64_t dropped; /* the same, but nobody waits for it any more: it comes before */
    int64_t answer_at_ms;
    struct attempt_key refused[SCRIPT_ROWS_MAX]; /* launches whose failure is to be told */
    size_t refused_count;
    bool is_adding; /* which may drop an ask */
    bool is_done;
};

/* --- words ----------------------------------------------------------------------------------- */

static void log_event(struct play *play, const char *format, ...) SWEEP_PRINTF(2, 3);
static void log_action(struct play *play, const char *format, ...) SWEEP_PRINTF(2, 3);

static void log_event(struct play *play, const char *format, ...)
{
    char text[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strbuf_printf(play->log, "> [%5.1f] %s\n", (double)(play->now_ms - START_MS) / 1000, text);
}

static void log_action(struct play *play, const char *format, ...)
{
    char text[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strbuf_printf(play->log, ">         %s\n", text);
}

static void log_ask(struct play *play, const struct sweep_trial *trial)
{
    strbuf_printf(play->log, ">         ask %" PRIu64 " (seen %" PRIu64 ", pending", trial->number,
                  trial->seen);
    for (size_t i = 0; i < trial->pending_count; i++)
        strbuf_printf(play->log, " %" PRIu64, trial->pending[i]);
    strbuf_append_text(play->log, trial->pending_count == 0 ? " none)\n" : ")\n");
}

static void log_objective(struct play *play, const struct sweep_trial *trial)
{
    struct strbuf *log = play->log;
    switch (trial->objective) {
    case SWEEP_OBJECTIVE_NONE:
        break;
    case SWEEP_OBJECTIVE_FINITE:
        strbuf_printf(log, " value %g", trial->value);
        break;
    case SWEEP_OBJECTIVE_NAN:
        strbuf_append_text(log, " value nan");
        break;
    case SWEEP_OBJECTIVE_POSITIVE_INFINITE:
        strbuf_append_text(log, " value inf");
        break;
    case SWEEP_OBJECTIVE_NEGATIVE_INFINITE:
        strbuf_append_text(log, " value -inf");
        break;
    }
    if (trial->objective != SWEEP_OBJECTIVE_NONE && trial->step != SWEEP_STEP_NONE)
        strbuf_printf(log, " at step %" PRId64, trial->step);
}

static void log_update(struct play *play, const struct sweep_trial *trial)
{
    struct strbuf *log = play->log;
    strbuf_printf(log, ">         update %" PRIu64 " %s", trial->number,
                  trial_state_name(trial->state));
    if (trial->reason != SWEEP_REASON_NONE) {
        strbuf_append_text(log, " (");
        trial_format_reason(trial->reason, trial->reason_detail, log);
        strbuf_append_text(log, ")");
    }
    log_objective(play, trial);
    if (trial_is_finished(trial->state))
        strbuf_printf(log, ", arrival %" PRIu64 ", ran %g s in %" PRIu32 " attempt%s",
                      trial->arrival, (double)trial->duration_us / 1e6, trial->attempts,
                      trial->attempts == 1 ? "" : "s");
    strbuf_append_char(log, '\n');
}

static void log_record(struct play *play, const struct sweep_trial *trial)
{
    static const char *const origins[] = {"", ", added", ", a retry of "};
    strbuf_printf(play->log, ">         record %" PRIu64 "%s", trial->number,
                  origins[trial->origin]);
    if (trial->retry_of > 0)
        strbuf_printf(play->log, "%" PRIu64, trial->retry_of);
    strbuf_append_char(play->log, '\n');
}

static void log_progress(struct play *play)
{
    struct engine_progress progress;
    engine_progress(play->engine, &progress);
    strbuf_printf(play->log,
                  "> %" PRIu64 " finished (%" PRIu64 " complete, %" PRIu64 " failed), %" PRIu64
                  " running, %" PRIu64 " waiting",
                  progress.finished, progress.complete, progress.failed, progress.running,
                  progress.waiting);
    if (progress.has_best)
        strbuf_printf(play->log, ", best is trial %" PRIu64 " with %g", progress.best_trial,
                      progress.best_value);
    strbuf_append_char(play->log, '\n');
}

static const char *end_name(enum engine_end end)
{
    static const char *const names[] = {
        [ENGINE_FINISHED] = "finished", [ENGINE_INTERRUPTED] = "interrupted",
        [ENGINE_DETACHED] = "detached", [ENGINE_BROKEN] = "broken",
        [ENGINE_UNSEEN] = "unseen",
    };
    return names[end];
}

static const char *stop_name(enum attempt_stop stop)
{
    static const char *const names[] = {
        [ATTEMPT_STOP_NONE] = "",
        [ATTEMPT_STOP_TIMEOUT] = ", timeout",
        [ATTEMPT_STOP_CANCEL] = ", cancelled",
        [ATTEMPT_STOP_PRUNE] = ", pruned",
        [ATTEMPT_STOP_PREEMPTED] = ", preempted",
        [ATTEMPT_STOP_INTERRUPT] = ", interrupted",
        [ATTEMPT_STOP_STALL] = ", stalled",
    };
    return names[stop];
}

/* --- carrying out actions -------------------------------------------------------------------- */

static void launch(struct play *play, struct attempt_key key, bool alone)
{
    struct sweep_error err = {0};
    struct attempt_identity identity;
    const struct spec spec = {.key = key};
    const struct backend_launch request = {.spec = &spec, .now_ms = play->now_ms};
    log_action(play, "launch %" PRIu64 ".%" PRIu32 "%s", key.trial, key.number,
               alone ? ", alone" : "");
    if (backend_fake.launch(play->world, &request, &identity, &err))
        return;
    assert_true(play->refused_count < ARRAY_LENGTH(play->refused));
    play->refused[play->refused_count++] = key;
}

static void carry_out(struct play *play, const struct engine_action *action)
{
    switch (action->kind) {
    case ENGINE_ASK:
        log_ask(play, action->trial);
        assert_true(play->asked == 0 || (play->dropped == 0 && play->is_adding));
        play->dropped = play->asked;
        play->asked = action->trial->number;
        play->answer_at_ms = play->now_ms + play->script->ask_ms;
        break;
    case ENGINE_RECORD:
        log_record(play, action->trial);
        break;
    case ENGINE_LAUNCH:
        launch(play, action->key, action->alone);
        break;
    case ENGINE_UPDATE:
        log_update(play, action->trial);
        break;
    case ENGINE_STOP:
        log_action(play, "stop %" PRIu64 ".%" PRIu32 "%s%s", action->key.trial, action->key.number,
                   stop_name(action->stop), action->force ? ", by force" : "");
        backend_fake.stop(play->world, action->key, action->stop, action->force);
        break;
    case ENGINE_SAY:
        log_action(play, "say \"%s\"", action->text);
        break;
    case ENGINE_DONE:
        log_action(play, "done, %s: \"%s\"", end_name(action->end), action->text);
        play->is_done = true;
        break;
    }
}

static void step(struct play *play, struct engine_event event)
{
    struct engine_actions actions;
    event.now_ms = play->now_ms;
    event.wall_us = play->now_ms * 1000;
    engine_step(play->engine, &event, &actions);
    for (size_t i = 0; i < actions.count; i++)
        carry_out(play, &actions.items[i]);
}

/* --- one piece of news each; false: there is none now ------------------------------------------
 */

static bool tell_refused(struct play *play)
{
    if (play->refused_count == 0)
        return false;
    struct attempt_key key = play->refused[0];
    play->refused_count--;
    memmove(play->refused, play->refused + 1, play->refused_count * sizeof key);
    log_event(play, "launch of %" PRIu64 ".%" PRIu32 " failed", key.trial, key.number);
    step(play, (struct engine_event){
                   .kind = ENGINE_LAUNCH_FAILED, .key = key, .text = "no process can be had"});
    return true;
}

static void stop_by_deed(struct play *play, const struct script_deed *deed)
{
    log_event(play, "someone stops %" PRIu64 "%s", deed->trial, stop_name(deed->stop));
    for (uint32_t attempt = 1; attempt < 10; attempt++)
        backend_fake.stop(play->world, (struct attempt_key){deed->trial, attempt}, deed->stop,
                          false);
}

static bool tell_deed(struct play *play)
{
    static const char *const names[] = {
        [ENGINE_INTERRUPT] = "^C",    [ENGINE_TERMINATE] = "terminate",
        [ENGINE_DETACH] = "detach",   [ENGINE_PAUSE] = "pause",
        [ENGINE_UNPAUSE] = "unpause", [ENGINE_CLOSE] = "close",
        [ENGINE_CANCEL] = "cancel",   [ENGINE_ADD] = "add",
        [ENGINE_SET] = "set",         [ENGINE_CAPACITY] = "capacity",
        [ENGINE_SPENT] = "spent",
    };
    const struct script_deed *deed = &play->script->deeds[play->next_deed];
    if (play->next_deed == play->script->deed_count || deed->at_ms + START_MS > play->now_ms)
        return false;
    play->next_deed++;
    if (deed->is_stop) {
        stop_by_deed(play, deed);
        return true;
    }
    log_event(play, "%s%s", names[deed->kind],
              deed->cause == ENGINE_BY_PERSON ? ", by a person" : "");
    static const struct sweep_value value = {.kind = SWEEP_VALUE_INT, .integer = 99};
    play->is_adding = deed->kind == ENGINE_ADD;
    step(play, (struct engine_event){.kind = deed->kind,
                                     .cause = deed->cause,
                                     .origin = deed->origin,
                                     .trial = deed->trial,
                                     .capacity = (uint32_t)deed->trial,
                                     .params = &value,
                                     .settings = &deed->settings,
                                     .spending = deed->spending,
                                     .text = deed->text});
    return true;
}

static bool tell_answer(struct play *play)
{
    uint64_t trial = play->dropped != 0 ? play->dropped : play->asked;
    if (trial == 0 || play->answer_at_ms > play->now_ms)
        return false;
    *(play->dropped != 0 ? &play->dropped : &play->asked) = 0;
    if (play->script->points != 0 && trial > play->script->points) {
        log_event(play, "exhausted");
        step(play, (struct engine_event){.kind = ENGINE_EXHAUSTED, .trial = trial});
        return true;
    }
    const struct sweep_value value = {.kind = SWEEP_VALUE_INT, .integer = (int64_t)trial};
    log_event(play, "suggested %" PRIu64, trial);
    step(play, (struct engine_event){.kind = ENGINE_SUGGESTED, .trial = trial, .params = &value});
    return true;
}

static void tell_report(struct play *play, struct attempt_key key)
{
    struct fake_report report;
    while (fake_take_report(play->world, key, &report)) {
        log_event(play, "reported %" PRIu64 ".%" PRIu32 " %g", key.trial, key.number, report.value);
        engine_take_arrival(play->engine);
        step(play,
             (struct engine_event){
                 .kind = ENGINE_REPORT, .key = key, .value = report.value, .step = report.step});
    }
}

static void tell_end(struct play *play, struct attempt_key key,
                     const struct attempt_outcome *outcome)
{
    static const char *const names[] = {
        [ATTEMPT_EXITED] = "exit",
        [ATTEMPT_SIGNALED] = "signal",
        [ATTEMPT_NOT_STARTED] = "not started, errno",
        [ATTEMPT_LOST] = "lost",
        [ATTEMPT_REBOOTED] = "rebooted",
    };
    static const char *const short_names[] = {
        [ATTEMPT_SHORT_OF_NOTHING] = "",
        [ATTEMPT_SHORT_OF_GPU_MEMORY] = ", out of memory",
        [ATTEMPT_SHORT_OF_MEMORY] = ", out of memory",
        [ATTEMPT_SHORT_OF_DISK] = ", disk full",
        [ATTEMPT_SHORT_OF_SOFTWARE] = ", not installed",
        [ATTEMPT_SHORT_OF_GPU] = ", GPU broken",
        [ATTEMPT_SHORT_OF_ENGINE] = ", engine broken",
        [ATTEMPT_SHORT_OF_COMMAND] = ", not in the image",
    };
    char detail[16] = "";
    if (outcome->end != ATTEMPT_LOST && outcome->end != ATTEMPT_REBOOTED)
        snprintf(detail, sizeof detail, " %" PRId32, outcome->detail);
    log_event(play, "ended %" PRIu64 ".%" PRIu32 ": %s%s%s%s", key.trial, key.number,
              names[outcome->end], detail, stop_name(outcome->stop),
              short_names[outcome->short_of]);
    step(play, (struct engine_event){.kind = ENGINE_ENDED, .key = key, .outcome = outcome});
}

static bool tell_world(struct play *play)
{
    struct backend_event event;
    if (!backend_fake.next(play->world, play->now_ms, &event))
        return false;
    switch (event.kind) {
    case BACKEND_READY:
        log_event(play, "launched %" PRIu64 ".%" PRIu32, event.key.trial, event.key.number);
        step(play, (struct engine_event){.kind = ENGINE_LAUNCHED,
                                         .key = event.key,
                                         .fresh = event.key.number == 1 ||
                                                  !fake_goes_on(play->world, event.key)});
        backend_fake.go(play->world, event.key);
        break;
    case BACKEND_JOURNAL:
        tell_report(play, event.key);
        break;
    case BACKEND_ENDED:
        tell_end(play, event.key, &event.outcome);
        break;
    case BACKEND_NEWER:
    case BACKEND_UNWANTED:
    case BACKEND_SAYS:
    case BACKEND_REFUSED:
        break; /* nothing in a script is of a newer version, or of Slurm */
    }
    return true;
}

static bool tell_tick(struct play *play)
{
    if (engine_deadline(play->engine) > play->now_ms)
        return false;
    log_event(play, "tick");
    step(play, (struct engine_event){.kind = ENGINE_TICK});
    return true;
}

/* --- playing --------------------------------------------------------------------------------- */

static int64_t next_time(struct play *play)
{
    int64_t times[] = {
        play->next_deed < play->script->deed_count
            ? play->script->deeds[play->next_deed].at_ms + START_MS
            : INT64_MAX,
        play->asked != 0 ? play->answer_at_ms : INT64_MAX,
        backend_fake.deadline(play->world),
        engine_deadline(play->engine),
    };
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < ARRAY_LENGTH(times); i++)
        next = times[i] < next ? times[i] : next;
    return next;
}

static void restore_outcomes(struct play *play, const struct script_restore *restore)
{
    static const struct attempt_outcome ends[SCRIPT_ENDS] = {
        [SCRIPT_LOST] = {.end = ATTEMPT_LOST},
        [SCRIPT_FAILED] = {.end = ATTEMPT_EXITED, .detail = 1},
        [SCRIPT_SAVED] = {.end = ATTEMPT_EXITED, .detail = 85},
    };
    for (size_t end = 0; end < SCRIPT_ENDS; end++)
        for (uint32_t i = 0; i < restore->ends[end]; i++)
            engine_restore_outcome(play->engine, restore->trial.number, &ends[end]);
}

static void restore(struct play *play)
{
    engine_restore_running(play->engine, play->script->running_ms);
    static const struct sweep_value value = {.kind = SWEEP_VALUE_INT, .integer = 77};
    for (size_t i = 0; i < play->script->restore_count; i++) {
        struct script_restore *restore = &play->script->restores[i];
        struct sweep_error err = {0};
        restore->trial.params = &value;
        restore->trial.started_us = START_MS * INT64_C(1000);
        if (restore->is_report) {
            engine_restore_report(play->engine, restore->trial.number, restore->trial.value,
                                  SWEEP_STEP_NONE);
            continue;
        }
        engine_restore_trial(play->engine, &restore->trial);
        restore_outcomes(play, restore);
        engine_restore_stop(play->engine, restore->trial.number, restore->told);
        const struct attempt_identity identity = {
            .key = {restore->trial.number, restore->trial.attempts}};
        if (restore->trial.state == SWEEP_TRIAL_RUNNING && restore->trial.attempts > 0)
            assert_true(backend_fake.adopt(play->world, &identity, &err));
    }
}

/* Most scenarios are about what comes after the metric was seen. */
static void restore_metric(struct play *play)
{
    if (play->script->metric_seen)
        play->engine->metric_seen = true;
}

static void play_events(struct play *play)
{
    log_event(play, "tick");
    step(play, (struct engine_event){.kind = ENGINE_TICK});
    for (size_t events = 0; !play->is_done; events++) {
        assert_true(events < EVENTS_MAX);
        if (tell_refused(play) || tell_world(play) || tell_deed(play) || tell_answer(play) ||
            tell_tick(play))
            continue;
        int64_t next = next_time(play);
        if (next == INT64_MAX) {
            strbuf_append_text(play->log, "> nothing more happens\n");
            break;
        }
        play->now_ms = next;
    }
    log_progress(play);
}

void play_script(struct script *script, struct strbuf *log)
{
    const struct fake_world world = {.attempts = script->fates, .count = script->fate_count};
    struct play play = {.script = script, .log = log, .now_ms = START_MS};
    struct backend_event event;
    script->settings.param_count = 1;
    play.engine = engine_create(&script->settings);
    play.world = fake_open(&world);
    backend_fake.next(play.world, play.now_ms, &event); /* only to set its clock */
    restore(&play);
    restore_metric(&play);
    play_events(&play);
    engine_free(play.engine);
    backend_fake.close(play.world);
}
