/*
 * Two pipes and a poll. What the lines mean is external.c's.
 *
 * The child leads a group of its own, so that ^C on the terminal is not for it and all of it can be
 * killed. Somebody else may have reaped it (the back end does so with orphans): that is no error.
 */
#include "asker/coprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/sys.h"
#include "proc/spawn.h"
#include "sweep/mem.h"

#define END_WAIT_MS 1000 /* after its standard input was closed */
#define END_POLL_MS 10
#define CHUNK       4096

struct coprocess {
    const struct coprocess_settings *settings;
    bool was_started;
    pid_t pid;  /* 0: none, or it was reaped */
    int in_fd;  /* what it reads */
    int out_fd; /* what it writes */
    int cancel_fd;
};

/* What is to be written and what was read, of one call. */
struct call {
    struct strview left;
    struct strbuf *answer;
    int64_t until_ms;
    bool is_over;
};

static bool set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool start(struct coprocess *coprocess, int child_in, int child_out, struct sweep_error *err)
{
    const struct coprocess_settings *settings = coprocess->settings;
    const struct spawn_descriptor descriptors[] = {{child_in, STDIN_FILENO},
                                                   {child_out, STDOUT_FILENO}};
    const struct spawn_request request = {
        .path = settings->command[0],
        .argv = settings->command,
        .envp = settings->environment,
        .workdir = settings->workdir,
        .new_group = true,
        .descriptors = descriptors,
        .descriptor_count = ARRAY_LENGTH(descriptors),
    };
    return spawn_process(&request, &coprocess->pid, NULL, err) ||
           sweep_error_wrap(err, "the strategy cannot be started");
}

static bool open_pipes(struct coprocess *coprocess, int child_fds[2])
{
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    bool done = pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0;
    coprocess->in_fd = in[1];
    coprocess->out_fd = out[0];
    child_fds[0] = in[0];
    child_fds[1] = out[1];
    return done && set_nonblocking(in[1]) && set_nonblocking(out[0]);
}

static bool start_once(struct coprocess *coprocess, struct sweep_error *err)
{
    int child_fds[2] = {-1, -1};
    if (coprocess->was_started)
        return true;
    coprocess->was_started = true;
    bool done = open_pipes(coprocess, child_fds);
    if (!done)
        sweep_error_set_errno(err, SWEEP_SPAWN, errno, "there is no pipe for the strategy");
    done = done && start(coprocess, child_fds[0], child_fds[1], err);
    sys_close(child_fds[0]);
    sys_close(child_fds[1]);
    return done;
}

struct coprocess *coprocess_create(const struct coprocess_settings *settings,
                                   struct sweep_error *err)
{
    struct coprocess *coprocess = sweep_alloc(sizeof *coprocess);
    *coprocess = (struct coprocess){.settings = settings, .in_fd = -1, .out_fd = -1};
    coprocess->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (coprocess->cancel_fd >= 0)
        return coprocess;
    sweep_error_set_errno(err, SWEEP_SPAWN, errno, "there is no descriptor for the strategy");
    coprocess_free(coprocess);
    return NULL;
}

/* --- ends ------------------------------------------------------------------------------------ */

/* @return whether it has ended; how, if we are the ones to learn that */
static bool has_ended(struct coprocess *coprocess, int *status)
{
    *status = -1;
    if (coprocess->pid <= 0)
        return true;
    pid_t found = waitpid(coprocess->pid, status, WNOHANG);
    if (found == 0)
        return false;
    coprocess->pid = 0;
    return true;
}

static bool wait_for_end(struct coprocess *coprocess, int *status)
{
    for (int waited = 0; waited < END_WAIT_MS; waited += END_POLL_MS) {
        if (has_ended(coprocess, status))
            return true;
        (void)poll(NULL, 0, END_POLL_MS);
    }
    return false;
}

static bool fail_ended(struct coprocess *coprocess, struct sweep_error *err)
{
    const char *name = coprocess->settings->command[0];
    int status;
    bool ended = wait_for_end(coprocess, &status);
    if (ended && status >= 0 && WIFEXITED(status))
        return sweep_error_set(err, SWEEP_SPAWN,
                               "the strategy '%s' has ended with exit code %d instead of answering",
                               name, WEXITSTATUS(status));
    if (ended && status >= 0 && WIFSIGNALED(status))
        return sweep_error_set(err, SWEEP_SPAWN,
                               "the strategy '%s' was killed by signal %d instead of answering",
                               name, WTERMSIG(status));
    return sweep_error_set(err, SWEEP_SPAWN,
                           "the strategy '%s' has closed its standard output instead of answering",
                           name);
}

