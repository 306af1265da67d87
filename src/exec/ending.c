/*
 * How an attempt ended, once its shim is dead or says so.
 *
 * A whole result file may be believed: the shim writes it when nothing of the attempt is left
 * alive. Without one, whatever the lock says, everything of the attempt is killed and waited for:
 * its container by name, while its client may still hold the leases, then its processes, and since
 * one of these may have been about to start the container, that again. Only then it is lost, or has
 * the result that came in between. Killing goes on from a timer, so that what takes its time to die
 * does not hold up the loop.
 */
#include "exec/local.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/crash_point.h"
#include "base/file.h"
#include "journal/handshake.h"
#include "journal/result.h"
#include "proc/identity.h"
#include "proc/tree.h"

static struct backend_event ended(const struct local_attempt *attempt, enum attempt_end end)
{
    return (struct backend_event){
        .kind = BACKEND_ENDED, .key = attempt->identity.key, .outcome = {.end = end}};
}

/* A damaged result, or one of another attempt, counts as absent; one that only a newer version can
 * read does not. */
static bool read_result(struct backend_state *state, const struct local_attempt *attempt,
                        struct backend_event *event)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_RESULT, attempt->identity.key.number, name);
    strbuf_reset(&state->bytes);
    struct result result;
    struct sweep_error err = {0};
    if (!file_read(attempt->dir_fd, name, &state->bytes, NULL))
        return false;
    if (!result_parse(strbuf_view(&state->bytes), &result, &err)) {
        if (err.code == SWEEP_INCOMPATIBLE)
            event->kind = BACKEND_NEWER;
        return event->kind == BACKEND_NEWER;
    }
    const struct attempt_identity *identity = &attempt->identity;
    if (result.key.trial != identity->key.trial || result.key.number != identity->key.number ||
        strcmp(result.token, identity->token) != 0)
        return false;
    event->outcome = result.outcome;
    event->journal_lost = result.journal_lost;
    return true;
}

/* The shim itself is reaped last: while it is a zombie its pid, and so the number of its session,
 * cannot be given to anybody else. */
static void finish(struct backend_state *state, struct local_attempt *attempt,
                   const struct backend_event *event)
{
    siginfo_t info = {0};
    if (attempt->pid_fd >= 0)
        (void)waitid(P_PIDFD, (id_t)attempt->pid_fd, &info, WEXITED | WNOHANG);
    attempt->phase = LOCAL_ENDED;
    attempt->next_ms = INT64_MAX;
    local_push(state, event);
}

static bool is_same_boot(const struct backend_state *state, const struct local_attempt *attempt)
{
    return strcmp(attempt->identity.boot_id, state->settings.boot_id) == 0;
}

/* The session's number is good for recognising processes as long as no stranger has the shim's
 * pid: the kernel gives a pid to nobody while a session of that number has members. */
static pid_t session_of(const struct attempt_identity *identity)
{
    uint64_t start = 0;
    bool reused = identity_start_time(identity->pid, &start) && start != identity->pid_start;
    return reused ? 0 : identity->pid;
}

static bool is_watched(const struct backend_state *state, pid_t pid)
{
    for (size_t i = 0; i < state->attempt_count; i++)
        if (state->attempts[i]->identity.pid == pid || remnant_has_client(state->attempts[i], pid))
            return true;
    return false;
}

/* Processes of dead shims are our children now. Shims are left for their pidfds, engines' clients
 * for whoever asked them. */
static void reap_orphans(const struct backend_state *state)
{
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0 ||
            is_watched(state, info.si_pid))
            return;
        (void)waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
    }
}

/* @return whether some process of it is left; all are killed */
static bool has_processes(const struct local_attempt *attempt)
{
    const struct tree tree = {
        .token = attempt->identity.token,
        .session = session_of(&attempt->identity),
    };
    crash_point(CRASH_runner_before_kill);
    size_t alive = tree_signal(&tree, SIGKILL);
    crash_point(CRASH_runner_after_kill);
    return alive > 0;
}

void ending_clean(struct backend_state *state, struct local_attempt *attempt)
{
    attempt->phase = LOCAL_CLEANING;
    if (!remnant_is_gone(state, attempt)) {
        attempt->next_ms = remnant_deadline(attempt);
        return;
    }
    if (has_processes(attempt)) {
        remnant_suspect(attempt);
        attempt->next_ms = state->now_ms + LOCAL_CLEANING_MS;
        return;
    }
    tree_remove_cgroup_of(attempt->identity.token);
    struct backend_event event = ended(attempt, ATTEMPT_LOST);
    (void)read_result(state, attempt, &event);
    finish(state, attempt, &event);
    reap_orphans(state);
}

/* The shim has said DONE. If it lied, its end will tell. */
void ending_announced(struct backend_state *state, struct local_attempt *attempt)
{
    struct backend_event event = ended(attempt, ATTEMPT_LOST);
    if (attempt->phase != LOCAL_UP || !read_result(state, attempt, &event))
        return;
    watch_no_journal(state, attempt);
    attempt->phase = LOCAL_DONE;
    attempt->next_ms = INT64_MAX;
    local_push(state, &event);
}

void ending_begin(struct backend_state *state, struct local_attempt *attempt)
{
    struct backend_event event = ended(attempt, ATTEMPT_REBOOTED);
    if (read_result(state, attempt, &event) || !is_same_boot(state, attempt))
        finish(state, attempt, &event);
    else
        ending_clean(state, attempt);
}
