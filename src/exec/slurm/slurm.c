/*
 * The Slurm back end: its table of functions, and the order in which a turn looks at things.
 *
 * Nothing here waits: clients are children (client.c), and files are looked at now and then, since
 * no file system tells another machine of a change.
 */
#include "exec/slurm/state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "exec/slurm/arguments.h"
#include "exec/slurm/slurm.h"
#include "journal/claim.h"
#include "journal/handshake.h"
#include "journal/order.h"
#include "sweep/mem.h"

/* Ids of some hundred jobs. */
#define CANCELLED_MAX ((size_t)64 * 1024)

#define READY_MAX   16
#define WAIT_MAX_MS 300000

struct slurm_attempt *slurm_find(struct backend_state *state, struct attempt_key key)
{
    for (size_t i = 0; i < state->attempt_count; i++) {
        struct slurm_attempt *attempt = state->attempts[i];
        if (attempt->identity.key.trial == key.trial && attempt->identity.key.number == key.number)
            return attempt;
    }
    return NULL;
}

void slurm_push(struct backend_state *state, const struct backend_event *event)
{
    state->events = array_reserve(state->events, state->event_count + 1, &state->event_capacity,
                                  sizeof *state->events);
    state->events[state->event_count++] = *event;
}

int64_t slurm_wait_longer(int64_t waited_ms, int64_t first_ms)
{
    int64_t wait_ms = waited_ms == 0 ? first_ms : waited_ms * 2;
    return wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS;
}

void slurm_say(struct backend_state *state, const char *format, ...)
{
    struct backend_event event = {.kind = BACKEND_SAYS};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(event.text, sizeof event.text, format, arguments);
    va_end(arguments);
    slurm_push(state, &event);
}

int slurm_open_trial(const struct backend_state *state, struct attempt_key key)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_trial_directory(key.trial, name);
    return sys_open(state->settings.trials_fd, name, O_RDONLY | O_DIRECTORY, 0);
}

void slurm_end(struct backend_state *state, struct slurm_attempt *attempt,
               const struct backend_event *event)
{
    pilots_withdraw(state, attempt);
    attempt->phase = PHASE_ENDED;
    batches_leave(attempt);
    slurm_push(state, event);
}

bool slurm_start_client(struct backend_state *state, enum slurm_client which, char *const *argv)
{
    const struct client_request request = {argv, state->environment, state->epoll_fd};
    return client_start(&state->clients[which], &request, state->now_ms, NULL);
}

struct slurm_attempt *slurm_add(struct backend_state *state, struct attempt_key key)
{
    struct slurm_attempt *attempt = sweep_alloc(sizeof *attempt);
    attempt->identity.key = key;
    attempt->look_ms = state->now_ms;
    (void)snprintf(attempt->identity.boot_id, sizeof attempt->identity.boot_id, "%s",
                   SLURM_BOOT_ID);
    state->attempts = array_reserve(state->attempts, state->attempt_count + 1,
                                    &state->attempt_capacity, sizeof(struct slurm_attempt *));
    state->attempts[state->attempt_count++] = attempt;
    return attempt;
}

void slurm_remove(struct backend_state *state, struct slurm_attempt *attempt)
{
    batches_leave(attempt);
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i] == attempt)
            state->attempts[i] = state->attempts[--state->attempt_count];
    sweep_free(attempt);
}

static void slurm_close(struct backend_state *state)
{
    if (state == NULL)
        return;
    pilots_close(state);
    cancel_all(state);
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        client_release(&state->clients[i]);
    for (size_t i = 0; i < state->attempt_count; i++)
        sweep_free(state->attempts[i]);
    for (size_t i = 0; i < state->batch_count; i++) {
        sweep_free(state->batches[i]->attempts);
        sweep_free(state->batches[i]);
    }
    sys_close(state->epoll_fd);
    sys_close(state->slurm_fd);
    strbuf_release(&state->ending);
    strbuf_release(&state->cancelled);
    strbuf_release(&state->cancelling);
    sweep_free(state->attempts);
    sweep_free(state->batches);
    sweep_free(state->events);
    arena_release(&state->arena);
    sweep_free(state);
}

