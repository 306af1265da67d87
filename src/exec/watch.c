/*
 * One epoll set over the shims' pidfds, their sockets and the journals' inotify; what becomes ready
 * becomes an event in the queue.
 *
 * Attempts are never freed here: a batch of ready descriptors may name one of them twice.
 */
#include "exec/local.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys.h"
#include "journal/handshake.h"

#define READY_MAX 64

static bool watch_add(struct backend_state *state, int fd, struct local_watch *watch,
                      struct sweep_error *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = watch};
    if (epoll_ctl(state->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        return sweep_error_set_errno(err, SWEEP_BUSY, errno, "cannot watch a descriptor");
    return true;
}

static void push_news(struct backend_state *state, struct local_attempt *attempt)
{
    if (attempt->has_news || attempt->phase != LOCAL_UP)
        return;
    attempt->has_news = true;
    local_push(state,
               &(struct backend_event){.kind = BACKEND_JOURNAL, .key = attempt->identity.key});
}

static void inotify_ready(struct backend_state *state, struct local_attempt *none)
{
    (void)none;
    union {
        struct inotify_event first;
        char bytes[4096];
    } batch;
    ssize_t size = sys_read(state->inotify_fd, batch.bytes, sizeof batch.bytes);
    for (ssize_t at = 0; at + (ssize_t)sizeof batch.first <= size;) {
        /* The kernel pads each event to the alignment of the next. */
        const struct inotify_event *event =
            (const struct inotify_event *)(const void *)(batch.bytes + at);
        at += (ssize_t)(sizeof *event + event->len);
        for (size_t i = 0; i < state->attempt_count; i++) {
            struct local_attempt *attempt = state->attempts[i];
            bool lost_some = (event->mask & IN_Q_OVERFLOW) != 0;
            if (lost_some || attempt->journal_watch == event->wd)
                push_news(state, attempt);
        }
    }
}

/* A shim of another protocol was installed in mid-sweep or by mistake: it must not go on. */
static void refuse_shim(struct local_attempt *attempt)
{
    (void)pidfd_send_signal(attempt->pid_fd, SIGKILL, NULL, 0);
}

static void socket_ready(struct backend_state *state, struct local_attempt *attempt)
{
    if (attempt->socket_fd < 0)
        return;
    struct handshake message = {0};
    ssize_t size = recv(attempt->socket_fd, &message, sizeof message, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    bool fits = size == (ssize_t)sizeof message && message.protocol == HANDSHAKE_PROTOCOL;
    if (fits && message.word == HANDSHAKE_READY) {
        local_push(state,
                   &(struct backend_event){.kind = BACKEND_READY, .key = attempt->identity.key});
        return;
    }
    if (fits && message.word == HANDSHAKE_DONE)
        ending_announced(state, attempt);
    else if (size > 0)
        refuse_shim(attempt);
    sys_close(attempt->socket_fd);
    attempt->socket_fd = -1;
}

static void process_ready(struct backend_state *state, struct local_attempt *attempt)
{
    if (attempt->phase != LOCAL_UP && attempt->phase != LOCAL_ABANDONED)
        return;
    (void)epoll_ctl(state->epoll_fd, EPOLL_CTL_DEL, attempt->pid_fd, NULL);
    watch_no_journal(state, attempt);
    if (attempt->phase == LOCAL_UP) {
        ending_begin(state, attempt);
        return;
    }
    siginfo_t info = {0};
    (void)waitid(P_PIDFD, (id_t)attempt->pid_fd, &info, WEXITED | WNOHANG);
    attempt->phase = LOCAL_GONE;
}

bool watch_open(struct backend_state *state, struct sweep_error *err)
{
    state->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (state->epoll_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make an epoll descriptor");
    /* A user may be out of inotify instances: then journals are looked at once a second. */
    state->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    state->inotify = (struct local_watch){inotify_ready, NULL};
    return state->inotify_fd < 0 || watch_add(state, state->inotify_fd, &state->inotify, err);
}

bool watch_process(struct backend_state *state, struct local_attempt *attempt,
                   struct sweep_error *err)
{
    attempt->process = (struct local_watch){process_ready, attempt};
    return watch_add(state, attempt->pid_fd, &attempt->process, err);
}

bool watch_socket(struct backend_state *state, struct local_attempt *attempt,
                  struct sweep_error *err)
{
    attempt->socket = (struct local_watch){socket_ready, attempt};
    return watch_add(state, attempt->socket_fd, &attempt->socket, err);
}

void watch_journal(struct backend_state *state, struct local_attempt *attempt, int journal_fd)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", journal_fd);
    if (state->inotify_fd >= 0 && journal_fd >= 0)
        attempt->journal_watch = inotify_add_watch(state->inotify_fd, path, IN_MODIFY);
    if (attempt->journal_watch < 0)
        attempt->next_ms = state->now_ms + LOCAL_POLL_MS;
}

void watch_no_journal(struct backend_state *state, struct local_attempt *attempt)
{
    if (attempt->journal_watch >= 0)
        (void)inotify_rm_watch(state->inotify_fd, attempt->journal_watch);
    attempt->journal_watch = -1;
}

static void look_again(struct backend_state *state, struct local_attempt *attempt)
{
    attempt->next_ms = INT64_MAX;
    if (attempt->phase == LOCAL_CLEANING) {
        ending_clean(state, attempt);
        return;
    }
    local_send_stops(state, attempt);
    if (attempt->phase == LOCAL_UP && attempt->journal_watch < 0) {
        push_news(state, attempt);
        if (attempt->next_ms == INT64_MAX)
            attempt->next_ms = state->now_ms + LOCAL_POLL_MS;
    }
}

void watch_collect(struct backend_state *state)
{
    struct epoll_event ready[READY_MAX];
    int count = epoll_wait(state->epoll_fd, ready, READY_MAX, 0);
    for (int i = 0; i < count; i++) {
        const struct local_watch *watch = ready[i].data.ptr;
        watch->ready(state, watch->attempt);
    }
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->next_ms <= state->now_ms)
            look_again(state, state->attempts[i]);
}
