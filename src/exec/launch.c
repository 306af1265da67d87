/*
 * Starting a shim: its files, its lock, the handshake.
 *
 * A shim that was spawned here is blocked until local_go(). If this process dies before, the shim
 * reads end of file instead of GO and has never executed anything.
 */
#include "exec/local.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/crash_point.h"
#include "base/file.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "proc/identity.h"
#include "proc/spawn.h"

/* How long to wait for the lock of a shim that an earlier runner spawned and never let go [ms]. It
 * ends as soon as it reads end of file; one that does not is not waited for here. */
#define LOCK_WAIT_MS 200
#define LOCK_STEP_MS 5

static bool open_directory(struct backend_state *state, struct local_attempt *attempt,
                           struct sweep_error *err)
{
    if (local_open_directory(state, attempt))
        return true;
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the trial's directory");
}

static bool take_lock(const struct local_attempt *attempt, int *lock_fd, struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_LOCK, attempt->identity.key.number, name);
    *lock_fd = sys_open(attempt->dir_fd, name, O_RDWR | O_CREAT, 0600);
    if (*lock_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create %s", name);
    for (int waited_ms = 0;; waited_ms += LOCK_STEP_MS) {
        struct sweep_error reason = {0};
        if (file_lock(*lock_fd, name, &reason))
            return true;
        if (reason.code != SWEEP_BUSY || waited_ms >= LOCK_WAIT_MS)
            return sweep_error_set(err, reason.code, "%s", reason.message);
        (void)poll(NULL, 0, LOCK_STEP_MS);
    }
}

static bool write_spec(struct backend_state *state, const struct local_attempt *attempt,
                       const struct spec *spec, struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_SPEC, attempt->identity.key.number, name);
    strbuf_reset(&state->bytes);
    spec_format(spec, &state->bytes);
    if (state->bytes.truncated)
        return sweep_error_set(err, SWEEP_SPAWN,
                               "the command and its environment are longer than %d bytes",
                               SPEC_SIZE_MAX);
    int fd = sys_open(attempt->dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    bool written = fd >= 0 && sys_write(fd, state->bytes.data, state->bytes.size);
    int error_number = errno;
    sys_close(fd);
    if (!written)
        return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write %s", name);
    return true;
}

/* An attempt that is about to start for the first time has an empty journal and no result. If not,
 * the database is older than the files, and going on would run the trial twice. */
static bool check_unused(const struct local_attempt *attempt, int journal_fd,
                         struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_RESULT, attempt->identity.key.number, name);
    struct stat journal;
    bool has_run = faccessat(attempt->dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
                   fstat(journal_fd, &journal) != 0 || journal.st_size > 0;
    if (has_run)
        return sweep_error_set(err, SWEEP_IO,
                               "the files say that attempt %" PRIu32 " of trial %" PRIu64
                               " has run already, which the database does not know: was sweep.db "
                               "removed, or replaced by an older copy? put the right one back, or "
                               "move the whole directory away to begin anew",
                               attempt->identity.key.number, attempt->identity.key.trial);
    return true;
}

