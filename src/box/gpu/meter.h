/*
 * What the counters of GPUs say now: memory of each process, utilisation, power, energy; and what
 * goes wrong with them. By NVIDIA's library, where that is not to be had by nvidia-smi, by the
 * files of AMD's driver. What is not told stays unknown.
 *
 *     struct meter *meter = meter_open(&settings);
 *     meter_look(meter, now_ms);                        once for all of them
 *     if (meter_read(meter, uuid, now_ms, &reading))
 *         ... reading.busy_percent ...
 *     while (meter_next_fault(meter, &fault))
 *         if (meter_is_hit(meter, &fault, uuid)) ...
 *
 * Its calls may never return: only the sampler's own process makes them. Ownership: meter_close()
 * frees what is ours; NVIDIA's library stays open until the process ends.
 */
#ifndef SWEEP_BOX_GPU_METER_H
#define SWEEP_BOX_GPU_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "box/gpu/fault.h"
#include "box/gpu/gpu.h"

/** The most processes of one GPU that are told. */
#define METER_PROCESSES_MAX 256

struct meter_settings {
    const char *source;     /* who told of the GPUs, as in struct gpu_list; "": nobody knows */
    int program_fd;         /* our own program, open, to run nvidia-smi; -1: it is not run */
    const char *sys;        /* where /sys is */
    const char *kernel_log; /* /dev/kmsg */
};

struct meter_process {
    pid_t pid;
    int64_t bytes; /* or GPU_UNKNOWN */
};

/** Numbers that are not known are GPU_UNKNOWN. */
struct meter_reading {
    int64_t taken_ms;   /* it is as of then, on the caller's clock */
    int64_t used_bytes; /* by anybody, the driver included */
    int64_t busy_percent;
    int64_t power_mw;
    int64_t energy_mj;  /* since the driver was loaded */
    int64_t ecc_errors; /* of its memory that could not be corrected, since then */
    bool is_hot;        /* its hardware slows it down, because of heat */
    bool is_braked;     /* or for another reason */
    bool is_part;       /* a MIG instance, of which power and energy are not known */
    bool is_lost;       /* the driver has it no more, and nothing else is known */
    bool has_processes;
    struct meter_process processes[METER_PROCESSES_MAX]; /* [process_count] */
    size_t process_count;
};

/** What went wrong with which. */
struct meter_fault {
    struct fault fault;
    char uuid[GPU_TEXT_MAX]; /* of a whole GPU; "" where only `bus_id` is known */
    char bus_id[GPU_TEXT_MAX];
    unsigned part; /* the number of its MIG instance, or METER_NO_PART */
    pid_t pid;     /* whose doing it is, or 0 */
};

#define METER_NO_PART UINT32_MAX

struct meter;

/** Never fails: it may know nothing. */
struct meter *meter_open(const struct meter_settings *settings);
void meter_close(struct meter *meter);

/** Before GPUs are read: some ways read all of them together, and not each time. */
void meter_look(struct meter *meter, int64_t now_ms);

/** Read one; false when there is none with that uuid, or nothing is known of it. */
bool meter_read(struct meter *meter, const char *uuid, int64_t now_ms, struct meter_reading *out);

/** Take one that was not taken yet; never waits. */
bool meter_next_fault(struct meter *meter, struct meter_fault *out);

/** Whether it is about that GPU, or about the one of which that is a part. */
bool meter_is_hit(const struct meter *meter, const struct meter_fault *fault, const char *uuid);

#endif
