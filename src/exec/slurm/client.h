/*
 * A client of Slurm (sbatch, squeue and so on) as a helper with a deadline: with its controller
 * down each takes ten seconds to say so, with a network that is down for ever. One that not even
 * SIGKILL ends, since a file system holds it, is waited for by nobody.
 *
 *     if (client_start(&client, &request, now_ms, err))
 *         ... when its descriptors are readable, or its deadline is past ...
 *         if (client_poll(&client, now_ms) == CLIENT_DONE)
 *             use(strbuf_text(&client.helper.out));
 *
 * Ownership: the client owns its child and what it printed, until client_start() or
 * client_release().
 */
#ifndef SWEEP_EXEC_SLURM_CLIENT_H
#define SWEEP_EXEC_SLURM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/helper.h"
#include "sweep/error.h"

/** How long a client may take [ms]. */
#define CLIENT_DEADLINE_MS 60000

/** The most that one says that is kept [bytes]: a list of some ten thousand jobs. */
#define CLIENT_OUT_MAX ((size_t)4 * 1024 * 1024)

enum client_end {
    CLIENT_IDLE, /* it was not started */
    CLIENT_RUNS,
    CLIENT_DONE,   /* it exits with 0, and all that it said is there */
    CLIENT_FAILED, /* it does not; its standard error has its words */
    CLIENT_LATE    /* it was killed: what it did nobody knows */
};

struct client {
    enum client_end end;
    struct helper helper;
    int pid_fd;
    int64_t started_ms;
    int64_t deadline_ms; /* INT64_MAX: it does not run */
};

struct client_request {
    char *const *argv; /* ends with NULL */
    char *const *envp; /* ends with NULL */
    int epoll_fd;      /* is readable when there is something to poll for */
};

void client_init(struct client *client);

/** Start it; the one before it is gone. @error SWEEP_SPAWN, also where there is no such program */
bool client_start(struct client *client, const struct client_request *request, int64_t now_ms,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** See how it is. Says once how it ended, and CLIENT_IDLE from then on. */
enum client_end client_poll(struct client *client, int64_t now_ms);

/** Whether it is there, though it be one that was killed and hangs in the kernel: no other can be
 * started. */
bool client_is_running(const struct client *client);

/** What one said of why it failed: its last line that says "error", or its last line. */
void client_complaint(const struct helper *helper, char *out, size_t size);

/** Leave it alone: it goes on by itself. */
void client_release(struct client *client);

#endif
