/*
 * Kill all processes of an attempt, also those that left its group, its session or their parent.
 *
 * A process belongs to an attempt when it is in its cgroup, is a descendant of `root`, is in the
 * session of `session`, or has the attempt's token in its environment. What a process hides (an
 * emptied environment, a new session and a dead parent, where there is no cgroup) is beyond us, and
 * README says so.
 */
#ifndef SWEEP_PROC_TREE_H
#define SWEEP_PROC_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** How to recognise them. */
struct tree {
    const char *token;  /* value of TREE_TOKEN_VARIABLE, or NULL */
    const char *cgroup; /* directory of its cgroup v2, or NULL */
    pid_t root;         /* > 0: its descendants; the root itself is never killed */
    pid_t session;      /* > 0: the session's members, the caller excepted */
};

/** The environment variable that marks every process of an attempt. */
#define TREE_TOKEN_VARIABLE "SWEEP_TOKEN"

/**
 * Send a signal to each member once.
 *
 * @param signal  0 only counts
 * @return number of members that are alive (zombies do not count)
 */
size_t tree_signal(const struct tree *tree, int signal);

/**
 * Kill with SIGKILL until none is left, reaping children of the caller on the way.
 *
 * @param timeout_ms  how long at most; a process in uninterruptible sleep can outlast it
 * @param[out] killed number of different processes that were found; may be NULL
 * @return whether none is left
 */
bool tree_kill(const struct tree *tree, int timeout_ms, size_t *killed);

/**
 * Make a cgroup v2 below our own for an attempt, where that is allowed.
 *
 * @param name  a unique directory name
 * @return its path (sweep_free), or NULL: then there is none to be had, which is no error
 */
char *tree_create_cgroup(const char *name);

/** Remove an empty one; NULL is allowed. */
void tree_remove_cgroup(const char *path);

#endif
