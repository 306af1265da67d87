/*
 * Kill all processes of an attempt, also those that left its group, its session or their parent.
 *
 * A process belongs to an attempt when it is in its cgroup, is a descendant of `root`, is in the
 * session of `session`, has the attempt's token in its environment, or descends from one that does.
 * What a process hides (an emptied environment, a new session and a dead parent, where there is no
 * cgroup) is beyond us, and README says so.
 *
 *     struct tree tree = {.token = identity->token};
 *     if (!tree_kill(&tree, 5000, &killed))
 *         ... something of it still lives: try again later, decide nothing ...
 *
 * The caller itself never belongs. Each search reads the whole process table, which takes
 * milliseconds: it is for attempts whose end is in doubt, not for every one.
 */
#ifndef SWEEP_PROC_TREE_H
#define SWEEP_PROC_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** How to recognise them. */
struct tree {
    const char *token;  /* value of TREE_TOKEN_VARIABLE, or NULL */
    const char *cgroup; /* directory of its cgroup v2, or NULL; one that is named
                           TREE_CGROUP_PREFIX and the token is recognised by the token alone */
    pid_t root;         /* > 0: its descendants; the root itself is never killed */
    pid_t session;      /* > 0: the session's members, the caller excepted */
};

/** The environment variable that marks every process of an attempt. */
#define TREE_TOKEN_VARIABLE "SWEEP_TOKEN"

/** How the name of an attempt's cgroup begins; its token follows. */
#define TREE_CGROUP_PREFIX "sweep-"

/**
 * Send a signal to each member once.
 *
 * @param signal  0 only counts
 * @return number of members that are alive (zombies do not count); none was found twice before it
 *         says 0, since a process may fork while the table is read
 */
size_t tree_signal(const struct tree *tree, int signal);

/**
 * Send a signal to each member once, but not to programs of one name.
 *
 * @param name  as the kernel knows it, 15 bytes at most
 * @return number of programs of that name
 */
size_t tree_signal_others(const struct tree *tree, int signal, const char *name);

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

/** What the processes of a cgroup may take together; 0: any amount. */
struct tree_limits {
    uint64_t memory_bytes;
    uint64_t processes;
};

/** Which of them hold. */
struct tree_limited {
    bool memory;
    bool processes;
};

/**
 * Limit a cgroup, as far as its controllers are ours to use.
 *
 * @param path  of tree_create_cgroup(), or NULL: then nothing is limited
 */
struct tree_limited tree_limit_cgroup(const char *path, const struct tree_limits *limits);

/** How many processes of a cgroup the kernel has killed, since they took more memory than they may;
 * 0 where that is not told, and for NULL. */
uint64_t tree_count_oom_kills(const char *path);

/** Remove the cgroup of an attempt whose supervisor could not: it was made below our own. */
void tree_remove_cgroup_of(const char *token);

/** Remove an empty one with the empty ones in it; NULL is allowed. */
void tree_remove_cgroup(const char *path);

#endif
