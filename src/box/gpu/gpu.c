/*
 * Judging one GPU. Where the facts come from is nvml.c's, smi.c's and amd.c's.
 */
#include "box/gpu/gpu.h"

#include <string.h>

#define GIB              (UINT64_C(1) << 30)
#define IDLE_SHARE_PARTS 20 /* a twentieth of its memory */

uint64_t gpu_idle_bytes(const struct gpu *gpu)
{
    uint64_t share = gpu->memory_bytes / IDLE_SHARE_PARTS;
    return share > GIB ? share : GIB;
}

enum gpu_state gpu_judge(const struct gpu *gpu)
{
    if (gpu->trouble[0] != '\0')
        return GPU_UNUSABLE;
    if (gpu->pid_count > 0)
        return GPU_COMPUTES;
    return gpu->used_bytes > gpu_idle_bytes(gpu) ? GPU_FILLED : GPU_FREE;
}

size_t gpu_count_free(const struct gpu_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += gpu_judge(&list->items[i]) == GPU_FREE;
    return count;
}

uint64_t gpu_largest_memory(const struct gpu_list *list)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].memory_bytes > largest)
            largest = list->items[i].memory_bytes;
    return largest;
}

const struct gpu *gpu_find(const struct gpu_list *list, const char *uuid)
{
    const struct gpu *found = NULL;
    size_t size = strlen(uuid);
    for (size_t i = 0; i < list->count && size > 0; i++) {
        const struct gpu *gpu = &list->items[i];
        if (strncmp(gpu->uuid, uuid, size) != 0)
            continue;
        if (gpu->uuid[size] == '\0')
            return gpu;
        if (found != NULL)
            return NULL; /* it means more than one */
        found = gpu;
    }
    return found;
}

struct gpu *gpu_list_add(struct gpu_list *list, enum gpu_vendor vendor)
{
    if (list->count == GPU_MAX)
        return NULL;
    struct gpu *gpu = &list->items[list->count];
    *gpu = (struct gpu){
        .vendor = vendor,
        .index = (unsigned)list->count,
        .busy_percent = GPU_UNKNOWN,
        .temperature_c = GPU_UNKNOWN,
        .power_mw = GPU_UNKNOWN,
        .energy_mj = GPU_UNKNOWN,
        .ecc_errors = GPU_UNKNOWN,
    };
    list->count++;
    return gpu;
}

void gpu_set_view(char field[GPU_TEXT_MAX], struct strview text)
{
    size_t size = text.size < GPU_TEXT_MAX - 1 ? text.size : GPU_TEXT_MAX - 1;
    for (size_t i = 0; i < size; i++)
        field[i] = (unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f ? ' ' : text.data[i];
    field[size] = '\0';
}

void gpu_add_process(struct gpu *gpu, pid_t pid, int64_t bytes)
{
    if (gpu->pid_count == GPU_PIDS_MAX)
        return;
    gpu->pids[gpu->pid_count] = pid;
    gpu->pid_bytes[gpu->pid_count++] = bytes;
}

void gpu_set_text(char field[GPU_TEXT_MAX], const char *text)
{
    gpu_set_view(field, strview_of(text));
}
