/*
 * The pipe, the cgroup, the descriptors and the limits of a command.
 */
#include "shim/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/sys.h"
#include "journal/handshake.h"
#include "proc/spawn.h"
#include "proc/tree.h"

#define PIPE_SIZE (1024 * 1024)

/* The locks, the attempt's and behind it those of its GPUs, lie where no script puts a descriptor
 * of its own. */
#define TRIAL_LOCK_FD 64
#define TRIAL_FDS     4

/* The command is killed before the shim and the runner when memory runs out. */
#define TRIAL_OOM_SCORE 500

/* More than any training needs, and less than what a fork bomb takes from everybody else. */
#define TRIAL_PROCESSES 16384

static bool open_pipe(struct command *command, int *write_fd, struct sweep_error *err)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0)
        return sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot create a pipe");
    command->pipe_fd = fds[0];
    *write_fd = fds[1];
    fcntl(fds[0], F_SETPIPE_SZ,
          PIPE_SIZE); /* faster; where the user has too many, it stays small */
    if (fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0)
        return sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot prepare a pipe");
    return true;
}

/* The door to the command's cgroup, or -1. Only the command goes in: the shim has to survive it. */
static int open_cgroup(struct command *command, const struct spec *spec)
{
    char name[sizeof TREE_CGROUP_PREFIX + ATTEMPT_TOKEN_MAX];
    snprintf(name, sizeof name, TREE_CGROUP_PREFIX "%s", spec->token);
    command->cgroup = tree_create_cgroup(name);
    if (!command->cgroup)
        return -1;
    return sys_open(AT_FDCWD, command->cgroup, O_RDONLY | O_DIRECTORY, 0);
}

/* As high as the limit of open files lets it be: spawning needs a copy of each descriptor, and some
 * of its own, above all places. */
static int find_lock_place(uint32_t lease_count)
{
    struct rlimit limit;
    rlim_t above = 2 * (TRIAL_FDS + (rlim_t)lease_count);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= TRIAL_LOCK_FD + above)
        return TRIAL_LOCK_FD;
    return limit.rlim_cur > above + TRIAL_FDS ? (int)(limit.rlim_cur - above) : TRIAL_FDS;
}

static bool spawn(struct command *command, const struct spec *spec, int write_fd, int *error_number,
                  struct sweep_error *err)
{
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDONLY, 0);
    int cgroup_fd = open_cgroup(command, spec);
    const struct tree_limits limits = {spec->memory_bytes, TRIAL_PROCESSES};
    struct tree_limited limited = tree_limit_cgroup(command->cgroup, &limits);
    int lock_place = find_lock_place(spec->lease_count);
    struct spawn_descriptor descriptors[TRIAL_FDS + SPEC_LEASES_MAX] = {
        {null_fd, STDIN_FILENO},
        {write_fd, STDOUT_FILENO},
        {write_fd, STDERR_FILENO},
        {HANDSHAKE_LOCK_FD, lock_place}};
    for (uint32_t i = 0; i < spec->lease_count; i++)
        descriptors[TRIAL_FDS + i] =
            (struct spawn_descriptor){HANDSHAKE_LEASE_FD + (int)i, lock_place + 1 + (int)i};
    const struct spawn_request request = {.path = spec->argv[0],
                                          .argv = spec->argv,
                                          .envp = spec->envp,
                                          .workdir = spec->workdir,
                                          .cgroup_fd = cgroup_fd,
                                          .new_session = true,
                                          .data_bytes = limited.memory ? 0 : spec->memory_bytes,
                                          .oom_score_adjust = TRIAL_OOM_SCORE,
                                          .descriptors = descriptors,
                                          .descriptor_count = TRIAL_FDS + spec->lease_count};
    bool spawned = spawn_process(&request, &command->pid, error_number, err);
    sys_close(cgroup_fd);
    sys_close(null_fd);
    return spawned;
}

bool command_start(struct command *command, const struct spec *spec, int *error_number,
                   struct sweep_error *err)
{
    int write_fd = -1;
    bool started = open_pipe(command, &write_fd, err);
    if (!started)
        *error_number = errno;
    started = started && spawn(command, spec, write_fd, error_number, err);
    sys_close(write_fd);
    return started;
}
