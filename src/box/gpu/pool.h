/*
 * The GPUs that a sweep may give to its trials: which are free, who of ours has which.
 *
 *     if (!pool_open(&pool, &settings, now_ms, err)) ...
 *     capacity = pool_capacity(&pool, &need);      so many attempts may live at a time
 *     if (pool_take(&pool, key, &need, &grant, err)) {
 *         ... launch with grant.leases, on grant.gpus ...
 *         pool_drop(&grant);
 *     }
 *     pool_give_back(&pool, key);                  it has ended
 *
 * A trial gets all its GPUs or none. A GPU on which somebody else computes is left alone, and
 * looked at again (survey.h) while it could be used. What other sweeps hold is known by their
 * leases (lease.h), and what they wait for by their claims (queue.h). GPUs are handed out in the
 * order of the list; parts of them, the emptiest first.
 *
 * A part is a share, so many of which fit on each GPU, or an amount of memory. Memory is reserved
 * by what a trial is said to need and not by what it uses at the moment; but what others use beyond
 * all that is reserved is not given out either.
 *
 * Ownership: the pool owns its survey and bookkeeping; descriptors in the settings are borrowed.
 */
#ifndef SWEEP_BOX_GPU_POOL_H
#define SWEEP_BOX_GPU_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "box/gpu/gpu.h"
#include "box/gpu/lease.h"
#include "box/gpu/queue.h"
#include "box/gpu/survey.h"
#include "sweep/error.h"
#include "trial/attempt.h"

/** The most GPUs of one trial. */
#define POOL_PER_TRIAL_MAX 16

struct pool_settings {
    const struct gpu_list *gpus; /* that may be used, in order of preference; as they were seen */
    uint32_t per_trial;          /* GPUs of one trial; 0: the pool limits nothing */
    uint32_t shares;             /* trials on one GPU at a time, at least 1 */
    bool by_memory;              /* instead of shares: each trial has its need of memory */
    uint32_t leave;              /* GPUs that we never use at the same time as the others */
    int lease_fd;                /* the directory of the leases */
    int program_fd;              /* to look again; -1: never */
};

/** One of ours on one GPU. */
struct pool_holding {
    struct attempt_key key;
    size_t gpu; /* index in the list */
};

/** What an attempt needs of each of its GPUs. */
struct pool_need {
    bool alone;            /* all of it */
    uint64_t memory_bytes; /* with `by_memory`; 0: all of it */
};

/** Zeroed it is closed and limits nothing. */
struct pool {
    struct pool_settings settings;
    struct gpu_list gpus;          /* as they were seen last, without what holders of leases use */
    struct queue *queue;           /* who waits, borrowed; NULL: nobody */
    int files[GPU_MAX];            /* [gpus.count] their leases, to look at; -1: can never be had */
    uint32_t leased[GPU_MAX];      /* [gpus.count] units when it was begun to look */
    uint32_t strangers[GPU_MAX];   /* [gpus.count] units of a leased one that others use besides */
    struct pool_holding *holdings; /* [holding_count] */
    size_t holding_count;
    size_t holding_capacity;
    size_t holder_count; /* attempts of ours that have any */
    struct survey survey;
    int64_t look_ms;            /* when to look again */
    int64_t first_ecc[GPU_MAX]; /* memory errors when the pool was opened */
    bool broken[GPU_MAX];       /* it failed, and is not given out any more */
};

/** What one attempt gets. */
struct pool_grant {
    const struct gpu *gpus[POOL_PER_TRIAL_MAX]; /* [count]; valid until the pool looks again */
    size_t count;
    int leases[POOL_PER_TRIAL_MAX]; /* [count] for its shim and its command */
};

/**
 * A GPU whose lease can never be had is not given out.
 *
 * @error SWEEP_BUSY  there are too many open files
 */
bool pool_open(struct pool *pool, const struct pool_settings *settings, int64_t now_ms,
               struct sweep_error *err) SWEEP_MUST_CHECK;
void pool_close(struct pool *pool);

/**
 * How many attempts may live, those of ours that do included, if the next ones need so much. It is
 * a snapshot: others may be quicker.
 *
 * @return UINT32_MAX when trials need no GPU
 */
uint32_t pool_capacity(const struct pool *pool, const struct pool_need *need);

/** Where no GPUs are left for another attempt with this need, wait in line for those that could be.
 */
void pool_claim(const struct pool *pool, const struct pool_need *need);

/** How many attempts with this need the box has room for when nobody else is there. */
uint32_t pool_room(const struct pool_settings *settings, const struct pool_need *need);

/**
 * Take what one attempt needs.
 *
 * @error SWEEP_BUSY  there is not enough now, others were quicker; SWEEP_IO
 */
bool pool_take(struct pool *pool, struct attempt_key key, const struct pool_need *need,
               struct pool_grant *grant, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Close our copies of its leases: when its shim has them, or will never be. */
void pool_drop(struct pool_grant *grant);

/** An attempt of an earlier runner lives and has these. @param uuids  ends with NULL */
void pool_adopt(struct pool *pool, struct attempt_key key, char *const *uuids);

/** It has ended, or was never started. An attempt that has none is allowed. */
void pool_give_back(struct pool *pool, struct attempt_key key);

/** Whether a GPU of an attempt is known to be broken or gone. */
bool pool_is_broken(const struct pool *pool, struct attempt_key key);

/**
 * A GPU failed an attempt: those of its GPUs that are known to be broken, or all of them where none
 * is, are not given out again. Before pool_give_back().
 *
 * @param[out] names  the uuids of those that were given out until now are appended
 * @return how many these are
 */
size_t pool_quarantine(struct pool *pool, struct attempt_key key, struct strbuf *names);

/**
 * The driver says that a GPU is broken: it is not given out again, nor are the parts of it.
 *
 * @return whether it was given out until now
 */
bool pool_condemn(struct pool *pool, const char *uuid);

/** Append the uuids of all that are not given out any more. @return their number */
size_t pool_list_broken(const struct pool *pool, struct strbuf *names);

/** How many GPUs attempts of ours have. */
uint32_t pool_count_used(const struct pool *pool);

/** Go on looking, if it is time. @return whether pool_capacity() may be another now */
bool pool_look(struct pool *pool, int64_t now_ms);

/** A descriptor that is readable when there is something to look at, or -1. */
int pool_fd(const struct pool *pool);

/** When to call pool_look() at the latest; INT64_MAX: no need. */
int64_t pool_deadline(const struct pool *pool);

#endif
