/*
 * Which process exactly: boot id, pid and start time together are never reused.
 */
#ifndef SWEEP_PROC_IDENTITY_H
#define SWEEP_PROC_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define IDENTITY_BOOT_ID_MAX 37

/** The kernel's boot id; "unknown" where there is none. */
void identity_boot_id(char out[IDENTITY_BOOT_ID_MAX]);

/** Start time of a process [clock ticks since boot]; false when there is no such process. */
bool identity_start_time(pid_t pid, uint64_t *start);

/** Whether that very process exists and is not a zombie. */
bool identity_is_alive(pid_t pid, uint64_t start);

/** Whether a process is suspended, as by SIGSTOP. */
bool identity_is_suspended(pid_t pid);

/** A pidfd for that very process; -1 with errno ESRCH when it is gone, or another one when the
 * system cannot give us any. */
int identity_open(pid_t pid, uint64_t start);

#endif
