/*
 * The local back end: its table of functions and of attempts.
 *
 * Not here: how a shim is started (launch.c), what its descriptors say (watch.c), what its death
 * means (ending.c).
 */
#include "exec/local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "proc/identity.h"
#include "sweep/mem.h"

/* How long a runner that ends waits for a shim that has ended its attempt [ms]. */
#define LEAVING_MAX_MS 1000

/* An abandoned attempt may be on its way out while another of the same number is started. */
struct local_attempt *local_find(struct backend_state *state, struct attempt_key key)
{
    for (size_t i = 0; i < state->attempt_count; i++) {
        struct local_attempt *attempt = state->attempts[i];
        bool wanted = attempt->phase != LOCAL_ABANDONED && attempt->phase != LOCAL_GONE;
        if (wanted && attempt->identity.key.trial == key.trial &&
            attempt->identity.key.number == key.number)
            return attempt;
    }
    return NULL;
}

struct local_attempt *local_add(struct backend_state *state, struct attempt_key key)
{
    struct local_attempt *attempt = sweep_alloc(sizeof *attempt);
    attempt->identity.key = key;
    attempt->dir_fd = -1;
    attempt->socket_fd = -1;
    attempt->pid_fd = -1;
    attempt->journal_watch = -1;
    attempt->next_ms = INT64_MAX;
    state->attempts = array_reserve(state->attempts, state->attempt_count + 1,
                                    &state->attempt_capacity, sizeof(struct local_attempt *));
    state->attempts[state->attempt_count++] = attempt;
    return attempt;
}

void local_remove(struct backend_state *state, struct local_attempt *attempt)
{
    if (attempt->journal_watch >= 0)
        (void)inotify_rm_watch(state->inotify_fd, attempt->journal_watch);
    sys_close(attempt->dir_fd);
    sys_close(attempt->socket_fd);
    sys_close(attempt->pid_fd);
    remnant_release(attempt);
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i] == attempt)
            state->attempts[i] = state->attempts[--state->attempt_count];
    sweep_free(attempt);
}

void local_push(struct backend_state *state, const struct backend_event *event)
{
    state->events = array_reserve(state->events, state->event_count + 1, &state->event_capacity,
                                  sizeof *state->events);
    state->events[state->event_count++] = *event;
}

bool local_open_directory(struct backend_state *state, struct local_attempt *attempt)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_trial_directory(attempt->identity.key.trial, name);
    attempt->dir_fd = sys_open(state->settings.trials_fd, name, O_RDONLY | O_DIRECTORY, 0);
    return attempt->dir_fd >= 0;
}

/* Queued, so that the shim can tell our word from anybody else's SIGTERM. SIGTERM does not pile up,
 * so the second one is sent a moment later. */
void local_send_stops(struct backend_state *state, struct local_attempt *attempt)
{
    if (attempt->phase != LOCAL_UP || attempt->stops_sent >= attempt->stops_wanted)
        return;
    siginfo_t info = {0};
    info.si_signo = SIGTERM;
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_int = (int)attempt->stop;
    /* If that fails the process is gone, and its pidfd tells. */
    (void)pidfd_send_signal(attempt->pid_fd, SIGTERM, &info, 0);
    attempt->stops_sent++;
    if (attempt->stops_sent < attempt->stops_wanted)
        attempt->next_ms = state->now_ms + LOCAL_CLEANING_MS;
}

/* A few descriptors per attempt: a limit of 1024 would end the world at 300 slots. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Those that are on their way out need no more than a disk does to answer. */
static void wait_for_leaving(const struct local_attempt *attempt)
{
    struct pollfd process = {.fd = attempt->pid_fd, .events = POLLIN};
    siginfo_t info = {0};
    if (attempt->phase == LOCAL_ABANDONED && poll(&process, 1, LEAVING_MAX_MS) > 0)
        (void)waitid(P_PIDFD, (id_t)attempt->pid_fd, &info, WEXITED | WNOHANG);
}

static void local_close(struct backend_state *state)
{
    if (state == NULL)
        return;
    for (size_t i = 0; i < state->attempt_count; i++)
        wait_for_leaving(state->attempts[i]);
    while (state->attempt_count > 0)
        local_remove(state, state->attempts[0]);
    sys_close(state->inotify_fd);
    sys_close(state->epoll_fd);
    sys_close(state->null_fd);
    strbuf_release(&state->bytes);
    sweep_free(state->attempts);
    sweep_free(state->events);
    sweep_free(state);
}

