/*
 * Starting a shim, and doing its duty when it is dead.
 */
#include "shim/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "journal/result.h"
#include "proc/spawn.h"
#include "proc/tree.h"
#include "shim/job.h"

/* For processes to be gone after SIGKILL. */
#define KILL_MS 1000

void worker_forget(struct worker *worker)
{
    sys_close(worker->fd);
    *worker = (struct worker){.fd = -1};
}

bool worker_start(struct worker *worker, struct worker_place *place, char *const *environment)
{
    char program[] = "sweep-shim";
    char word[] = "ticket";
    char name[TICKET_NAME_MAX];
    int pair[2] = {-1, -1};
    ticket_name(&worker->ticket, name);
    char *argv[] = {program, word, place->directory, name, place->label, NULL};
    bool started = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0;
    const struct spawn_descriptor descriptors[] = {{pair[1], HANDSHAKE_FD}};
    const struct spawn_request request = {.path = place->shim,
                                          .argv = argv,
                                          .envp = environment,
                                          .descriptors = descriptors,
                                          .descriptor_count = ARRAY_LENGTH(descriptors)};
    started = started && spawn_process(&request, &worker->pid, NULL, NULL);
    sys_close(pair[1]);
    worker->fd = pair[0];
    if (!started)
        worker_forget(worker);
    return started;
}

bool worker_hear(struct worker *worker)
{
    struct handshake word;
    ssize_t size = recv(worker->fd, &word, sizeof word, 0);
    if (size == (ssize_t)sizeof word)
        return word.word == HANDSHAKE_DONE;
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    sys_close(worker->fd); /* it ends: SIGCHLD tells the rest */
    worker->fd = -1;
    return false;
}

bool worker_end(struct worker *worker, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    worker->pid = WORKER_DEAD;
    return false;
}

/* Whether an attempt is ours to speak for: a shim may have died before it had the claim. */
static bool has_claim(const struct worker_place *place, int dir_fd, uint32_t attempt)
{
    static const char mark[] = CLAIM_PILOT;
    const struct claim claim = claim_look(dir_fd, attempt);
    const char *label = claim.words + sizeof mark - 1;
    size_t size = strlen(place->label);
    return claim.is_there && strncmp(claim.words, mark, sizeof mark - 1) == 0 &&
           strncmp(label, place->label, size) == 0 && label[size] == ',';
}

/* The first result counts. @return whether there is one, or nobody waits for one of us */
static bool publish_loss(const struct worker *worker, const struct worker_place *place)
{
    struct sweep_error err = {0};
    int64_t now_us = clock_wall_us();
    struct result result = {
        .key = worker->ticket.key,
        .outcome = {.end = ATTEMPT_LOST, .started_us = now_us, .ended_us = now_us}};
    memcpy(result.token, worker->ticket.token, sizeof result.token);
    int dir_fd = job_open_trial(place->sweep_fd, result.key.trial);
    bool published = dir_fd < 0 || !has_claim(place, dir_fd, result.key.number) ||
                     result_publish(dir_fd, &result, "pilot", &err) || err.code == SWEEP_BUSY;
    sys_close(dir_fd);
    return published;
}

bool worker_bury(const struct worker *worker, const struct worker_place *place)
{
    const struct tree tree = {.token = worker->ticket.token};
    if (!tree_kill(&tree, KILL_MS, NULL) || !publish_loss(worker, place))
        return false;
    tree_remove_cgroup_of(worker->ticket.token);
    (void)!ticket_put(place->slurm_fd, TICKET_ENDED, &worker->ticket, NULL);
    return true;
}
