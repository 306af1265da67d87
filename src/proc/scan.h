/*
 * One look at the process table: who belongs to a tree now.
 *
 * Internal to the proc room.
 */
#ifndef SWEEP_PROC_SCAN_H
#define SWEEP_PROC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proc/tree.h"

struct scan_process {
    pid_t pid;
    uint64_t start;
    pid_t parent;
    pid_t session;
    bool alive;
    bool member;
};

/** Zeroed is empty. */
struct scan {
    struct scan_process *items; /* [count] by pid */
    size_t count;
    size_t capacity;
};

/**
 * Look at all processes and mark the members of the tree; the caller and its root are none.
 *
 * @return whether the table could be read
 */
bool scan_processes(struct scan *scan, const struct tree *tree);

void scan_release(struct scan *scan);

/** Whether a process is in the control group with that name, at any depth. */
bool scan_is_in_cgroup(pid_t pid, const char *name);

#endif