void coprocess_free(struct coprocess *coprocess)
{
    int status;
    if (coprocess == NULL)
        return;
    sys_close(coprocess->in_fd);
    sys_close(coprocess->out_fd);
    sys_close(coprocess->cancel_fd);
    if (coprocess->pid > 0 && !wait_for_end(coprocess, &status)) {
        (void)kill(-coprocess->pid, SIGKILL);
        (void)waitpid(coprocess->pid, NULL, 0);
    }
    sweep_free(coprocess);
}

void coprocess_cancel(struct coprocess *coprocess)
{
    uint64_t one = 1;
    (void)sys_write(coprocess->cancel_fd, &one, sizeof one);
}

/* --- calls ----------------------------------------------------------------------------------- */

static bool write_some(struct coprocess *coprocess, struct call *call, struct sweep_error *err)
{
    ssize_t count = write(coprocess->in_fd, call->left.data, call->left.size);
    if (count >= 0) {
        call->left.data += count;
        call->left.size -= (size_t)count;
        return true;
    }
    return errno == EAGAIN || errno == EINTR || fail_ended(coprocess, err);
}

static bool read_some(struct coprocess *coprocess, struct call *call, struct sweep_error *err)
{
    char chunk[CHUNK];
    ssize_t count = read(coprocess->out_fd, chunk, sizeof chunk);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (count <= 0)
        return fail_ended(coprocess, err);
    const char *end = memchr(chunk, '\n', (size_t)count);
    call->is_over = end != NULL;
    strbuf_append(call->answer, chunk, end != NULL ? (size_t)(end - chunk) : (size_t)count);
    if (call->answer->truncated)
        return sweep_error_set(err, SWEEP_SPAWN,
                               "the strategy '%s' gave an answer of more than 1 MiB",
                               coprocess->settings->command[0]);
    if (end != NULL && end + 1 != chunk + count)
        return sweep_error_set(err, SWEEP_SPAWN,
                               "the strategy '%s' gave more than one line to one question",
                               coprocess->settings->command[0]);
    return true;
}

static bool wait_for_news(struct coprocess *coprocess, struct call *call, struct sweep_error *err)
{
    enum {
        OUT,
        IN,
        CANCEL
    };
    int64_t left_ms = call->until_ms - clock_boot_ms();
    struct pollfd fds[] = {
        [OUT] = {.fd = coprocess->out_fd, .events = POLLIN},
        [IN] = {.fd = call->left.size > 0 ? coprocess->in_fd : -1, .events = POLLOUT},
        [CANCEL] = {.fd = coprocess->cancel_fd, .events = POLLIN},
    };
    if (left_ms <= 0)
        return sweep_error_set(err, SWEEP_SPAWN, "the strategy '%s' gave no answer within %g s",
                               coprocess->settings->command[0],
                               (double)coprocess->settings->deadline_ms / 1000);
    if (poll(fds, ARRAY_LENGTH(fds), left_ms < 60000 ? (int)left_ms : 60000) <= 0)
        return true;
    if (fds[CANCEL].revents != 0)
        return sweep_error_set(err, SWEEP_IO, "the question to the strategy was taken back");
    if (fds[OUT].revents != 0 && !read_some(coprocess, call, err))
        return false;
    return fds[IN].revents == 0 || call->is_over || write_some(coprocess, call, err);
}

bool coprocess_call(struct coprocess *coprocess, struct strview line, struct strbuf *answer,
                    struct sweep_error *err)
{
    struct strbuf text;
    if (!start_once(coprocess, err))
        return false;
    strbuf_init(&text, line.size + 1);
    strbuf_append(&text, line.data, line.size);
    strbuf_append_char(&text, '\n');
    strbuf_reset(answer);
    struct call call = {.left = strbuf_view(&text),
                        .answer = answer,
                        .until_ms = clock_boot_ms() + coprocess->settings->deadline_ms};
    bool done = true;
    while (done && !call.is_over)
        done = wait_for_news(coprocess, &call, err);
    strbuf_release(&text);
    return done;
}
