/*
 * Reading counters by NVML. Devices are found once: whoever changes MIG instances meanwhile gets no
 * numbers of the new ones.
 */
#include "exec/gpu/meter.h"

#include <string.h>

#include "exec/gpu/nvml_library.h"
#include "sweep/mem.h"

struct device {
    char uuid[GPU_TEXT_MAX];
    void *handle;
    bool is_part;
};

struct meter {
    struct nvml nvml;
    struct device devices[GPU_MAX]; /* [count] */
    size_t count;
};

static void add_device(struct meter *meter, void *handle, bool is_part)
{
    struct device *device = &meter->devices[meter->count];
    if (meter->count == GPU_MAX ||
        meter->nvml.uuid(handle, device->uuid, sizeof device->uuid) != NVML_OK)
        return;
    device->uuid[sizeof device->uuid - 1] = '\0';
    device->handle = handle;
    device->is_part = is_part;
    meter->count++;
}

static void add_parts(struct meter *meter, void *whole)
{
    const struct nvml *nvml = &meter->nvml;
    unsigned most = 0;
    void *part;
    if (nvml->mig_max == NULL || nvml->mig_handle == NULL || nvml->mig_max(whole, &most) != NVML_OK)
        return;
    for (unsigned i = 0; i < most; i++)
        if (nvml->mig_handle(whole, i, &part) == NVML_OK)
            add_device(meter, part, true);
}

struct meter *meter_open(struct sweep_error *err)
{
    struct nvml nvml = {0};
    unsigned count = 0;
    void *handle;
    if (!nvml_open(&nvml, err))
        return NULL;
    struct meter *meter = sweep_alloc(sizeof *meter);
    meter->nvml = nvml;
    if (nvml.count(&count) != NVML_OK)
        count = 0;
    for (unsigned i = 0; i < count; i++) {
        if (nvml.handle(i, &handle) != NVML_OK)
            continue;
        add_device(meter, handle, false);
        add_parts(meter, handle);
    }
    return meter;
}

static void read_processes(const struct nvml *nvml, void *device, struct meter_reading *out)
{
    struct nvml_process processes[NVML_PROCESSES_MAX];
    size_t count;
    out->has_processes = nvml_list_processes(nvml, device, processes, &count);
    for (size_t i = 0; i < count && i < METER_PROCESSES_MAX; i++) {
        bool is_known = processes[i].bytes <= INT64_MAX;
        out->processes[out->process_count++] = (struct meter_process){
            processes[i].pid, is_known ? (int64_t)processes[i].bytes : GPU_UNKNOWN};
    }
}

static void read_sensors(const struct nvml *nvml, void *device, struct meter_reading *out)
{
    struct nvml_rates rates;
    unsigned number;
    unsigned long long large;
    if (nvml->rates != NULL && nvml->rates(device, &rates) == NVML_OK && rates.gpu <= 100)
        out->busy_percent = rates.gpu;
    if (nvml->power != NULL && nvml->power(device, &number) == NVML_OK)
        out->power_mw = number;
    if (nvml->energy != NULL && nvml->energy(device, &large) == NVML_OK && large <= INT64_MAX)
        out->energy_mj = (int64_t)large;
}

bool meter_read(struct meter *meter, const char *uuid, struct meter_reading *out)
{
    const struct device *device = NULL;
    struct nvml_memory memory = {0};
    const struct nvml *nvml = &meter->nvml;
    for (size_t i = 0; i < meter->count && device == NULL; i++)
        if (strcmp(meter->devices[i].uuid, uuid) == 0)
            device = &meter->devices[i];
    if (device == NULL)
        return false;
    out->used_bytes = out->busy_percent = out->power_mw = out->energy_mj = GPU_UNKNOWN;
    out->is_part = device->is_part;
    out->process_count = 0;
    int status = nvml->memory != NULL ? nvml->memory(device->handle, &memory) : NVML_OK;
    if (status == NVML_LOST)
        return false;
    if (nvml->memory != NULL && status == NVML_OK && memory.used <= INT64_MAX)
        out->used_bytes = (int64_t)memory.used;
    if (!device->is_part)
        read_sensors(nvml, device->handle, out);
    read_processes(nvml, device->handle, out);
    return true;
}
