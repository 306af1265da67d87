/*
 * What people ask for while a sweep is there: request files become events of the engine and records
 * of the turn; when these are durable the file is removed, which is the acknowledgement.
 *
 * Not for how a request looks on disk (control/request.c), nor for who asks (cli). What a request
 * does, its answer and its id are one transaction: a file that is still there after a crash is
 * either done, and then its id is found, or not begun.
 */
#include "run/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "asker/given.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/crash_point.h"
#include "base/sys.h"
#include "sweep/mem.h"
#include "trial/trial.h"
#include "json/tree.h"

/* How often to look where inotify cannot tell, and after a failure. */
#define LOOK_MS 500

#define REPLY_MAX 512

static const char *const wish_names[] = {
    [WISH_RUN] = "run",
    [WISH_PAUSE] = "pause",
    [WISH_STOP] = "stop",
};

static void set_wish(struct runner *runner, enum wish wish)
{
    if (runner->wish == wish)
        return;
    runner->wish = wish;
    turn_add_wish(&runner->turn, wish_names[wish]);
}

static void feed_person(struct runner *runner, enum engine_event_kind kind, uint64_t trial)
{
    struct engine_event event = runner_event(runner, kind);
    event.cause = ENGINE_BY_PERSON;
    event.trial = trial;
    event.text = kind == ENGINE_PAUSE ? "as asked; `sweep resume` goes on" : NULL;
    runner_feed(runner, &event);
}

/* --- what each verb does; the result: whether it was done, else why not ---------------------- */

static uint64_t running_trials(const struct runner *runner)
{
    struct engine_progress progress;
    engine_progress(runner->engine, &progress);
    return progress.running;
}

static bool is_over(const struct runner *runner)
{
    return runner->request->purpose == RUN_SERVE && strcmp(runner->earlier_state, "finished") == 0;
}

static bool refuse_over(struct strbuf *reply)
{
    strbuf_append_text(reply, "the sweep is finished already");
    return false;
}

/* Trials that have been handed out and only wait for their turn. */
static uint64_t idle_trials(const struct runner *runner, uint64_t running)
{
    const struct backend *backend = runner->request->backend;
    uint64_t idle = backend->waiting != NULL ? backend->waiting(runner->attempts) : 0;
    return idle < running ? idle : running;
}

static void append_running(const struct runner *runner, const char *one, const char *more,
                           struct strbuf *reply)
{
    uint64_t running = running_trials(runner);
    uint64_t idle = idle_trials(runner, running);
    running -= idle;
    if (running == 0)
        strbuf_append_text(reply, "; none is running");
    else
        strbuf_printf(reply, "; %" PRIu64 " running %s", running, running == 1 ? one : more);
    if (idle > 0)
        strbuf_printf(reply, "; %" PRIu64 " that had not begun %s taken back", idle,
                      idle == 1 ? "is" : "are");
}

static bool do_pause(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    (void)request;
    if (is_over(runner))
        return refuse_over(reply);
    if (runner->wish == WISH_STOP) {
        strbuf_append_text(reply, "the sweep is stopping already; take that back with resume");
        return false;
    }
    strbuf_append_text(reply, runner->wish == WISH_PAUSE ? "was paused already"
                                                         : "paused: no new trials are started");
    append_running(runner, "goes on", "go on", reply);
    set_wish(runner, WISH_PAUSE);
    feed_person(runner, ENGINE_PAUSE, 0);
    return true;
}

void requests_lift(struct runner *runner)
{
    set_wish(runner, WISH_RUN);
    feed_person(runner, ENGINE_UNPAUSE, 0);
}

static bool do_resume(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    (void)request;
    strbuf_append_text(reply, runner->wish == WISH_RUN     ? "was not paused"
                              : runner->wish == WISH_PAUSE ? "no longer paused"
                                                           : "no longer stopping");
    requests_lift(runner);
    return true;
}

static bool do_stop(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    (void)request;
    if (is_over(runner))
        return refuse_over(reply);
    static const char go_on[] = "may finish, then the sweep is finished";
    strbuf_append_text(reply, "stopped: no new trials are started");
    append_running(runner, go_on, go_on, reply);
    set_wish(runner, WISH_STOP);
    feed_person(runner, ENGINE_CLOSE, 0);
    return true;
}

