/*
 * Two pipes and a deadline.
 */
#include "proc/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "proc/spawn.h"

#define ERR_MAX   4096
#define READS_MAX 64

/* How long one that was killed may take to be gone. */
#define DEATH_MS 2000

void helper_init(struct helper *helper, size_t out_max)
{
    *helper = (struct helper){.out_fd = -1, .err_fd = -1};
    strbuf_init(&helper->out, out_max);
    strbuf_init(&helper->err, ERR_MAX);
}

static void close_pipes(struct helper *helper)
{
    sys_close(helper->out_fd);
    sys_close(helper->err_fd);
    helper->out_fd = -1;
    helper->err_fd = -1;
}

/* It leads a session, so its group is all that it started and kept. */
static void kill_all(const struct helper *helper)
{
    (void)kill(-helper->pid, SIGKILL);
    (void)kill(helper->pid, SIGKILL);
}

void helper_release(struct helper *helper)
{
    if (helper->pid > 0 && !helper->has_status) {
        kill_all(helper);
        (void)waitpid(helper->pid, NULL, WNOHANG); /* one that cannot die is left behind */
    }
    if (helper->out.maximum > 0)
        close_pipes(helper);
    helper->pid = 0;
    strbuf_release(&helper->out);
    strbuf_release(&helper->err);
}

void helper_leave(struct helper *helper)
{
    helper->pid = 0;
    helper_release(helper);
}

static bool open_pipe(int *read_fd, int *write_fd)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return false;
    *read_fd = fds[0];
    *write_fd = fds[1];
    return fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0;
}

bool helper_start(struct helper *helper, char *const *argv, char *const *envp, int64_t kill_ms,
                  struct sweep_error *err)
{
    int out = -1;
    int errors = -1;
    strbuf_reset(&helper->out);
    strbuf_reset(&helper->err);
    helper->has_status = false;
    helper->status = SIGKILL; /* until it is known */
    helper->kill_ms = kill_ms;
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDONLY, 0);
    bool ready =
        null_fd >= 0 && open_pipe(&helper->out_fd, &out) && open_pipe(&helper->err_fd, &errors);
    const struct spawn_descriptor descriptors[] = {
        {null_fd, STDIN_FILENO}, {out, STDOUT_FILENO}, {errors, STDERR_FILENO}};
    const struct spawn_request request = {.path = argv[0],
                                          .argv = argv,
                                          .envp = envp,
                                          .new_session = true,
                                          .descriptors = descriptors,
                                          .descriptor_count = ARRAY_LENGTH(descriptors)};
    bool started = ready ? spawn_process(&request, &helper->pid, NULL, err)
                         : sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot create a pipe");
    sys_close(null_fd);
    sys_close(out);
    sys_close(errors);
    if (!started) {
        close_pipes(helper);
        helper->pid = 0;
    }
    return started;
}

bool helper_take_status(struct helper *helper, pid_t pid, int status)
{
    if (pid <= 0 || pid != helper->pid)
        return false;
    helper->has_status = true;
    helper->status = status;
    return true;
}

/* What does not fit is read and dropped, so that the program can end; the buffer knows. A pipe
 * holds less than is read at once, and one that never ends holds up nobody. It is closed at its
 * end, or whoever waits for it would be woken for ever. */
static void read_pipe(int *fd, struct strbuf *into)
{
    char piece[4096];
    ssize_t size = 1;
    for (int i = 0; i < READS_MAX && *fd >= 0 && size > 0; i++)
        if ((size = sys_read(*fd, piece, sizeof piece)) > 0)
            strbuf_append(into, piece, (size_t)size);
    if (*fd >= 0 && (size == 0 || (size < 0 && errno != EAGAIN))) {
        sys_close(*fd);
        *fd = -1;
    }
}

bool helper_step(struct helper *helper, int64_t now_ms)
{
    int status = 0;
    if (!helper->has_status) {
        pid_t ended = waitpid(helper->pid, &status, WNOHANG);
        if (ended == helper->pid)
            (void)helper_take_status(helper, ended, status);
        else if (ended < 0 && errno == ECHILD) /* somebody else has reaped it: nothing is known */
            (void)helper_take_status(helper, helper->pid, SIGKILL);
    }
    read_pipe(&helper->out_fd, &helper->out);
    read_pipe(&helper->err_fd, &helper->err);
    if (helper->has_status) {
        close_pipes(helper);
        helper->pid = 0;
        return true;
    }
    if (now_ms >= helper->kill_ms)
        kill_all(helper);
    return false;
}

bool helper_is_good(const struct helper *helper)
{
    return WIFEXITED(helper->status) && WEXITSTATUS(helper->status) == 0 && !helper->out.truncated;
}

void helper_complaint(const struct helper *helper, char *line, size_t size)
{
    const char *text = strbuf_text(&helper->err);
    text += strspn(text, "\r\n");
    (void)snprintf(line, size, "%.*s", (int)strcspn(text, "\r\n"), text);
    if (line[0] == '\0' && WIFEXITED(helper->status))
        (void)snprintf(line, size, "it exits with status %d", WEXITSTATUS(helper->status));
    else if (line[0] == '\0')
        (void)snprintf(line, size, "it gives no answer");
}

bool helper_run(struct helper *helper, char *const *argv, char *const *envp, int timeout_ms,
                struct sweep_error *err)
{
    char line[256];
    struct sweep_error reason = {0};
    int waited_ms = 0;
    if (!helper_start(helper, argv, envp, timeout_ms, &reason))
        return sweep_error_set(err, SWEEP_NOT_FOUND, "%s", reason.message);
    for (; !helper_step(helper, waited_ms) && waited_ms < timeout_ms + DEATH_MS;
         waited_ms += HELPER_LOOK_MS)
        (void)poll(NULL, 0, HELPER_LOOK_MS);
    if (helper_is_good(helper))
        return true;
    helper_complaint(helper, line, sizeof line);
    return sweep_error_set(err, SWEEP_IO, "%s", line);
}
