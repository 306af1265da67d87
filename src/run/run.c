/*
 * The loop: wait, collect, commit, and only then let go and speak.
 *
 * What each part does stands in runner.h; this file is about their order.
 */
#include "run/run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crash_point.h"
#include "proc/identity.h"
#include "run/runner.h"
#include "sweep/mem.h"

/* Numbers alone are committed at most once a second, or when there are this many. */
#define GATHER_MS      1000
#define GATHER_REPORTS 10000

#define HEARTBEAT_MS  60000
#define SAVE_STATE_MS 10000

/* How long to wait, beyond the grace, for cancelled trials when there is nothing else to do. */
#define SERVE_PATIENCE_MS 5000

/* How far suggestions that need no results run ahead of the slots. One that is learnt from results
 * would be chosen as with one more trial pending: worse in three of four runs of bayes with 4
 * slots, for no trial more a minute, since asks follow each other; only one slot is less idle. */
#define ASK_AHEAD_MAX 64

#define US_PER_MS 1000

enum {
    WAIT_ATTEMPTS,
    WAIT_ASKER,
    WAIT_SIGNALS,
    WAIT_REQUESTS,
    WAIT_GPUS,
    WAIT_LEASES,
    WAIT_SAMPLER,
    WAIT_COUNT
};

static void tell(struct runner *runner, const struct run_notice *notice)
{
    const struct run_listener *listener = &runner->request->listener;
    if (notice->kind != RUN_TICK)
        runner->spoken_ms = runner->now_ms;
    if (listener->tell != NULL)
        listener->tell(listener->context, notice);
}

void runner_tell(struct runner *runner, enum run_notice_kind kind, const char *text)
{
    struct run_notice notice = {.kind = kind, .text = text, .wall_us = runner->wall_us};
    engine_progress(runner->engine, &notice.progress);
    tell(runner, &notice);
}

void runner_fail(struct runner *runner, const struct sweep_error *error)
{
    if (runner->has_failed)
        return;
    runner->has_failed = true;
    runner->error = *error;
}

struct engine_event runner_event(const struct runner *runner, enum engine_event_kind kind)
{
    return (struct engine_event){
        .kind = kind, .now_ms = runner->now_ms, .wall_us = runner->wall_us};
}

static void look_at_clocks(struct runner *runner)
{
    runner->now_ms = clock_boot_ms();
    runner->wall_us = clock_wall_us();
}

void runner_save_state(struct runner *runner, const char *state, const char *note)
{
    bool counts = runner->request->purpose != RUN_SERVE;
    int64_t running_ms = counts ? engine_ran_ms(runner->engine, runner->now_ms) : 0;
    runner->state_saved_ms = runner->now_ms;
    const struct turn_state record = {
        .state = state,
        .note = note,
        .running_us = runner->earlier_us + running_ms * US_PER_MS,
    };
    turn_add_state(&runner->turn, &record);
}

static void save_present_state(struct runner *runner)
{
    if (runner->request->purpose != RUN_SERVE)
        runner_save_state(runner, runner->wish == WISH_PAUSE ? "paused" : "running", "");
}

