/*
 * A copy of the shim that waits. Not for the life of the attempt while there is a shim.
 */
#include "shim/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "proc/tree.h"

#define DISMISSED 'd'
#define PAUSE_MS  20
#define FDS_MAX   1024 /* below which the shim's are */

struct container_commands keeper_commands(const struct spec *spec)
{
    return (struct container_commands){.name = spec->container.name,
                                       .terminate = spec->container.terminate,
                                       .remove = spec->container.remove,
                                       .list = spec->container.list,
                                       .envp = spec->envp};
}

static void wait_until_gone(struct container *container)
{
    container_remove(container);
    while (!container_is_gone(container) || container_is_busy(container)) {
        container_step(container, clock_boot_ms());
        int64_t wait_ms = container_deadline(container) - clock_boot_ms();
        if (container_deadline(container) < INT64_MAX && wait_ms > 0)
            (void)poll(NULL, 0, (int)wait_ms);
    }
}

/* A client that is alive may be about to start the container: then that is removed again. */
static void clean(const struct spec *spec)
{
    struct container container;
    const struct container_commands commands = keeper_commands(spec);
    const struct tree tree = {.token = spec->token};
    container_init(&container, &commands);
    wait_until_gone(&container);
    while (tree_signal(&tree, SIGKILL) > 0) {
        (void)poll(NULL, 0, PAUSE_MS);
        wait_until_gone(&container);
    }
    container_release(&container);
}

static _Noreturn void keep(const struct spec *spec, int pipe_fd)
{
    char word = 0;
    prctl(PR_SET_NAME, "sweep-keeper");
    (void)setsid();
    for (int fd = 0; fd < FDS_MAX; fd++) {
        bool is_lease =
            fd >= HANDSHAKE_LEASE_FD && fd < HANDSHAKE_LEASE_FD + (int)spec->lease_count;
        if (!is_lease && fd != pipe_fd)
            close(fd);
    }
    if (sys_read(pipe_fd, &word, 1) != 1 || word != DISMISSED)
        clean(spec);
    _exit(0);
}

void keeper_start(struct keeper *keeper, const struct spec *spec)
{
    int ends[2];
    *keeper = (struct keeper){.pipe_fd = -1};
    if (spec->container.name == NULL || pipe2(ends, O_CLOEXEC) != 0)
        return;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        keep(spec, ends[0]);
    }
    sys_close(ends[0]);
    if (pid < 0) {
        sys_close(ends[1]);
        return;
    }
    *keeper = (struct keeper){.pid = pid, .pipe_fd = ends[1]};
}

void keeper_dismiss(struct keeper *keeper)
{
    static const char word = DISMISSED;
    if (keeper->pid <= 0)
        return;
    (void)sys_write(keeper->pipe_fd, &word, 1);
    sys_close(keeper->pipe_fd);
    *keeper = (struct keeper){.pipe_fd = -1};
}