static struct backend_state *local_open(const struct backend_settings *settings,
                                        struct sweep_error *err)
{
    struct backend_state *state = sweep_alloc(sizeof *state);
    state->settings = *settings;
    state->epoll_fd = -1;
    state->inotify_fd = -1;
    strbuf_init(&state->bytes, SPEC_SIZE_MAX);
    raise_descriptor_limit();
    /* What a dead shim leaves behind becomes our child, not init's: easier to see and to reap. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    state->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (state->null_fd < 0) {
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open /dev/null");
        goto failed;
    }
    if (!watch_open(state, err))
        goto failed;
    return state;
failed:
    local_close(state);
    return NULL;
}

static bool local_adopt(struct backend_state *state, const struct attempt_identity *identity,
                        struct sweep_error *err)
{
    struct local_attempt *attempt = local_add(state, identity->key);
    attempt->identity = *identity;
    attempt->has_go = true;
    /* A directory that somebody removed holds no result: the attempt is lost once it is dead. */
    (void)local_open_directory(state, attempt);
    remnant_adopt(state, attempt);
    bool same_boot = strcmp(identity->boot_id, state->settings.boot_id) == 0;
    if (same_boot)
        attempt->pid_fd = identity_open(identity->pid, identity->pid_start);
    if (attempt->pid_fd < 0) {
        ending_begin(state, attempt);
        return true;
    }
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_JOURNAL, identity->key.number, name);
    int journal_fd = sys_open(attempt->dir_fd, name, O_RDONLY, 0);
    watch_journal(state, attempt, journal_fd);
    sys_close(journal_fd);
    if (!watch_process(state, attempt, err)) {
        local_remove(state, attempt);
        return false;
    }
    return true;
}

static void local_stop(struct backend_state *state, struct attempt_key key, enum attempt_stop stop,
                       bool force)
{
    struct local_attempt *attempt = local_find(state, key);
    if (attempt == NULL || attempt->phase != LOCAL_UP)
        return;
    if (!attempt->has_go) { /* it has executed nothing and never will */
        sys_close(attempt->socket_fd);
        attempt->socket_fd = -1;
        return;
    }
    if (attempt->stop != stop)
        attempt->stops_sent = 0;
    attempt->stop = stop;
    attempt->stops_wanted = force ? 2 : 1;
    local_send_stops(state, attempt);
}

static int local_fd(struct backend_state *state)
{
    return state->epoll_fd;
}

static int64_t local_deadline(struct backend_state *state)
{
    if (state->event_next < state->event_count)
        return 0;
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->next_ms < earliest)
            earliest = state->attempts[i]->next_ms;
    return earliest;
}

static void forget_abandoned(struct backend_state *state)
{
    for (size_t i = state->attempt_count; i-- > 0;)
        if (state->attempts[i]->phase == LOCAL_GONE)
            local_remove(state, state->attempts[i]);
}

static bool local_next(struct backend_state *state, int64_t now_ms, struct backend_event *event)
{
    state->now_ms = now_ms;
    if (state->event_next == state->event_count) {
        state->event_next = 0;
        state->event_count = 0;
        watch_collect(state);
        forget_abandoned(state);
        if (state->event_count == 0)
            return false;
    }
    *event = state->events[state->event_next++];
    struct local_attempt *attempt = local_find(state, event->key);
    if (attempt != NULL && event->kind == BACKEND_JOURNAL)
        attempt->has_news = false;
    bool has_ended = event->kind == BACKEND_ENDED || event->kind == BACKEND_NEWER;
    if (attempt != NULL && has_ended)
        remnant_release(attempt); /* its leases are free before anybody hears of its end */
    if (attempt != NULL && has_ended && attempt->phase == LOCAL_DONE)
        attempt->phase = LOCAL_ABANDONED;
    else if (attempt != NULL && has_ended)
        local_remove(state, attempt);
    return true;
}

const struct backend backend_local = {
    .name = "local",
    .open = local_open,
    .launch = local_launch,
    .go = local_go,
    .abandon = local_abandon,
    .adopt = local_adopt,
    .stop = local_stop,
    .fd = local_fd,
    .deadline = local_deadline,
    .next = local_next,
    .close = local_close,
};
