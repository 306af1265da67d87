/*
 * What the files of the sampler's process share: whom it watches, and the GPUs that these have.
 *
 * sampling.c takes orders, looks and tells what attempts take; health.c tells what goes wrong with
 * their GPUs. Nothing else includes this.
 */
#ifndef SWEEP_BOX_SAMPLING_STATE_H
#define SWEEP_BOX_SAMPLING_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "box/gpu/meter.h"
#include "box/sampling.h"
#include "proc/family.h"
#include "trial/attempt.h"

/** The most GPUs of one attempt. */
#define SAMPLING_GPUS_MAX 16

/** The most different faults of one attempt that are told. */
#define SAMPLING_FAULTS_MAX 16

/* A GPU that attempts have. */
struct seat {
    char uuid[GPU_TEXT_MAX];
    size_t holders;
    size_t sharers; /* of these, those that had it when it was read before */
    int64_t at_us;  /* when it was read last; 0: it could not be */
    struct meter_reading reading;
    bool has_strangers;  /* processes that belong to none of ours */
    int64_t least_bytes; /* of its memory that was ever seen in use, or GPU_UNKNOWN */
    unsigned slowed;     /* looks one after the other in which its hardware slowed it down */

    int64_t busy_us; /* since the look before, or USAGE_UNKNOWN */
    int64_t energy_mj;
};

/* Something that was told. */
struct told_fault {
    const struct seat *seat;
    struct fault fault;
};

struct watched {
    struct attempt_key key;
    struct family family;
    struct seat *seats[SAMPLING_GPUS_MAX]; /* [seat_count] */
    int64_t
        used_before[SAMPLING_GPUS_MAX]; /* [seat_count] of their memory by others, or GPU_UNKNOWN */
    size_t seat_count;
    bool is_new;                                 /* nothing of it ran before it was watched */
    int64_t since_us;                            /* when it was looked at first; 0: not yet */
    int64_t at_us;                               /* and last */
    int64_t walked_us;                           /* when it was found out who belongs to it */
    struct told_fault told[SAMPLING_FAULTS_MAX]; /* [told_count] */
    size_t told_count;
};

struct sampling {
    const struct sampling_settings *settings;
    char source[GPU_TEXT_MAX]; /* who told of the GPUs */
    struct meter *meter;       /* NULL until the first attempt with a GPU */
    struct seat **seats;       /* [seat_count] */
    size_t seat_count;
    size_t seat_capacity;
    struct watched **watched; /* [watched_count] */
    size_t watched_count;
    size_t watched_capacity;
    struct strbuf in;
    struct strbuf out;
    int64_t now_us;
    int64_t cost_us; /* of the last look, of a processor */
};

/* health.c */

/** Tell those that have a GPU what is wrong with it, if they were not told before.
 * @param pid  whose doing it is, or 0 */
void health_tell(struct sampling *sampling, const struct seat *seat, const struct fault *fault,
                 pid_t pid);

/** Tell what the driver complains of since the last time. */
void health_take(struct sampling *sampling);

/** Tell what the counters of a GPU say of its health; `seat` has those before. */
void health_check(struct sampling *sampling, struct seat *seat, const struct meter_reading *now);

#endif