static bool cancel_all(struct runner *runner, struct strbuf *reply)
{
    uint64_t running = running_trials(runner);
    if (is_over(runner) && running == 0)
        return refuse_over(reply);
    if (running == 0)
        strbuf_append_text(reply, "stopped; no trial is running");
    else
        strbuf_printf(reply, "cancelled: %" PRIu64 " running trial%s told to stop", running,
                      running == 1 ? " is" : "s are");
    set_wish(runner, WISH_STOP);
    feed_person(runner, ENGINE_CANCEL, 0);
    return true;
}

static uint64_t newest_trial(const struct runner *runner)
{
    struct engine_progress progress;
    engine_progress(runner->engine, &progress);
    return progress.newest;
}

static bool refuse_trial(struct runner *runner, uint64_t number, struct strbuf *reply)
{
    uint64_t newest = newest_trial(runner);
    if (number <= newest)
        strbuf_printf(reply, "trial %" PRIu64 " is finished already", number);
    else
        strbuf_printf(reply, "there is no trial %" PRIu64 "; the last one is %" PRIu64, number,
                      newest);
    return false;
}

static bool do_cancel(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    if (request->trial == 0)
        return cancel_all(runner, reply);
    const struct sweep_trial *trial = engine_trial(runner->engine, request->trial);
    if (trial == NULL)
        return refuse_trial(runner, request->trial, reply);
    char grace[CLOCK_TEXT_MAX];
    clock_format_duration(runner->settings->grace_ms * 1000, grace);
    if (trial->state == SWEEP_TRIAL_RUNNING)
        strbuf_printf(reply, "trial %" PRIu64 " is told to stop; it has %s for that",
                      request->trial, grace);
    else
        strbuf_printf(reply, "trial %" PRIu64 " is cancelled before it ran", request->trial);
    feed_person(runner, ENGINE_CANCEL, request->trial);
    return true;
}

uint64_t requests_add(struct runner *runner, const struct sweep_value *params,
                      enum sweep_origin origin, uint64_t retry_of)
{
    struct engine_event event = runner_event(runner, ENGINE_ADD);
    event.origin = origin;
    event.trial = retry_of;
    event.params = params;
    runner->has_new_work = true;
    runner_feed(runner, &event);
    return newest_trial(runner);
}

/* Who asked has checked them too; but anybody of ours could write such a file. */
static bool do_add(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    const struct sweep_space *space = runner->settings->space;
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_value *params =
        arena_alloc_array(&arena, sweep_space_count(space), sizeof *params);
    const struct json_node *given = json_tree_parse(&arena, strview_of(request->body), &err);
    bool done = given != NULL && given_params(space, given, params, &err);
    if (done)
        strbuf_printf(reply, "added as trial %" PRIu64 ", which is next",
                      requests_add(runner, params, SWEEP_FROM_PERSON, 0));
    else
        strbuf_append_text(reply, err.message);
    arena_release(&arena);
    return done;
}

static bool do_retry(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    return retries_do(runner, request->trial, reply);
}

/* The file of the sweep stays as it is: what is set wins over it until the file says otherwise. */
static void record_settings(struct runner *runner, char *assignments)
{
    for (char *line = assignments; line != NULL;) {
        char *end = strchr(line, '\n');
        char *value = strchr(line, '=');
        if (end != NULL)
            *end++ = '\0';
        *value++ = '\0';
        turn_add_setting(&runner->turn, &(struct store_setting){line, value});
        line = end;
    }
}