static void feed_engine_tick(struct runner *runner)
{
    const struct engine_event tick = runner_event(runner, ENGINE_TICK);
    runner_feed(runner, &tick);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Whether the turn is to be written now; numbers alone may gather for a while. */
static bool is_due(const struct runner *runner)
{
    const struct turn *turn = &runner->turn;
    return runner->trouble.is_active || turn->is_urgent || turn->report_count >= GATHER_REPORTS ||
           (!turn_is_empty(turn) && runner->now_ms >= runner->turn_since_ms + GATHER_MS);
}

static int64_t next_tick(const struct runner *runner)
{
    int64_t tick_ms = runner->request->listener.tick_ms;
    return tick_ms > 0 ? runner->ticked_ms + tick_ms : INT64_MAX;
}

static int64_t next_deadline(struct runner *runner)
{
    if (ingest_has_more(runner) || runner->inbox.has_news)
        return 0;
    int64_t deadline = earlier(runner->anchor.check_ms, runner->spoken_ms + HEARTBEAT_MS);
    deadline = earlier(deadline, engine_deadline(runner->engine));
    deadline = earlier(deadline, next_tick(runner));
    deadline = earlier(deadline, runner->inbox.look_ms);
    deadline = earlier(deadline, runner->request->backend->deadline(runner->attempts));
    deadline = earlier(deadline, gpus_deadline(runner));
    deadline = earlier(deadline, watching_deadline(runner));
    if (runner->trouble.is_active)
        return earlier(deadline, runner->trouble.retry_ms);
    if (runner->turn.is_urgent)
        return 0;
    if (!turn_is_empty(&runner->turn))
        deadline = earlier(deadline, runner->turn_since_ms + GATHER_MS);
    return deadline;
}

static int wait_ms(struct runner *runner)
{
    int64_t left_ms = next_deadline(runner) - runner->now_ms;
    if (left_ms <= 0)
        return 0;
    return left_ms < HEARTBEAT_MS ? (int)left_ms : HEARTBEAT_MS;
}

static void tell_tick(struct runner *runner)
{
    struct engine_running running[RUN_TICK_MAX];
    struct run_notice notice = {
        .kind = RUN_TICK,
        .wall_us = runner->wall_us,
        .running = running,
        .running_count = engine_running(runner->engine, running, RUN_TICK_MAX),
        .time_left_ms = engine_time_left_ms(runner->engine, runner->now_ms),
    };
    engine_progress(runner->engine, &notice.progress);
    runner->ticked_ms = runner->now_ms;
    tell(runner, &notice);
}

static void keep_time(struct runner *runner)
{
    if (runner->now_ms >= runner->anchor.check_ms && !trouble_check(runner))
        return;
    if (runner->now_ms >= engine_deadline(runner->engine))
        feed_engine_tick(runner);
    if (runner->now_ms >= next_tick(runner))
        tell_tick(runner);
    if (runner->now_ms >= runner->spoken_ms + HEARTBEAT_MS) {
        runner_tell(runner, RUN_HEARTBEAT, NULL);
        save_present_state(runner);
    }
}

static void wait_and_collect(struct runner *runner)
{
    const struct backend *backend = runner->request->backend;
    struct pollfd fds[WAIT_COUNT] = {
        [WAIT_ATTEMPTS] = {.fd = backend->fd(runner->attempts), .events = POLLIN},
        [WAIT_ASKER] = {.fd = asker_fd(runner->asker), .events = POLLIN},
        [WAIT_SIGNALS] = {.fd = runner->signal_fd, .events = POLLIN},
        [WAIT_REQUESTS] = {.fd = runner->inbox.watch_fd, .events = POLLIN},
        [WAIT_GPUS] = {.fd = pool_fd(&runner->gpus), .events = POLLIN},
        [WAIT_LEASES] = {.fd = queue_fd(&runner->waiting.queue), .events = POLLIN},
        [WAIT_SAMPLER] = {.fd = sampler_fd(&runner->sampler), .events = POLLIN},
    };
    (void)poll(fds, WAIT_COUNT, wait_ms(runner));
    look_at_clocks(runner);
    bool was_empty = turn_is_empty(&runner->turn);
    if (fds[WAIT_REQUESTS].revents != 0)
        runner->inbox.has_news = true;
    requests_take(runner); /* first: what ended before is recorded, and can be looked up */
    if (fds[WAIT_SIGNALS].revents != 0)
        signals_collect(runner);
    if (fds[WAIT_ASKER].revents != 0)
        answers_take(runner);
    if (fds[WAIT_ATTEMPTS].revents != 0 || runner->now_ms >= backend->deadline(runner->attempts))
        ingest_events(runner);
    ingest_journals(runner);
    gpus_keep(runner);
    watching_keep(runner);
    keep_time(runner);
    waiting_settle(runner);
    if (was_empty)
        runner->turn_since_ms = runner->now_ms;
}

/* Once, when it comes to that. A runner before us may have been killed before it did so. */
static void recall_waiting(struct runner *runner)
{
    bool is_closing = runner->wish == WISH_PAUSE || engine_is_closing(runner->engine);
    if (is_closing && !runner->has_recalled && runner->request->backend->recall != NULL)
        turn_recall(&runner->turn);
    runner->has_recalled = is_closing;
}

static void do_effect(struct runner *runner, const struct turn_effect *effect)
{
    const struct backend *backend = runner->request->backend;
    switch (effect->kind) {
    case TURN_GO:
        backend->go(runner->attempts, effect->key);
        crash_point(CRASH_runner_after_go);
        break;
    case TURN_STOP:
        backend->stop(runner->attempts, effect->key, effect->stop, effect->force);
        break;
    case TURN_RECALL:
        backend->recall(runner->attempts);
        break;
    case TURN_TELL:
        tell(runner, &effect->notice);
        break;
    case TURN_ANSWERED:
        requests_answer(runner, effect->request);
        break;
    case TURN_FORGET:
        actions_forget(runner, effect->key.trial);
        break;
    }
}

/* While nothing can be written, words about that must not wait for it, nor a person's ^C. */
static bool can_wait(const struct turn_effect *effect)
{
    switch (effect->kind) {
    case TURN_GO:
    case TURN_RECALL:
        return true;
    case TURN_STOP:
        return effect->stop != ATTEMPT_STOP_INTERRUPT && effect->stop != ATTEMPT_STOP_CANCEL;
    case TURN_TELL:
        return effect->notice.kind != RUN_MESSAGE;
    case TURN_ANSWERED:
    case TURN_FORGET:
        return true;
    }
    return true;
}

static void do_pressing_effects(struct runner *runner)
{
    struct turn *turn = &runner->turn;
    size_t kept = 0;
    for (size_t i = 0; i < turn->effect_count; i++) {
        const struct turn_effect effect = turn->effects[i];
        if (can_wait(&effect))
            turn->effects[kept++] = effect;
        else
            do_effect(runner, &effect);
    }
    turn->effect_count = kept;
}

static void do_effects(struct runner *runner)
{
    for (size_t i = 0; i < runner->turn.effect_count; i++)
        do_effect(runner, &runner->turn.effects[i]);
}

static void on_write_failed(struct runner *runner, const struct sweep_error *err)
{
    if (!trouble_check(runner))
        return;
    bool can_wait_for_it = runner->request->purpose != RUN_SERVE;
    if (can_wait_for_it && (err->code == SWEEP_NO_SPACE || err->code == SWEEP_BUSY)) {
        trouble_begin(runner, err);
        do_pressing_effects(runner);
    } else {
        runner_fail(runner, err);
    }
}

static void finish_turn(struct runner *runner)
{
    recall_waiting(runner);
    if (runner->has_failed || !is_due(runner))
        return;
    if (!trouble_may_write(runner)) {
        do_pressing_effects(runner);
        return;
    }
    if (runner->turn.record_count > 0 && runner->now_ms >= runner->state_saved_ms + SAVE_STATE_MS)
        save_present_state(runner);
    struct sweep_error err = {0};
    crash_point(CRASH_runner_before_commit);
    if (!turn_commit(&runner->turn, runner->request->store, runner->settings->space, &err)) {
        on_write_failed(runner, &err);
        return;
    }
    crash_point(CRASH_runner_after_commit);
    if (runner->request->backend->settle != NULL)
        runner->request->backend->settle(runner->attempts);
    do_effects(runner);
    turn_reset(&runner->turn);
    trouble_end(runner);
}

static const char *const end_states[] = {
    [ENGINE_FINISHED] = "finished", [ENGINE_INTERRUPTED] = "interrupted",
    [ENGINE_DETACHED] = "detached", [ENGINE_BROKEN] = "broken",
    [ENGINE_UNSEEN] = "paused",
};

/* A paused sweep stays paused, however its runner went. */
static void save_end_state(struct runner *runner)
{
    const struct run_summary *summary = runner->summary;
    bool is_left = summary->end == ENGINE_INTERRUPTED || summary->end == ENGINE_DETACHED;
    runner_save_state(runner,
                      is_left && runner->wish == WISH_PAUSE ? "paused" : end_states[summary->end],
                      summary->text);
}

static bool was(const char *state, const struct runner *runner)
{
    return strcmp(runner->earlier_state, state) == 0;
}

/* Only what was asked for has changed. */
static void save_served_state(struct runner *runner)
{
    struct engine_progress progress;
    engine_progress(runner->engine, &progress);
    if (runner->summary->end == ENGINE_FINISHED)
        save_end_state(runner);
    else if (runner->wish == WISH_PAUSE)
        runner_save_state(runner, "paused", "paused, as asked");
    else if (runner->wish == WISH_STOP && progress.running > 0)
        runner_save_state(runner, "detached", "stopped, as asked; running trials may finish");
    else if (runner->wish == WISH_RUN && runner->earlier_wish == WISH_PAUSE)
        runner_save_state(runner, "interrupted", "interrupted");
    else if (runner->wish == WISH_RUN && was("finished", runner) && runner->has_new_work &&
             progress.has_more)
        runner_save_state(runner, "interrupted", "there is more to do now");
    else
        runner_save_state(runner, runner->earlier_state, runner->earlier_note);
}

/* The last turn: how it ended is recorded together with what ended it. */
static void finish(struct runner *runner)
{
    crash_point(CRASH_runner_before_finish);
    gpus_say_broken(runner);
    if (runner->request->purpose == RUN_SERVE)
        save_served_state(runner);
    else
        save_end_state(runner);
    watching_save(runner);
    runner->trouble.retry_ms = runner->now_ms;
    finish_turn(runner);
    if (runner->has_failed || turn_is_empty(&runner->turn))
        return;
    struct sweep_error err = {0};
    sweep_error_set(&err, SWEEP_NO_SPACE,
                    "the end of this run could not be recorded (%s). Nothing recorded before is "
                    "lost, and resume finds the rest",
                    runner->trouble.text);
    runner_fail(runner, &err);
}

/* What was asked for before counts before anything is started. */
static void begin(struct runner *runner)
{
    save_present_state(runner);
    struct run_notice started = {.kind = RUN_STARTED, .wall_us = runner->wall_us};
    engine_progress(runner->engine, &started.progress);
    turn_tell(&runner->turn, &started);
    if (runner->request->purpose == RUN_SWEEP)
        requests_restore(runner);
    requests_take(runner);
    while (runner->inbox.has_news && !runner->has_failed && !runner->is_done) {
        finish_turn(runner);
        requests_take(runner);
    }
    if (runner->request->purpose == RUN_RESUME)
        requests_lift(runner);
    feed_engine_tick(runner);
}

static void loop(struct runner *runner)
{
    gpus_count(runner);
    begin(runner);
    waiting_settle(runner);
    while (!runner->has_failed && !runner->is_done) {
        finish_turn(runner);
        if (!runner->has_failed && !runner->is_done)
            wait_and_collect(runner);
    }
    if (!runner->has_failed)
        finish(runner);
}

/* All that was asked for is done, but for trials that are on their way out. */
static bool is_served(const struct runner *runner, int64_t patience_ms)
{
    struct engine_progress progress;
    engine_progress(runner->engine, &progress);
    return turn_is_empty(&runner->turn) && !runner->inbox.has_news &&
           (progress.cancelled == 0 || runner->now_ms > runner->started_ms + patience_ms);
}

/* A stopped sweep in which nothing runs is finished, which the engine finds out by a tick; nothing
 * is started in it. */
static void end_service(struct runner *runner)
{
    struct engine_progress progress;
    engine_progress(runner->engine, &progress);
    if (runner->wish == WISH_STOP && progress.running == 0) {
        feed_engine_tick(runner);
    } else {
        const struct engine_event detach = runner_event(runner, ENGINE_DETACH);
        runner_feed(runner, &detach);
    }
}

static void serve(struct runner *runner)
{
    requests_restore(runner);
    requests_take(runner);
    while (!runner->has_failed && !runner->is_done) {
        finish_turn(runner);
        if (runner->has_failed)
            break;
        if (is_served(runner, runner->settings->grace_ms + SERVE_PATIENCE_MS))
            end_service(runner);
        else
            wait_and_collect(runner);
    }
    if (!runner->has_failed)
        finish(runner);
}

struct engine_settings runner_engine_settings(const struct runner *runner,
                                              const struct run_settings *settings)
{
    uint32_t ahead =
        settings->parallel < ASK_AHEAD_MAX / 2 ? 2 * settings->parallel : ASK_AHEAD_MAX;
    return (struct engine_settings){
        .trials = settings->trials,
        .parallel = settings->parallel,
        .ask_ahead = runner->request->strategy->uses_results ? 0 : ahead,
        .has_objective = settings->has_objective,
        .objective_name = settings->objective_name,
        .objective = settings->objective,
        .param_count = sweep_space_count(settings->space),
        .retries = settings->retries,
        .shares_gpus = settings->gpus.shares > 1 || settings->gpus.by_memory,
        .may_give_up = settings->external.command != NULL,
        .limits = settings->limits,
    };
}

static bool open_runner(struct runner *runner, struct sweep_error *err)
{
    const struct run_request *request = runner->request;
    const struct run_settings *settings = runner->settings;
    look_at_clocks(runner);
    runner->started_ms = runner->now_ms;
    runner->spoken_ms = runner->now_ms;
    runner->turn_since_ms = runner->now_ms;
    runner->turn.param_count = sweep_space_count(settings->space);
    runner->complained = sweep_alloc(settings->pattern_count);
    checkpoints_init(&runner->checkpoints, settings->keep_checkpoints,
                     settings->objective.maximize);
    identity_boot_id(runner->boot_id);
    launch_environment(runner);
    if (!signals_open(runner, err) || !trouble_anchor(runner, err) || !requests_open(runner, err))
        return false;
    bool maximize = settings->has_objective && settings->objective.maximize;
    runner->external = settings->external;
    runner->external.environment = request->environment;
    const struct asker_settings asker = {
        .strategy = request->strategy,
        .external = &runner->external,
        .space = settings->space,
        .plan = settings->plan,
        .maximize = maximize,
    };
    runner->asker = asker_create(&asker, err);
    if (runner->asker == NULL)
        return false;
    const struct backend_settings attempts = {
        .name = settings->name,
        .path = request->directory->path,
        .slurm = &settings->slurm,
        .wall_us = &runner->wall_us,
        .sweep_fd = request->directory->fd,
        .trials_fd = request->directory->trials_fd,
        .shim_fd = request->shim_fd,
        .boot_id = runner->boot_id,
        .environment = request->environment,
        .containers = &settings->container,
    };
    runner->attempts = request->backend->open(&attempts, err);
    if (runner->attempts == NULL)
        return false;
    const struct engine_settings engine = runner_engine_settings(runner, settings);
    runner->engine = engine_create(&engine);
    sampler_open(&runner->sampler, settings->program_fd,
                 settings->gpus.gpus != NULL ? settings->gpus.gpus->source : "");
    return gpus_open(runner, err) && restore_all(runner, err);
}

static void close_runner(struct runner *runner)
{
    runner->request->backend->close(runner->attempts);
    asker_free(runner->asker);
    engine_free(runner->engine);
    live_release(runner);
    turn_release(&runner->turn);
    environment_release(&runner->environment);
    arena_release(&runner->arena);
    sweep_free(runner->queue);
    sweep_free(runner->complained);
    checkpoints_release(&runner->checkpoints);
    requests_close(runner);
    signals_close(runner);
    gpus_close(runner);
    sampler_close(&runner->sampler);
}

bool run_sweep(const struct run_request *request, struct run_summary *summary,
               struct sweep_error *err)
{
    struct runner runner = {
        .request = request,
        .settings = request->settings,
        .signal_fd = -1,
        .inbox = {.control_fd = -1, .watch_fd = -1},
        .summary = summary,
    };
    *summary = (struct run_summary){.end = ENGINE_INTERRUPTED};
    bool opened = open_runner(&runner, err);
    if (opened) {
        request->purpose == RUN_SERVE ? serve(&runner) : loop(&runner);
        engine_progress(runner.engine, &summary->progress);
        summary->spent = spending_now(&runner);
    }
    if (runner.has_failed)
        sweep_error_set(err, runner.error.code, "%s", runner.error.message);
    bool done = opened && !runner.has_failed;
    close_runner(&runner);
    return done;
}
