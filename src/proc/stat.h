/*
 * One line of the kernel's process table.
 *
 * Internal to the proc room.
 */
#ifndef SWEEP_PROC_STAT_H
#define SWEEP_PROC_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct proc_stat {
    char state; /* of the first thread: R, S, D, Z, T, X, ... */
    pid_t parent;
    pid_t session;
    uint64_t threads;
    uint64_t start;        /* [clock ticks since boot] */
    uint64_t cpu_ticks;    /* of its own, user and system */
    uint64_t reaped_ticks; /* of its children that it has waited for, and of theirs */
    uint64_t resident_pages;
};

/** Read /proc/PID/stat. @return false when there is no such process */
bool proc_stat_read(pid_t pid, struct proc_stat *out);

/** Whether it still runs code. A zombie does not, unless only its first thread has ended. */
bool proc_stat_is_alive(const struct proc_stat *stat);

/**
 * Read a file of /proc/PID from its start.
 *
 * @return bytes read, at most `size`; -1 when it cannot be read
 */
ssize_t proc_read(pid_t pid, const char *name, char *out, size_t size);

#endif
