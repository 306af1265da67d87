/*
 * One control group (v2) as the file system shows it.
 *
 * Internal to the proc room; who makes and removes one uses tree.h.
 */
#ifndef SWEEP_PROC_CGROUP_H
#define SWEEP_PROC_CGROUP_H

#include <stdbool.h>

/** Whether anything lives in it or below; false when it does not exist. */
bool cgroup_is_populated(const char *path);

/** SIGKILL to all in it and below at once; before Linux 5.14 nothing happens. */
void cgroup_kill(const char *path);

#endif