static bool create_journal(struct backend_state *state, struct local_attempt *attempt,
                           struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    handshake_file_name(HANDSHAKE_JOURNAL, attempt->identity.key.number, name);
    int fd = sys_open(attempt->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    bool is_new = fd >= 0;
    if (!is_new && errno == EEXIST)
        fd = sys_open(attempt->dir_fd, name, O_WRONLY, 0);
    if (fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create %s", name);
    bool usable = is_new || check_unused(attempt, fd, err);
    if (usable)
        watch_journal(state, attempt, fd);
    sys_close(fd);
    return usable;
}

/* Running out of processes, descriptors or memory passes; anything else will not. */
static enum sweep_code spawn_code(int error_number)
{
    bool passes = error_number == EAGAIN || error_number == ENOMEM || error_number == EMFILE ||
                  error_number == ENFILE;
    return passes ? SWEEP_BUSY : SWEEP_SPAWN;
}

/* What a shim inherits. */
struct estate {
    int lock_fd;
    const int *leases; /* [lease_count] */
    uint32_t lease_count;
};

static bool spawn_shim(struct backend_state *state, struct local_attempt *attempt, int socket_fd,
                       const struct estate *estate, struct sweep_error *err)
{
    char program[] = "sweep-shim";
    char number[HANDSHAKE_NAME_MAX];
    (void)snprintf(number, sizeof number, "%" PRIu32, attempt->identity.key.number);
    char *argv[] = {program, number, NULL};
    struct spawn_descriptor descriptors[HANDSHAKE_LEASE_FD + SPEC_LEASES_MAX] = {
        {state->null_fd, STDIN_FILENO},       {state->null_fd, STDOUT_FILENO},
        {state->null_fd, STDERR_FILENO},      {socket_fd, HANDSHAKE_FD},
        {estate->lock_fd, HANDSHAKE_LOCK_FD}, {attempt->dir_fd, HANDSHAKE_DIR_FD},
    };
    for (uint32_t i = 0; i < estate->lease_count; i++)
        descriptors[HANDSHAKE_LEASE_FD + i] =
            (struct spawn_descriptor){estate->leases[i], HANDSHAKE_LEASE_FD + (int)i};
    const struct spawn_request request = {
        .exec_fd = state->settings.shim_fd,
        .path = program,
        .argv = argv,
        .envp = state->settings.environment,
        .new_session = true,
        .descriptors = descriptors,
        .descriptor_count = HANDSHAKE_LEASE_FD + estate->lease_count,
    };
    pid_t pid = 0;
    int error_number = 0;
    struct sweep_error reason = {0};
    if (!spawn_process(&request, &pid, &error_number, &reason))
        return sweep_error_set(err, spawn_code(error_number), "%s", reason.message);
    attempt->identity.pid = pid;
    return true;
}

/* The shim is our child, so its pid cannot be reused before it is reaped. */
static bool identify_shim(struct backend_state *state, struct local_attempt *attempt,
                          struct sweep_error *err)
{
    struct attempt_identity *identity = &attempt->identity;
    (void)snprintf(identity->boot_id, sizeof identity->boot_id, "%s", state->settings.boot_id);
    attempt->pid_fd = pidfd_open(identity->pid, 0);
    if (attempt->pid_fd < 0)
        return sweep_error_set_errno(err, spawn_code(errno), errno, "cannot watch the supervisor");
    if (!identity_start_time(identity->pid, &identity->pid_start))
        return sweep_error_set(err, SWEEP_SPAWN, "cannot read the start time of process %d",
                               identity->pid);
    return watch_process(state, attempt, err) && watch_socket(state, attempt, err);
}

static bool start_shim(struct backend_state *state, struct local_attempt *attempt,
                       const struct estate *estate, struct sweep_error *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return sweep_error_set_errno(err, spawn_code(errno), errno, "cannot make a socket pair");
    attempt->socket_fd = pair[0];
    bool spawned = spawn_shim(state, attempt, pair[1], estate, err);
    sys_close(pair[1]);
    if (!spawned)
        return false;
    if (identify_shim(state, attempt, err))
        return true;
    (void)kill(attempt->identity.pid, SIGKILL);
    (void)waitpid(attempt->identity.pid, NULL, 0);
    return false;
}

bool local_launch(struct backend_state *state, const struct backend_launch *launch,
                  struct attempt_identity *identity, struct sweep_error *err)
{
    const struct spec *spec = launch->spec;
    state->now_ms = launch->now_ms;
    struct local_attempt *attempt = local_add(state, spec->key);
    memcpy(attempt->identity.token, spec->token, sizeof spec->token);
    remnant_begin(attempt, launch);
    int lock_fd = -1;
    crash_point(CRASH_runner_before_spec);
    bool launched = open_directory(state, attempt, err) && take_lock(attempt, &lock_fd, err) &&
                    write_spec(state, attempt, spec, err) && create_journal(state, attempt, err);
    crash_point(CRASH_runner_after_spec);
    const struct estate estate = {lock_fd, launch->leases, spec->lease_count};
    launched = launched && start_shim(state, attempt, &estate, err);
    crash_point(CRASH_runner_after_spawn);
    /* From here on the shim alone holds the lock. */
    sys_close(lock_fd);
    if (!launched) {
        local_remove(state, attempt);
        return sweep_error_wrap(err, "while starting attempt %" PRIu32 " of trial %" PRIu64,
                                spec->key.number, spec->key.trial);
    }
    *identity = attempt->identity;
    return true;
}

void local_go(struct backend_state *state, struct attempt_key key)
{
    struct local_attempt *attempt = local_find(state, key);
    if (attempt == NULL || attempt->has_go)
        return;
    attempt->has_go = true;
    const struct handshake go = {HANDSHAKE_GO, HANDSHAKE_PROTOCOL};
    if (attempt->socket_fd < 0)
        return;
    /* It may come before READY: the shim finds it in its queue. If the shim is gone, its pidfd
     * tells. */
    (void)send(attempt->socket_fd, &go, sizeof go, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void local_abandon(struct backend_state *state, struct attempt_key key)
{
    struct local_attempt *attempt = local_find(state, key);
    if (attempt == NULL || attempt->has_go || attempt->phase != LOCAL_UP)
        return;
    attempt->phase = LOCAL_ABANDONED;
    sys_close(attempt->socket_fd);
    attempt->socket_fd = -1;
}
