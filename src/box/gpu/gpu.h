/*
 * A GPU, as far as one look tells, and whether it is free.
 *
 *     for (size_t i = 0; i < gpus.count; i++)
 *         if (gpu_judge(&gpus.items[i]) == GPU_FREE)
 *             ... lease gpus.items[i].uuid ...
 *
 * A list is plain values: it is copied by assignment and needs no freeing. What is not known is 0,
 * "" or GPU_UNKNOWN; drivers leave out what they please.
 */
#ifndef SWEEP_BOX_GPU_GPU_H
#define SWEEP_BOX_GPU_GPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strview.h"

/** The most of them in one box; NVIDIA's largest has 16, each cut into 7 at most. */
#define GPU_MAX 128

/** With the final NUL; NVML's own limit. */
#define GPU_TEXT_MAX 96

/** The most processes that are listed for one; more count as so many. */
#define GPU_PIDS_MAX 32

#define GPU_UNKNOWN (-1)

/** The trouble of a GPU that could be cut into instances and is not. */
#define GPU_MIG_EMPTY "MIG is on, and it is not cut into any instance"

enum gpu_vendor {
    GPU_NVIDIA,
    GPU_AMD
};

struct gpu {
    enum gpu_vendor vendor;
    unsigned index; /* as the vendor's tools count, in the order of the PCI bus */
    char uuid[GPU_TEXT_MAX];
    char name[GPU_TEXT_MAX];
    char bus_id[GPU_TEXT_MAX];  /* 00000000:01:00.0 */
    char parent[GPU_TEXT_MAX];  /* of a MIG instance: the uuid of the whole GPU; else "" */
    char trouble[GPU_TEXT_MAX]; /* why nothing can run on it, or "" */
    uint64_t memory_bytes;
    uint64_t used_bytes;      /* by anybody, the driver included */
    int64_t busy_percent;     /* [0, 100] of the last moments, or GPU_UNKNOWN */
    int64_t temperature_c;    /* or GPU_UNKNOWN */
    int64_t power_mw;         /* or GPU_UNKNOWN */
    int64_t energy_mj;        /* since the driver was loaded, or GPU_UNKNOWN */
    int64_t ecc_errors;       /* that could not be corrected, since then, or GPU_UNKNOWN */
    pid_t pids[GPU_PIDS_MAX]; /* [pid_count] that compute on it, as this pid namespace sees them */
    int64_t pid_bytes[GPU_PIDS_MAX]; /* [pid_count] of its memory that each has, or GPU_UNKNOWN */
    size_t pid_count;
};

struct gpu_list {
    struct gpu items[GPU_MAX]; /* [count] */
    size_t count;
    char source[GPU_TEXT_MAX]; /* who told: "NVML", "nvidia-smi", "amdkfd"; "" when nobody did */
    char driver[GPU_TEXT_MAX]; /* its version */
};

enum gpu_state {
    GPU_FREE,
    GPU_COMPUTES, /* a process that is not ours computes on it */
    GPU_FILLED,  /* memory is taken, by whom we cannot see: another container, a sleeping process */
    GPU_UNUSABLE /* see `trouble` */
};

/** Judge whether a trial could have it. One that a trial of ours has is not to be judged: whose the
 * processes are, nothing here tells. */
enum gpu_state gpu_judge(const struct gpu *gpu);

/** How many a trial could have now. */
size_t gpu_count_free(const struct gpu_list *list);

/** The memory of the largest one [bytes]; 0: none tells. */
uint64_t gpu_largest_memory(const struct gpu_list *list);

/** The memory that may be in use on a free one: what the driver and a screen take [bytes]. */
uint64_t gpu_idle_bytes(const struct gpu *gpu);

/** The one with this uuid, or with this unique beginning of one, as CUDA takes it; or NULL. */
const struct gpu *gpu_find(const struct gpu_list *list, const char *uuid);

/** Add one with everything unknown; NULL when the list is full. */
struct gpu *gpu_list_add(struct gpu_list *list, enum gpu_vendor vendor);

/** Add a process; beyond GPU_PIDS_MAX it is dropped. @param bytes  or GPU_UNKNOWN */
void gpu_add_process(struct gpu *gpu, pid_t pid, int64_t bytes);

/** Set a text field of GPU_TEXT_MAX; control characters become spaces, what is too long is cut. */
void gpu_set_text(char field[GPU_TEXT_MAX], const char *text);
void gpu_set_view(char field[GPU_TEXT_MAX], struct strview text);

#endif