static struct backend_state *slurm_open(const struct backend_settings *settings,
                                        struct sweep_error *err)
{
    struct backend_state *state = sweep_alloc(sizeof *state);
    state->settings = *settings;
    state->slurm_fd = -1;
    state->is_adopting = true;
    state->is_refused = settings->shim_fd < 0; /* nothing is to be started */
    strbuf_init(&state->ending, CANCELLED_MAX);
    strbuf_init(&state->cancelled, CANCELLED_MAX);
    strbuf_init(&state->cancelling, CANCELLED_MAX);
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        client_init(&state->clients[i]);
    state->environment = arguments_environment(&state->arena, settings->environment);
    state->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (state->epoll_fd >= 0 && batches_open(state, err) && pilots_open(state, err))
        return state;
    if (state->epoll_fd < 0)
        (void)sweep_error_set(err, SWEEP_IO, "cannot make an epoll descriptor");
    slurm_close(state);
    return NULL;
}

static bool write_file(int dir_fd, enum handshake_file file, uint32_t attempt, struct strview bytes,
                       struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(file, attempt, name);
    int fd = sys_open(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    bool written = fd >= 0 && sys_write(fd, bytes.data, bytes.size);
    int error_number = errno;
    sys_close(fd);
    return written || sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write %s", name);
}

/* What a job will find, perhaps on another machine. Should a power loss take it away, the job
 * claims nothing, and the attempt is lost. */
static bool write_files(struct backend_state *state, const struct spec *spec,
                        struct sweep_error *err)
{
    struct strbuf bytes;
    const struct strview nothing = {"", 0};
    int dir_fd = slurm_open_trial(state, spec->key);
    if (dir_fd < 0)
        return sweep_error_set(err, SWEEP_IO, "cannot open the trial's directory");
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    spec_format(spec, &bytes);
    bool written = !bytes.truncated;
    if (!written)
        (void)sweep_error_set(err, SWEEP_SPAWN,
                              "the command and its environment are longer than %d bytes",
                              SPEC_SIZE_MAX);
    written = written && write_file(dir_fd, HANDSHAKE_JOURNAL, spec->key.number, nothing, err) &&
              write_file(dir_fd, HANDSHAKE_SPEC, spec->key.number, strbuf_view(&bytes), err);
    strbuf_release(&bytes);
    sys_close(dir_fd);
    return written;
}

/* An attempt that starts for the first time has no claim and no result. If it has, the database is
 * older than the files. */
static bool check_unused(struct backend_state *state, struct attempt_key key,
                         struct sweep_error *err)
{
    char result[HANDSHAKE_NAME_MAX];
    char claim[HANDSHAKE_NAME_MAX];
    int dir_fd = slurm_open_trial(state, key);
    handshake_file_name(HANDSHAKE_RESULT, key.number, result);
    handshake_file_name(HANDSHAKE_CLAIM, key.number, claim);
    bool has_run = faccessat(dir_fd, result, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
                   faccessat(dir_fd, claim, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    sys_close(dir_fd);
    if (has_run)
        return sweep_error_set(
            err, SWEEP_IO,
            "the files of its trial say that it has run already, which the database does not know: "
            "was sweep.db removed, or replaced by an older copy? put the right one back, or move "
            "the whole directory away to begin anew");
    return true;
}

static bool slurm_launch(struct backend_state *state, const struct backend_launch *launch,
                         struct attempt_identity *identity, struct sweep_error *err)
{
    const struct spec *spec = launch->spec;
    state->now_ms = launch->now_ms;
    if (!check_unused(state, spec->key, err) || !write_files(state, spec, err))
        return sweep_error_wrap(err, "while preparing attempt %u of trial %llu", spec->key.number,
                                (unsigned long long)spec->key.trial);
    struct slurm_attempt *attempt = slurm_add(state, spec->key);
    memcpy(attempt->identity.token, spec->token, sizeof spec->token);
    *identity = attempt->identity;
    return true;
}

static void slurm_go(struct backend_state *state, struct attempt_key key)
{
    struct slurm_attempt *attempt = slurm_find(state, key);
    if (attempt != NULL && attempt->phase == PHASE_NEW)
        attempt->phase = PHASE_QUEUED;
}

static void slurm_abandon(struct backend_state *state, struct attempt_key key)
{
    struct slurm_attempt *attempt = slurm_find(state, key);
    if (attempt != NULL && attempt->phase == PHASE_NEW)
        slurm_remove(state, attempt);
}

static bool slurm_adopt(struct backend_state *state, const struct attempt_identity *identity,
                        struct sweep_error *err)
{
    if (strcmp(identity->boot_id, SLURM_BOOT_ID) != 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "trial %llu was started on this box and has not ended: go on with "
                               "'backend: local' until it has",
                               (unsigned long long)identity->key.trial);
    struct slurm_attempt *attempt = slurm_add(state, identity->key);
    attempt->identity = *identity;
    bool is_job = batches_find_attempt(state, attempt);
    /* Without a manifest it was never submitted. Pilots may have taken it: its claim tells. */
    attempt->phase = is_job || pilots_are_used(state) ? PHASE_SUBMITTED : PHASE_QUEUED;
    return true;
}

static void order_stop(struct backend_state *state, const struct slurm_attempt *attempt,
                       enum attempt_stop stop, bool force)
{
    const struct order order = {.stop = stop, .force = force};
    struct sweep_error err = {0};
    int dir_fd = slurm_open_trial(state, attempt->identity.key);
    if (dir_fd >= 0 && !order_write(dir_fd, attempt->identity.key.number, &order, &err))
        slurm_say(state, "trial %llu cannot be told to stop: %s",
                  (unsigned long long)attempt->identity.key.trial, err.message);
    sys_close(dir_fd);
}

static void slurm_stop(struct backend_state *state, struct attempt_key key, enum attempt_stop stop,
                       bool force)
{
    struct slurm_attempt *attempt = slurm_find(state, key);
    if (attempt == NULL || attempt->phase == PHASE_ENDED || attempt->phase == PHASE_REVOKED)
        return;
    const struct slurm_state why = {
        .view = SLURM_OVER, .end = ATTEMPT_SIGNALED, .detail = SIGTERM, .stop = stop};
    order_stop(state, attempt, stop, force);
    if (!attempt->is_claimed)
        (void)judge_withdraw(state, attempt, &why);
}

/* In Slurm's queue, or handed out to pilots. */
static bool is_waiting(const struct slurm_attempt *attempt)
{
    bool is_let_go = attempt->phase == PHASE_QUEUED || attempt->phase == PHASE_SUBMITTED;
    return is_let_go && !attempt->is_claimed && !attempt->is_held && !slurm_is_pilot(attempt);
}

static uint64_t slurm_waiting(const struct backend_state *state)
{
    uint64_t count = 0;
    for (size_t i = 0; i < state->attempt_count; i++)
        count += is_waiting(state->attempts[i]);
    return count;
}

static void slurm_recall(struct backend_state *state)
{
    static const struct slurm_state recalled = {.view = SLURM_OVER,
                                                .end = ATTEMPT_SIGNALED,
                                                .detail = SIGTERM,
                                                .stop = ATTEMPT_STOP_INTERRUPT};
    for (size_t i = 0; i < state->attempt_count; i++)
        if (is_waiting(state->attempts[i]))
            (void)judge_withdraw(state, state->attempts[i], &recalled);
}

static int slurm_fd(struct backend_state *state)
{
    return state->epoll_fd;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool has_queued(const struct backend_state *state)
{
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->phase == PHASE_QUEUED && slurm_is_job(state, state->attempts[i]))
            return true;
    return false;
}

static bool has_submitted(const struct backend_state *state)
{
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->phase == PHASE_SUBMITTED)
            return true;
    return false;
}

static int64_t slurm_deadline(struct backend_state *state)
{
    int64_t deadline = earlier(cancel_deadline(state), pilots_deadline(state));
    if (state->event_next < state->event_count || state->is_adopting)
        return 0;
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        deadline = earlier(deadline, state->clients[i].deadline_ms);
    for (size_t i = 0; i < state->attempt_count; i++) {
        const struct slurm_attempt *attempt = state->attempts[i];
        if (attempt->phase != PHASE_SUBMITTED && attempt->phase != PHASE_REVOKED)
            continue;
        if (!slurm_is_pilot(attempt))
            deadline = earlier(deadline, attempt->look_ms);
        deadline = earlier(deadline, judge_deadline(state, attempt));
    }
    if (has_queued(state) && !client_is_running(&state->clients[CLIENT_SUBMIT]) &&
        !state->is_refused)
        deadline = earlier(deadline, state->submit_ms);
    if (has_submitted(state) && !client_is_running(&state->clients[CLIENT_LIST]))
        deadline = earlier(deadline, state->list_ms);
    return deadline;
}

/* What the clients have to say. The descriptors only wake us. */
static void take_clients(struct backend_state *state)
{
    static void (*const done[CLIENT_COUNT])(struct backend_state *, enum client_end) = {
        [CLIENT_SUBMIT] = submit_done,        [CLIENT_LIST] = list_done,
        [CLIENT_ACCOUNT] = list_account_done, [CLIENT_CANCEL] = cancel_done,
        [CLIENT_NODES] = list_nodes_done,
    };
    struct epoll_event ready[READY_MAX];
    (void)epoll_wait(state->epoll_fd, ready, READY_MAX, 0);
    for (size_t i = 0; i < CLIENT_COUNT; i++) {
        enum client_end end = client_poll(&state->clients[i], state->now_ms);
        if (end != CLIENT_IDLE && end != CLIENT_RUNS && done[i] != NULL)
            done[i](state, end);
    }
}

static void collect(struct backend_state *state)
{
    take_clients(state);
    if (state->is_adopting)
        batches_drop_unused(state);
    state->is_adopting = false;
    pilots_look_for_ends(state);
    follow_attempts(state);
    pilots_hand_out(state);
    pilots_recruit(state);
    submit_queued(state);
    if (has_submitted(state))
        list_start(state);
    cancel_start(state);
}

static bool slurm_next(struct backend_state *state, int64_t now_ms, struct backend_event *event)
{
    state->now_ms = now_ms;
    if (state->event_next == state->event_count) {
        state->event_next = 0;
        state->event_count = 0;
        collect(state);
        if (state->event_count == 0)
            return false;
    }
    *event = state->events[state->event_next++];
    struct slurm_attempt *attempt = slurm_find(state, event->key);
    if (attempt != NULL && event->kind == BACKEND_JOURNAL)
        attempt->has_news = false;
    if (attempt != NULL && (event->kind == BACKEND_ENDED || event->kind == BACKEND_NEWER))
        slurm_remove(state, attempt);
    return true;
}

/* A runner that dies before that finds the manifest, and the job as it was. */
static void slurm_settle(struct backend_state *state)
{
    cancel_settle(state);
    batches_drop_unused(state);
}

const struct backend backend_slurm = {
    .name = "slurm",
    .open = slurm_open,
    .launch = slurm_launch,
    .go = slurm_go,
    .abandon = slurm_abandon,
    .adopt = slurm_adopt,
    .stop = slurm_stop,
    .waiting = slurm_waiting,
    .recall = slurm_recall,
    .fd = slurm_fd,
    .deadline = slurm_deadline,
    .next = slurm_next,
    .settle = slurm_settle,
    .close = slurm_close,
};
