/*
 * Who has which GPU, between all sweeps and all users of a box.
 *
 * A lease is a lock (flock) on a file that is called like the GPU. The supervisor and the processes
 * of the trial inherit its descriptor: so it ends exactly when the last of them is gone, whatever
 * becomes of the runner, and a new runner has nothing to clean up.
 *
 *     if (lease_take(dir_fd, gpu->uuid, LEASE_WHOLE, &lease, err))
 *         ... hand lease.fds to the shim ...
 *     lease_drop(&lease);      our copy; theirs holds
 *
 * A GPU can be had whole, or in numbered shares by several trials; the two exclude each other.
 *
 * Ownership: a lease owns its descriptors.
 */
#ifndef SWEEP_EXEC_GPU_LEASE_H
#define SWEEP_EXEC_GPU_LEASE_H

#include <stdbool.h>
#include <stddef.h>

#include "sweep/error.h"

/** Instead of the number of a share: all of it. */
#define LEASE_WHOLE (-1)

/** A share holds the GPU as one of several, and itself. */
#define LEASE_FDS 2

/** Zeroed it holds nothing. */
struct lease {
    int fds[LEASE_FDS]; /* [fd_count] */
    size_t fd_count;
};

/**
 * Open the directory of the leases, and make it where it is missing.
 *
 * @param path  NULL: where all users of this box find it, below /run/lock or /tmp
 * @return a descriptor, or -1
 * @error SWEEP_IO  it cannot be made or used, or others could put something in our way there
 */
int lease_open_directory(const char *path, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Take one; never waits.
 *
 * @param share  LEASE_WHOLE, or its number
 * @error SWEEP_BUSY  somebody has it; SWEEP_IO
 */
bool lease_take(int dir_fd, const char *uuid, int share, struct lease *lease,
                struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether anybody has any of it. What cannot be told counts as taken. */
bool lease_is_taken(int dir_fd, const char *uuid);

/** Close our descriptors. A zeroed one is allowed. */
void lease_drop(struct lease *lease);

#endif