static bool do_set(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    const struct run_request *run = runner->request;
    const struct run_settings *old = runner->settings;
    struct sweep_error err = {0};
    strbuf_append_text(reply, "set: ");
    const struct run_settings *settings =
        run->change(run->change_context, request->body, reply, &err);
    if (settings == NULL) {
        strbuf_reset(reply);
        strbuf_append_text(reply, err.message);
        return false;
    }
    const struct engine_settings engine = runner_engine_settings(runner, settings);
    struct engine_event event = runner_event(runner, ENGINE_SET);
    event.settings = &engine;
    runner->settings = settings;
    environment_release(&runner->environment);
    launch_environment(runner);
    turn_add_event(&runner->turn, runner->wall_us, (struct attempt_key){0}, "set",
                   strbuf_text(reply));
    bool is_other = settings->timeout_ms != old->timeout_ms ||
                    settings->grace_ms != old->grace_ms || settings->stall_ms != old->stall_ms;
    if (is_other && running_trials(runner) > 0)
        strbuf_append_text(reply, "; trials that run now keep theirs");
    if (settings->keep_checkpoints != old->keep_checkpoints)
        strbuf_append_text(reply, "; checkpoints are kept so from the next run on");
    record_settings(runner, arena_strdup(&runner->turn.arena, request->body));
    runner->has_new_work = true;
    runner_feed(runner, &event);
    return true;
}

static bool do_note(struct runner *runner, const struct request *request, struct strbuf *reply)
{
    if (request->trial > newest_trial(runner))
        return refuse_trial(runner, request->trial, reply);
    if (request->body[0] == '\0' || strlen(request->body) > REQUEST_NOTE_MAX) {
        strbuf_printf(reply, "a note has 1 to %d bytes", REQUEST_NOTE_MAX);
        return false;
    }
    const struct attempt_key key = {.trial = request->trial};
    turn_add_event(&runner->turn, runner->wall_us, key, "note", request->body);
    strbuf_append_text(reply, "noted");
    return true;
}

static bool (*const verbs[])(struct runner *, const struct request *, struct strbuf *) = {
    [REQUEST_PAUSE] = do_pause,   [REQUEST_RESUME] = do_resume, [REQUEST_STOP] = do_stop,
    [REQUEST_CANCEL] = do_cancel, [REQUEST_ADD] = do_add,       [REQUEST_RETRY] = do_retry,
    [REQUEST_NOTE] = do_note,     [REQUEST_SET] = do_set,
};

/* --- taking ---------------------------------------------------------------------------------- */

static bool is_taken(const struct inbox *inbox, const char *id)
{
    for (size_t i = 0; i < inbox->taken_count; i++)
        if (strcmp(inbox->taken[i], id) == 0)
            return true;
    return false;
}

static void mark_taken(struct inbox *inbox, const char *id)
{
    inbox->taken = array_reserve(inbox->taken, inbox->taken_count + 1, &inbox->taken_capacity,
                                 sizeof *inbox->taken);
    memcpy(inbox->taken[inbox->taken_count++], id, REQUEST_ID_SIZE + 1);
}

static void look_later(struct runner *runner)
{
    runner->inbox.look_ms = runner->now_ms + LOOK_MS;
}

static void carry_out_request(struct runner *runner, const struct request *request)
{
    struct strbuf reply;
    strbuf_init(&reply, REPLY_MAX);
    bool is_done = verbs[request->verb](runner, request, &reply);
    bool is_new_trial = is_done && request->verb == REQUEST_ADD;
    const struct store_request record = {
        .id = request->id,
        .at_us = runner->wall_us,
        .verb = request_verb_name(request->verb),
        .trial = is_new_trial ? newest_trial(runner) : request->trial,
        .body = request->body,
        .is_done = is_done,
        .reply = strbuf_text(&reply),
    };
    turn_add_request(&runner->turn, &record);
    mark_taken(&runner->inbox, request->id);
    strbuf_release(&reply);
}

/* What is no request is removed, and said: it would be met again and again. */
static void discard(struct runner *runner, const char *id, const struct sweep_error *reason)
{
    struct strbuf text;
    if (reason->code == SWEEP_NOT_FOUND || reason->code == SWEEP_IO ||
        !request_remove(runner->inbox.control_fd, id))
        return;
    strbuf_init(&text, REPLY_MAX);
    strbuf_printf(&text, "removed " REQUEST_DIRECTORY "/%s.request: %s", id, reason->message);
    turn_add_event(&runner->turn, runner->wall_us, (struct attempt_key){0}, "discarded",
                   strbuf_text(&text));
    runner_say_later(runner, strbuf_text(&text));
    strbuf_release(&text);
}

