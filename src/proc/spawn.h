/*
 * Start a process, and say exactly why when that fails.
 *
 *     struct spawn_request request = {.path = "/bin/true", .argv = argv, .envp = envp};
 *     if (!spawn_process(&request, &pid, err)) ...
 *
 * By vfork, so that the cost does not grow with the parent, unless the child has a cgroup. It gets
 * default signals, an
 * empty mask and only the descriptors named in the request: 0, 1 and 2 are inherited where they are
 * not named, all others are closed, whoever opened them. The error of execve (or of chdir, dup2,
 * setsid) comes back through a close-on-exec pipe. A cgroup that cannot be entered and an
 * oom_score_adj that cannot be set are no errors: the command runs without.
 */
#ifndef SWEEP_PROC_SPAWN_H
#define SWEEP_PROC_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sweep/error.h"

/** Give the child `from` of ours as its descriptor `to`. */
struct spawn_descriptor {
    int from;
    int to;
};

struct spawn_request {
    int exec_fd;          /* > 0: execute this open file instead of `path` */
    const char *path;     /* without a slash it is looked up in the PATH of `envp`; one with a slash
                             is relative to `workdir` */
    char *const *argv;    /* ends with NULL */
    char *const *envp;    /* ends with NULL */
    const char *workdir;  /* or NULL */
    int cgroup_fd;        /* > 0: the open directory of a cgroup v2 for the child to live in */
    bool new_session;     /* setsid */
    bool new_group;       /* setpgid(0, 0); not with new_session */
    uint64_t data_bytes;  /* > 0: of memory that each process of it may have of its own */
    int oom_score_adjust; /* 0: leave it; raised where that is allowed */
    const struct spawn_descriptor *descriptors; /* [descriptor_count] */
    size_t descriptor_count;
};

/**
 * Start it.
 *
 * @param[out] pid           of the child; the caller reaps it
 * @param[out] error_number  errno of what failed, 0 on success; may be NULL
 * @error SWEEP_SPAWN with the path and the reason
 */
bool spawn_process(const struct spawn_request *request, pid_t *pid, int *error_number,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find an executable as execvp would. @return an allocated path (sweep_free), or NULL with errno
 */
char *spawn_find_executable(const char *name, const char *path_variable);

#endif
