/*
 * The processors and the memory of the box: what trials reserve of them, between all sweeps and
 * users, and on which processors each runs.
 *
 *     host_open(&host, &settings);
 *     if (!host_join(&host, err))
 *         ...
 *     capacity = host_capacity(&host);
 *     if (host_take(&host, key, gpus, &grant, err)) {
 *         ... launch with grant.leases ...
 *         host_pin(&grant, pid);
 *         host_drop(&grant);
 *     }
 *     host_give_back(&host, key);
 *
 * Both are leases as those of GPUs (gpu/lease.h), in the same directory: of processors each is a
 * unit, memory is given out by its amount. Trials that have processors of their own run on these,
 * near their GPUs where that can be had; without, a trial with GPUs may run on all that are near to
 * them.
 *
 * Ownership: host_close(); descriptors in the settings are borrowed.
 */
#ifndef SWEEP_BOX_HOST_H
#define SWEEP_BOX_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "box/gpu/gpu.h"
#include "box/gpu/queue.h"
#include "sweep/error.h"
#include "trial/attempt.h"

/** The most processors of a box. */
#define HOST_CPUS_MAX 4096

/** The most leases of one attempt. */
#define HOST_LEASES_MAX 2

struct host_settings {
    uint32_t cpus;         /* of each trial; 0: they share all */
    uint64_t memory_bytes; /* of each trial; 0: nothing is reserved */
    int lease_fd;          /* the directory of the leases; used only with one of these */
    const char *sys;       /* where /sys is */
};

/** What one attempt gets. */
struct host_grant {
    int leases[HOST_LEASES_MAX]; /* [lease_count] */
    size_t lease_count;
    uint32_t cpus[HOST_CPUS_MAX]; /* [cpu_count] on which it is to run; none: on all */
    size_t cpu_count;
};

/** Zeroed it is closed and limits nothing. */
struct host {
    struct host_settings settings;
    struct queue *queue;          /* who waits, borrowed; NULL: nobody */
    bool has_joined;              /* both of these are open or -1 */
    int cpus_fd;                  /* their leases, to look at */
    int memory_fd;                /* its leases, to look at */
    uint32_t cpus[HOST_CPUS_MAX]; /* [cpu_count] that we may use */
    size_t cpu_count;
    uint64_t memory_bytes;       /* of the box */
    struct attempt_key *holders; /* [holder_count] attempts that have reserved something */
    size_t holder_count;
    size_t holder_capacity;
};

/** The number of processors that we may use; at least 1. */
unsigned host_processors(void);

void host_open(struct host *host, const struct host_settings *settings);
void host_close(struct host *host);

/** Take part in what all sweeps reserve, if trials reserve anything. @error as lease_open() */
bool host_join(struct host *host, struct sweep_error *err) SWEEP_MUST_CHECK;

/** How many attempts may live, those of ours that do included; UINT32_MAX when nothing is reserved.
 */
uint32_t host_capacity(const struct host *host);

/** Where no room is left for another attempt, wait in line for what is short. */
void host_claim(const struct host *host);

/** How many attempts the box has room for when nobody else is there. */
uint32_t host_room(const struct host *host);

/**
 * Reserve what one attempt needs, and choose where it runs.
 *
 * @param gpus  [gpu_count] that it has
 * @error SWEEP_BUSY  there is not enough now; SWEEP_IO
 */
bool host_take(struct host *host, struct attempt_key key, const struct gpu *const *gpus,
               size_t gpu_count, struct host_grant *grant,
               struct sweep_error *err) SWEEP_MUST_CHECK;

/** Let a process, and those that it will start, run where the grant says. */
void host_pin(const struct host_grant *grant, pid_t pid);

/** Close our copies of the leases. */
void host_drop(struct host_grant *grant);

/** An attempt of an earlier runner lives and has reserved something. */
void host_adopt(struct host *host, struct attempt_key key);

/** It has ended, or was never started. */
void host_give_back(struct host *host, struct attempt_key key);

#endif
