/*
 * What the counters of GPUs say now: memory of each process, utilisation, power, energy. By NVML
 * alone; what it does not tell stays unknown.
 *
 *     struct meter *meter = meter_open(err);
 *     if (meter_read(meter, uuid, &reading))
 *         ... reading.busy_percent ...
 *
 * Its calls may never return: only the sampler's own process makes them. There is no way to close
 * it: the process ends instead.
 */
#ifndef SWEEP_EXEC_GPU_METER_H
#define SWEEP_EXEC_GPU_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "exec/gpu/gpu.h"
#include "sweep/error.h"

/** The most processes of one GPU that are told. */
#define METER_PROCESSES_MAX 256

struct meter_process {
    pid_t pid;
    int64_t bytes; /* or GPU_UNKNOWN */
};

/** Numbers that are not known are GPU_UNKNOWN. */
struct meter_reading {
    int64_t used_bytes; /* by anybody, the driver included */
    int64_t busy_percent;
    int64_t power_mw;
    int64_t energy_mj; /* since the driver was loaded */
    bool is_part;      /* a MIG instance, of which power and energy are not known */
    bool has_processes;
    struct meter_process processes[METER_PROCESSES_MAX]; /* [process_count] */
    size_t process_count;
};

struct meter;

/** @error as nvml_survey() */
struct meter *meter_open(struct sweep_error *err) SWEEP_MUST_CHECK;

/** Read one; false when there is none with that uuid, or it is gone. */
bool meter_read(struct meter *meter, const char *uuid, struct meter_reading *out);

#endif
