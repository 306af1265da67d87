/*
 * Starting a client, reading what it prints, ending it when it takes too long.
 */
#include "exec/slurm/client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "proc/spawn.h"

/* A list of some ten thousand jobs. */
#define OUT_MAX ((size_t)4 * 1024 * 1024)
#define ERR_MAX ((size_t)16 * 1024)
#define CHUNK   65536

void client_init(struct client *client)
{
    *client = (struct client){.pid_fd = -1, .out_fd = -1, .err_fd = -1, .deadline_ms = INT64_MAX};
    strbuf_init(&client->out, OUT_MAX);
    strbuf_init(&client->err, ERR_MAX);
}

static void close_pipes(struct client *client)
{
    sys_close(client->out_fd);
    sys_close(client->err_fd);
    client->out_fd = -1;
    client->err_fd = -1;
}

static void close_all(struct client *client)
{
    close_pipes(client);
    sys_close(client->pid_fd);
    client->pid_fd = -1;
    client->deadline_ms = INT64_MAX;
}

void client_release(struct client *client)
{
    close_all(client);
    strbuf_release(&client->out);
    strbuf_release(&client->err);
    client->end = CLIENT_IDLE;
}

static bool spawn(const struct client_request *request, int out_fd, int err_fd, pid_t *pid,
                  struct sweep_error *err)
{
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDONLY, 0);
    const struct spawn_descriptor descriptors[] = {{null_fd, 0}, {out_fd, 1}, {err_fd, 2}};
    const struct spawn_request spawned = {
        .path = request->argv[0],
        .argv = request->argv,
        .envp = request->envp,
        .new_group = true,
        .descriptors = descriptors,
        .descriptor_count = ARRAY_LENGTH(descriptors),
    };
    bool started = spawn_process(&spawned, pid, NULL, err);
    sys_close(null_fd);
    return started;
}

static void watch(int epoll_fd, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};
    /* Where that fails the deadline still comes. */
    (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

bool client_start(struct client *client, const struct client_request *request, int64_t now_ms,
                  struct sweep_error *err)
{
    int out[2] = {-1, -1};
    int error[2] = {-1, -1};
    bool started =
        pipe2(out, O_CLOEXEC | O_NONBLOCK) == 0 && pipe2(error, O_CLOEXEC | O_NONBLOCK) == 0;
    if (!started)
        (void)sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot make a pipe");
    started = started && spawn(request, out[1], error[1], &client->pid, err);
    sys_close(out[1]);
    sys_close(error[1]);
    if (!started) {
        sys_close(out[0]);
        sys_close(error[0]);
        return false;
    }
    client->out_fd = out[0];
    client->err_fd = error[0];
    client->pid_fd = pidfd_open(client->pid, 0);
    client->end = CLIENT_RUNS;
    client->started_ms = now_ms;
    client->deadline_ms = now_ms + CLIENT_DEADLINE_MS;
    strbuf_reset(&client->out);
    strbuf_reset(&client->err);
    watch(request->epoll_fd, client->pid_fd);
    watch(request->epoll_fd, client->out_fd);
    watch(request->epoll_fd, client->err_fd);
    return true;
}

/* Read what is there. The descriptor is closed at its end, or it would be readable for ever. */
static void drain(int *fd, struct strbuf *out)
{
    char chunk[CHUNK];
    ssize_t size = 1;
    while (*fd >= 0 && (size = sys_read(*fd, chunk, sizeof chunk)) > 0)
        strbuf_append(out, chunk, (size_t)size);
    if (*fd >= 0 && (size == 0 || errno != EAGAIN)) {
        sys_close(*fd);
        *fd = -1;
    }
}

/* @return whether it is over */
static bool reap(struct client *client)
{
    int status = 0;
    pid_t pid = waitpid(client->pid, &status, WNOHANG);
    if (pid == 0)
        return false;
    drain(&client->out_fd, &client->out);
    drain(&client->err_fd, &client->err);
    bool is_done = pid == client->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    client->end = is_done ? CLIENT_DONE : CLIENT_FAILED;
    return true;
}

/* Not even a killed one has to be gone: a file system may hold it. */
static void reap_late(struct client *client)
{
    if (waitpid(client->pid, NULL, WNOHANG) == 0)
        return;
    client->end = CLIENT_IDLE;
    close_all(client);
}

static void kill_late(struct client *client)
{
    (void)kill(-client->pid, SIGKILL);
    client->end = CLIENT_LATE;
    client->deadline_ms = INT64_MAX;
    close_pipes(client);
    reap_late(client);
}

enum client_end client_poll(struct client *client, int64_t now_ms)
{
    if (client->end == CLIENT_LATE)
        reap_late(client);
    if (client->end != CLIENT_RUNS)
        return CLIENT_IDLE;
    drain(&client->out_fd, &client->out);
    drain(&client->err_fd, &client->err);
    if (!reap(client)) {
        if (now_ms < client->deadline_ms)
            return CLIENT_RUNS;
        kill_late(client);
        return CLIENT_LATE;
    }
    enum client_end end = client->end;
    client->end = CLIENT_IDLE;
    close_all(client);
    return end;
}

bool client_is_running(const struct client *client)
{
    return client->end == CLIENT_RUNS || client->end == CLIENT_LATE;
}

/* Copy the line that begins at `line`, without the name of the program in front of it. */
static void copy_line(const char *line, char *out, size_t size)
{
    static const char mark[] = "error: ";
    size_t length = strcspn(line, "\n");
    const char *found = memmem(line, length, mark, sizeof mark - 1);
    if (found != NULL) {
        length -= (size_t)(found - line) + sizeof mark - 1;
        line = found + sizeof mark - 1;
    }
    (void)snprintf(out, size, "%.*s", (int)(length < size ? length : size - 1), line);
}

void client_complaint(const struct client *client, char *out, size_t size)
{
    const char *chosen = NULL;
    const char *last = "";
    (void)snprintf(out, size, "no answer");
    for (const char *line = strbuf_text(&client->err); *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (length > 0)
            last = line;
        if (memmem(line, length, "error", strlen("error")) != NULL)
            chosen = line;
        line += length + (line[length] == '\n');
    }
    if (chosen == NULL)
        chosen = last;
    if (*chosen != '\0')
        copy_line(chosen, out, size);
}
