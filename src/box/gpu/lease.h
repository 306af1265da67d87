/*
 * Who has how much of which GPU, between all sweeps and all users of a box.
 *
 * A GPU is a file that is called like it, of LEASE_UNITS bytes that are never written: each stands
 * for so much of the GPU, and a lease is a lock on some of them (an open file description lock).
 * The supervisor and the processes of the trial inherit its descriptor: so it ends exactly when the
 * last of them is gone, whatever becomes of the runner, and a new runner has nothing to clean up.
 *
 *     if (lease_take(dir_fd, gpu->uuid, LEASE_UNITS / 3, &lease, err))
 *         ... hand lease.fd to the shim ...
 *     lease_drop(&lease);      our copy; theirs holds
 *
 * Locks are for reading, so that a file of another user can be locked too, and do not exclude each
 * other by themselves: whoever takes one looks first who has which bytes, and for that moment holds
 * the door, another lock (flock) on the same file. Looking alone needs no door and hinders nobody.
 *
 * Ownership: a lease owns its descriptor.
 */
#ifndef SWEEP_BOX_GPU_LEASE_H
#define SWEEP_BOX_GPU_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/error.h"

/** The whole of one; it can be shared out evenly among 1 to 16. */
#define LEASE_UNITS 720720

/** Zeroed it holds nothing. */
struct lease {
    bool is_held;
    int fd;
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
 * Open one to look at it, and so see whether it can be had at all, by whomever: nobody ever gives
 * back what is no plain file. Keep it open for as long as you look: who waits for a lease is woken
 * by each descriptor that is closed (queue.h). A directory that somebody removed is made again, and
 * dir_fd is that one then.
 *
 * @return a descriptor, or -1
 * @error SWEEP_IO  never; SWEEP_BUSY  not now: there are too many open files
 */
int lease_open(int dir_fd, const char *name, struct sweep_error *err) SWEEP_MUST_CHECK;

/** The same, but none is made. @return a descriptor, or -1: nobody ever had it, or none can */
int lease_find(int dir_fd, const char *name);

/** Whether somebody removed the file: then others take of its successor, which knows nothing of
 * those who have a part of this one. */
bool lease_is_removed(int fd);

/**
 * Take so much of one; never waits, but for milliseconds on others who are at it.
 *
 * @param units  [1, LEASE_UNITS], whichever are free
 * @error SWEEP_BUSY  so much is not free; SWEEP_IO
 */
bool lease_take(int dir_fd, const char *name, uint32_t units, struct lease *lease,
                struct sweep_error *err) SWEEP_MUST_CHECK;

/** Some of certain units: processors, each of which is one. */
struct lease_places {
    const uint32_t *units; /* [count] below LEASE_UNITS, those first that are wanted most */
    size_t count;
};

struct lease_wish {
    struct lease_places places;
    size_t wanted;   /* how many of them, at least 1 */
    uint32_t *taken; /* [wanted] which they are, afterwards */
};

/** Take so many of certain ones. @error as lease_take() */
bool lease_take_places(int dir_fd, const char *name, const struct lease_wish *wish,
                       struct lease *lease, struct sweep_error *err) SWEEP_MUST_CHECK;

/** How many of certain ones nobody has. @param fd  of lease_open(); -1: none are free */
size_t lease_free_places(int fd, const struct lease_places *places);

/** How much of one nobody has; 0 where that cannot be told. @param fd  as above */
uint32_t lease_free(int fd);

/** How much of one nobody will have as soon as one lease ends, the largest. @param fd  as above */
uint32_t lease_soon(int fd);

/**
 * Keep everybody else from taking anything of a file until flock(fd, LOCK_UN).
 *
 * @return false when others do that, and go on
 */
bool lease_open_door(int fd);

/** Close our descriptor. A zeroed one is allowed. */
void lease_drop(struct lease *lease);

#endif
