/*
 * Feeding the engine and carrying out what it wants.
 *
 * Actions that need the world are done at once (a launch) or noted in the turn, to happen when the
 * turn is durable (words, signals). The engine is never stepped while its actions are being read:
 * answers wait in a queue.
 */
#include "run/runner.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "trial/trial.h"

static void tell_trial(struct runner *runner, enum run_notice_kind kind,
                       const struct sweep_trial *trial, const char *text)
{
    struct run_notice notice = {
        .kind = kind, .trial = trial, .text = text, .wall_us = runner->wall_us};
    engine_progress(runner->engine, &notice.progress);
    turn_tell(&runner->turn, &notice);
}

void runner_say_later(struct runner *runner, const char *text)
{
    tell_trial(runner, RUN_MESSAGE, NULL, text);
}

static void do_ask(struct runner *runner, const struct engine_action *action)
{
    asker_ask(runner->asker, runner->settings->seed, action->trial);
}

static void do_record(struct runner *runner, const struct engine_action *action)
{
    turn_add_trial(&runner->turn, action->trial);
    asker_know(runner->asker, action->trial);
}

static void do_launch(struct runner *runner, const struct engine_action *action)
{
    launch_attempt(runner, action);
}

static void tell_retry(struct runner *runner, const struct sweep_trial *trial)
{
    struct strbuf why;
    strbuf_init(&why, sizeof((struct engine_action *)0)->text);
    if (trial->reason == SWEEP_REASON_NONE)
        strbuf_append_text(&why, "stopped with the sweep");
    else
        trial_format_reason(trial->reason, trial->reason_detail, &why);
    tell_trial(runner, RUN_TRIAL_RETRIED, trial, strbuf_text(&why));
    strbuf_release(&why);
}

void actions_note_finished(struct runner *runner, const struct sweep_trial *trial)
{
    uint64_t forgotten = checkpoints_choose(&runner->checkpoints, trial);
    if (forgotten != 0)
        turn_forget(&runner->turn, forgotten);
}

void actions_forget(struct runner *runner, uint64_t trial)
{
    struct sweep_error err = {0};
    uint64_t bytes = 0;
    if (!checkpoints_remove(runner->request->directory->trials_fd, trial, false, &bytes, &err))
        runner_tell(runner, RUN_MESSAGE, err.message);
}

/* Its last attempt is at hand until its outcome is recorded. */
static void learn_need(struct runner *runner, const struct sweep_trial *trial)
{
    const struct live *live =
        live_find(runner, (struct attempt_key){trial->number, trial->attempts});
    if (live != NULL)
        gpus_learn(runner, trial, &live->watching.usage);
}

static void do_update(struct runner *runner, const struct engine_action *action)
{
    const struct sweep_trial *trial = action->trial;
    turn_add_update(&runner->turn, trial);
    switch (trial->state) {
    case SWEEP_TRIAL_WAITING:
        if (trial->reason != SWEEP_REASON_METRIC_MISSING) /* that is told when the run ends */
            tell_retry(runner, trial);
        break;
    case SWEEP_TRIAL_RUNNING:
        tell_trial(runner, RUN_TRIAL_STARTED, trial, NULL);
        break;
    case SWEEP_TRIAL_COMPLETE:
    case SWEEP_TRIAL_PRUNED:
    case SWEEP_TRIAL_FAILED:
    case SWEEP_TRIAL_CANCELLED:
        runner->outcome_arrival = trial->arrival;
        asker_tell(runner->asker, trial);
        tell_trial(runner, RUN_TRIAL_ENDED, trial, NULL);
        actions_note_finished(runner, trial);
        learn_need(runner, trial);
        break;
    }
}

static const char *stop_text(enum attempt_stop stop, bool force)
{
    switch (stop) {
    case ATTEMPT_STOP_NONE:
        break;
    case ATTEMPT_STOP_TIMEOUT:
        return "timeout";
    case ATTEMPT_STOP_CANCEL:
        return "cancelled";
    case ATTEMPT_STOP_PRUNE:
        return "stopped early";
    case ATTEMPT_STOP_PREEMPTED:
        return "preempted";
    case ATTEMPT_STOP_STALL:
        return "stalled";
    case ATTEMPT_STOP_INTERRUPT:
        return force ? "the sweep is interrupted, without grace" : "the sweep is interrupted";
    }
    return "";
}

/* The decision is recorded before the signal is sent. */
static void do_stop(struct runner *runner, const struct engine_action *action)
{
    const char *text =
        action->text[0] != '\0' ? action->text : stop_text(action->stop, action->force);
    turn_add_event(&runner->turn, runner->wall_us, action->key, "stop", text);
    turn_stop(&runner->turn, action->key, action->stop, action->force);
}

static void do_say(struct runner *runner, const struct engine_action *action)
{
    const struct attempt_key whole = {0};
    turn_add_event(&runner->turn, runner->wall_us, whole, "message", action->text);
    tell_trial(runner, RUN_MESSAGE, NULL, action->text);
}

static void do_done(struct runner *runner, const struct engine_action *action)
{
    runner->is_done = true;
    runner->summary->end = action->end;
    runner->summary->failed = action->key;
    (void)snprintf(runner->summary->text, sizeof runner->summary->text, "%s", action->text);
}

static void (*const carry_out[])(struct runner *, const struct engine_action *) = {
    [ENGINE_ASK] = do_ask,       [ENGINE_RECORD] = do_record, [ENGINE_LAUNCH] = do_launch,
    [ENGINE_UPDATE] = do_update, [ENGINE_STOP] = do_stop,     [ENGINE_SAY] = do_say,
    [ENGINE_DONE] = do_done,
};

static void step(struct runner *runner, const struct engine_event *event)
{
    struct engine_actions actions;
    engine_step(runner->engine, event, &actions);
    for (size_t i = 0; i < actions.count && !runner->has_failed; i++)
        carry_out[actions.items[i].kind](runner, &actions.items[i]);
}

void runner_feed(struct runner *runner, const struct engine_event *event)
{
    runner->queue = array_reserve(runner->queue, runner->queue_count + 1, &runner->queue_capacity,
                                  sizeof *runner->queue);
    runner->queue[runner->queue_count++] = *event;
    if (runner->is_feeding)
        return;
    runner->is_feeding = true;
    while (runner->queue_count > 0 && !runner->has_failed) {
        const struct engine_event next = runner->queue[0];
        runner->queue_count--;
        memmove(runner->queue, runner->queue + 1, runner->queue_count * sizeof next);
        step(runner, &next);
    }
    runner->is_feeding = false;
}
