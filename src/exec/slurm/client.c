/*
 * A helper that is watched by an epoll descriptor, and what one of Slurm's says of its failure.
 */
#include "exec/slurm/client.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>

#include "base/sys.h"

void client_init(struct client *client)
{
    *client = (struct client){.pid_fd = -1, .deadline_ms = INT64_MAX};
    helper_init(&client->helper, CLIENT_OUT_MAX);
}

static void forget(struct client *client)
{
    sys_close(client->pid_fd);
    client->pid_fd = -1;
    client->deadline_ms = INT64_MAX;
    client->end = CLIENT_IDLE;
}

void client_release(struct client *client)
{
    forget(client);
    helper_leave(&client->helper);
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
    int64_t deadline_ms = now_ms + CLIENT_DEADLINE_MS;
    if (!helper_start(&client->helper, request->argv, request->envp, deadline_ms, err))
        return false;
    client->pid_fd = pidfd_open(client->helper.pid, 0);
    client->end = CLIENT_RUNS;
    client->started_ms = now_ms;
    client->deadline_ms = deadline_ms;
    watch(request->epoll_fd, client->pid_fd);
    watch(request->epoll_fd, client->helper.out_fd);
    watch(request->epoll_fd, client->helper.err_fd);
    return true;
}

enum client_end client_poll(struct client *client, int64_t now_ms)
{
    bool was_late = client->end == CLIENT_LATE;
    if (!client_is_running(client))
        return CLIENT_IDLE;
    if (helper_step(&client->helper, now_ms)) {
        forget(client);
        if (was_late)
            return CLIENT_IDLE;
        return helper_is_good(&client->helper) ? CLIENT_DONE : CLIENT_FAILED;
    }
    if (was_late)
        return CLIENT_IDLE;
    if (now_ms < client->deadline_ms)
        return CLIENT_RUNS;
    client->end = CLIENT_LATE;
    client->deadline_ms = INT64_MAX;
    return CLIENT_LATE;
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

void client_complaint(const struct helper *helper, char *out, size_t size)
{
    const char *chosen = NULL;
    const char *last = "";
    (void)snprintf(out, size, "no answer");
    for (const char *line = strbuf_text(&helper->err); *line != '\0';) {
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