/* Whether a runner that died did it. @return false when nobody knows now */
static bool find_done(struct runner *runner, struct arena *arena, const char *id, bool *is_done)
{
    struct store_request found;
    struct sweep_error err = {0};
    if (store_find_request(runner->request->store, arena, id, &found, &err)) {
        *is_done = found.id != NULL;
        return true;
    }
    if (err.code == SWEEP_BUSY)
        look_later(runner);
    else
        runner_fail(runner, &err);
    return false;
}

/* @return whether it was a request, and new */
static bool take(struct runner *runner, const char *id)
{
    struct arena arena = {0};
    struct request request;
    struct sweep_error reason = {0};
    bool is_done = false;
    bool is_new = false;
    if (!request_read(runner->inbox.control_fd, id, &arena, &request, &reason))
        discard(runner, id, &reason);
    else if (find_done(runner, &arena, id, &is_done))
        is_new = !is_done;
    if (is_new)
        carry_out_request(runner, &request);
    else if (is_done)
        (void)request_remove(runner->inbox.control_fd, id);
    arena_release(&arena);
    return is_new;
}

static void drain_watch(const struct inbox *inbox)
{
    char events[4096];
    while (inbox->watch_fd >= 0 && sys_read(inbox->watch_fd, events, sizeof events) > 0)
        continue;
}

/* One in a turn, so that the next one finds recorded what this one did. */
void requests_take(struct runner *runner)
{
    struct inbox *inbox = &runner->inbox;
    struct request_list list;
    struct sweep_error err = {0};
    if (!inbox->has_news && runner->now_ms < inbox->look_ms)
        return;
    drain_watch(inbox);
    inbox->has_news = false;
    inbox->look_ms = INT64_MAX;
    if (inbox->watch_fd < 0)
        look_later(runner);
    if (!request_list(inbox->control_fd, &list, &err)) {
        look_later(runner);
        return;
    }
    inbox->has_news = list.has_more;
    for (size_t i = 0; i < list.count && !runner->has_failed && !runner->is_done; i++)
        if (!is_taken(inbox, list.ids[i]) && take(runner, list.ids[i])) {
            inbox->has_news = true;
            return;
        }
}

void requests_answer(struct runner *runner, const char *id)
{
    struct inbox *inbox = &runner->inbox;
    crash_point(CRASH_runner_before_answer);
    (void)request_remove(inbox->control_fd, id);
    crash_point(CRASH_runner_after_answer);
    for (size_t i = 0; i < inbox->taken_count; i++)
        if (strcmp(inbox->taken[i], id) == 0) {
            memcpy(inbox->taken[i], inbox->taken[--inbox->taken_count], REQUEST_ID_SIZE + 1);
            return;
        }
}

/* --- beginning and end ----------------------------------------------------------------------- */

void requests_restore(struct runner *runner)
{
    if (runner->wish == WISH_PAUSE)
        feed_person(runner, ENGINE_PAUSE, 0);
    else if (runner->wish == WISH_STOP)
        feed_person(runner, ENGINE_CLOSE, 0);
}

/* By descriptor, so that a directory that was put in its place is not watched. */
static int watch(int control_fd)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", control_fd);
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0 && inotify_add_watch(fd, path, IN_MOVED_TO | IN_CLOSE_WRITE) >= 0)
        return fd;
    sys_close(fd);
    return -1;
}

bool requests_open(struct runner *runner, struct sweep_error *err)
{
    struct inbox *inbox = &runner->inbox;
    inbox->has_news = true;
    inbox->look_ms = INT64_MAX;
    inbox->control_fd =
        sys_open(runner->request->directory->fd, REQUEST_DIRECTORY, O_RDONLY | O_DIRECTORY, 0);
    if (inbox->control_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s/" REQUEST_DIRECTORY,
                                     runner->request->directory->path);
    inbox->watch_fd = watch(inbox->control_fd);
    return true;
}

void requests_close(struct runner *runner)
{
    sys_close(runner->inbox.watch_fd);
    sys_close(runner->inbox.control_fd);
    sweep_free(runner->inbox.taken);
}
