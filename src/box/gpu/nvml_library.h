/*
 * NVML's interface, written down as far as we use it. All but four of its functions may be missing,
 * and every one may answer "not supported": such facts stay unknown.
 *
 *     if (nvml_open(&nvml, err))
 *         if (nvml.power != NULL && nvml.power(device, &milliwatt) == NVML_OK) ...
 *
 * Its calls may never return: only processes that can be given up make them. It is never closed:
 * such a process ends when it is done, and drivers leave threads behind.
 *
 * Internal to the gpu folder.
 *
 * @see NVIDIA, NVML API Reference Guide
 */
#ifndef SWEEP_BOX_GPU_NVML_LIBRARY_H
#define SWEEP_BOX_GPU_NVML_LIBRARY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sweep/error.h"

#define NVML_OK          0
#define NVML_LOST        15
#define NVML_UNCORRECTED 1 /* a kind of memory error */
#define NVML_SINCE_LOAD  0 /* over which they are counted */
#define NVML_CORE        0 /* a sensor of temperature */
#define NVML_MIG_ON      1
#define NVML_XID         8 /* a kind of event */

/** Why the hardware slows itself down: bits of nvml.slowed. */
#define NVML_SLOWED         0x08u
#define NVML_SLOWED_BY_HEAT 0x40u

/** The part of an event that is about a whole GPU. */
#define NVML_NO_PART UINT_MAX

/** What memory says that is not known. */
#define NVML_UNKNOWN_MEMORY UINT64_MAX

/** The most processes of one GPU that are taken. */
#define NVML_PROCESSES_MAX 256

struct nvml_memory {
    unsigned long long total, free, used;
};

struct nvml_rates {
    unsigned gpu, memory;
};

struct nvml_pci {
    char legacy_bus_id[16];
    unsigned domain, bus, device, device_id, subsystem_id;
    char bus_id[32];
};

struct nvml_event {
    void *device;
    unsigned long long kind;
    unsigned long long data; /* of NVML_XID: the number */
    unsigned part;           /* the number of a MIG instance, or NVML_NO_PART */
    unsigned subpart;
};

typedef int nvml_records(void *device, unsigned *count, void *records);

/** Functions that may be NULL, but for the first four. All return NVML_OK or a status. */
struct nvml {
    int (*init)(void);
    int (*count)(unsigned *count);
    int (*handle)(unsigned index, void **device);
    int (*uuid)(void *device, char *text, unsigned size);
    const char *(*error_text)(int status);
    int (*driver)(char *text, unsigned size);
    int (*name)(void *device, char *text, unsigned size);
    int (*pci)(void *device, struct nvml_pci *pci);
    int (*memory)(void *device, struct nvml_memory *memory);
    int (*rates)(void *device, struct nvml_rates *rates);
    int (*temperature)(void *device, int sensor, unsigned *celsius);
    int (*power)(void *device, unsigned *milliwatt);
    int (*energy)(void *device, unsigned long long *millijoule);
    int (*ecc)(void *device, int kind, int since, unsigned long long *count);
    int (*mig_mode)(void *device, unsigned *current, unsigned *pending);
    int (*mig_max)(void *device, unsigned *count);
    int (*mig_handle)(void *device, unsigned index, void **instance);
    int (*mig_number)(void *instance, unsigned *number);
    int (*slowed)(void *device, unsigned long long *bits);
    int (*events_create)(void **set);
    int (*events_register)(void *device, unsigned long long kinds, void *set);
    int (*events_wait)(void *set, struct nvml_event *event, unsigned timeout_ms);
    int (*events_wait_v1)(void *set, struct nvml_event *event, unsigned timeout_ms);
    nvml_records *processes_v3;
    nvml_records *processes_v2;
    nvml_records *processes_v1;
};

/** One that computes on a GPU. */
struct nvml_process {
    pid_t pid;      /* as the driver's pid namespace numbers it */
    uint64_t bytes; /* of the GPU's memory, or NVML_UNKNOWN_MEMORY */
};

/** Open it. @error SWEEP_NOT_FOUND there is no such library; SWEEP_IO with what it says against it
 */
bool nvml_open(struct nvml *nvml, struct sweep_error *err) SWEEP_MUST_CHECK;

/** What a status means, or NULL. */
const char *nvml_status_text(const struct nvml *nvml, int status);

/**
 * List who computes on a GPU.
 *
 * @param[out] processes  [NVML_PROCESSES_MAX]
 * @return whether the driver tells
 */
bool nvml_list_processes(const struct nvml *nvml, void *device, struct nvml_process *processes,
                         size_t *count);

#endif
