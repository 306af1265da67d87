/*
 * Reading counters by NVML. Devices are found once: whoever changes MIG instances meanwhile gets no
 * numbers of the new ones.
 */
#include "box/gpu/nvml_meter.h"

#include <string.h>

#include "box/gpu/kernel_log.h"
#include "box/gpu/nvml_library.h"
#include "sweep/mem.h"

struct device {
    char uuid[GPU_TEXT_MAX];
    char bus_id[GPU_TEXT_MAX];
    void *handle;
    size_t whole;  /* index of the GPU that it is, or is a part of */
    unsigned part; /* its number, or METER_NO_PART */
    bool is_part;
};

struct nvml_meter {
    struct nvml nvml;
    struct device devices[GPU_MAX]; /* [count] */
    size_t count;
    bool has_lost; /* the driver had lost some already: they have no name then */
    void *events;  /* or NULL */
};

static bool add_device(struct nvml_meter *meter, void *handle)
{
    struct device *device = &meter->devices[meter->count];
    if (meter->count == GPU_MAX ||
        meter->nvml.uuid(handle, device->uuid, sizeof device->uuid) != NVML_OK)
        return false;
    device->uuid[sizeof device->uuid - 1] = '\0';
    device->handle = handle;
    device->whole = meter->count;
    device->part = METER_NO_PART;
    meter->count++;
    return true;
}

static void add_parts(struct nvml_meter *meter)
{
    const struct nvml *nvml = &meter->nvml;
    size_t whole = meter->count - 1;
    unsigned most = 0;
    unsigned number;
    void *part;
    if (nvml->mig_max == NULL || nvml->mig_handle == NULL ||
        nvml->mig_max(meter->devices[whole].handle, &most) != NVML_OK)
        return;
    for (unsigned i = 0; i < most; i++) {
        if (nvml->mig_handle(meter->devices[whole].handle, i, &part) != NVML_OK ||
            !add_device(meter, part))
            continue;
        struct device *device = &meter->devices[meter->count - 1];
        device->is_part = true;
        device->whole = whole;
        if (nvml->mig_number != NULL && nvml->mig_number(part, &number) == NVML_OK)
            device->part = number;
    }
}

/* Of those that have no such events nothing comes. */
static void add_whole(struct nvml_meter *meter, void *handle)
{
    const struct nvml *nvml = &meter->nvml;
    struct nvml_pci pci = {0};
    if (!add_device(meter, handle))
        return;
    struct device *device = &meter->devices[meter->count - 1];
    if (nvml->pci != NULL && nvml->pci(handle, &pci) == NVML_OK) {
        pci.bus_id[sizeof pci.bus_id - 1] = '\0';
        gpu_set_text(device->bus_id, pci.bus_id);
    }
    if (meter->events != NULL && nvml->events_register != NULL)
        (void)nvml->events_register(handle, NVML_XID, meter->events);
    add_parts(meter);
}

struct nvml_meter *nvml_meter_open(struct sweep_error *err)
{
    struct nvml nvml = {0};
    unsigned count = 0;
    void *handle;
    if (!nvml_open(&nvml, err))
        return NULL;
    struct nvml_meter *meter = sweep_alloc(sizeof *meter);
    meter->nvml = nvml;
    if (nvml.events_create != NULL && nvml.events_create(&meter->events) != NVML_OK)
        meter->events = NULL;
    if (nvml.count(&count) != NVML_OK)
        count = 0;
    for (unsigned i = 0; i < count; i++) {
        int status = nvml.handle(i, &handle);
        meter->has_lost = meter->has_lost || status == NVML_LOST;
        if (status == NVML_OK)
            add_whole(meter, handle);
    }
    return meter;
}

/* --- counters --------------------------------------------------------------------------------- */

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

static void read_health(const struct nvml *nvml, void *device, struct meter_reading *out)
{
    unsigned long long large;
    if (nvml->ecc != NULL &&
        nvml->ecc(device, NVML_UNCORRECTED, NVML_SINCE_LOAD, &large) == NVML_OK &&
        large <= INT64_MAX)
        out->ecc_errors = (int64_t)large;
    if (nvml->slowed != NULL && nvml->slowed(device, &large) == NVML_OK) {
        out->is_hot = (large & NVML_SLOWED_BY_HEAT) != 0;
        out->is_braked = !out->is_hot && (large & NVML_SLOWED) != 0;
    }
}

static const struct device *find(const struct nvml_meter *meter, const char *uuid)
{
    for (size_t i = 0; i < meter->count; i++)
        if (strcmp(meter->devices[i].uuid, uuid) == 0)
            return &meter->devices[i];
    return NULL;
}

bool nvml_meter_read(struct nvml_meter *meter, const char *uuid, struct meter_reading *out)
{
    const struct device *device = find(meter, uuid);
    const struct nvml *nvml = &meter->nvml;
    struct nvml_memory memory = {0};
    out->is_lost = device == NULL && meter->has_lost;
    if (device == NULL)
        return out->is_lost;
    int status = nvml->memory != NULL ? nvml->memory(device->handle, &memory) : NVML_OK;
    out->is_part = device->is_part;
    out->is_lost = status == NVML_LOST;
    if (out->is_lost)
        return true;
    if (nvml->memory != NULL && status == NVML_OK && memory.used <= INT64_MAX)
        out->used_bytes = (int64_t)memory.used;
    if (!device->is_part)
        read_sensors(nvml, device->handle, out);
    read_health(nvml, meter->devices[device->whole].handle, out);
    read_processes(nvml, device->handle, out);
    return true;
}

/* --- faults ----------------------------------------------------------------------------------- */

static bool wait_for_event(const struct nvml_meter *meter, struct nvml_event *event)
{
    const struct nvml *nvml = &meter->nvml;
    if (meter->events == NULL)
        return false;
    if (nvml->events_wait != NULL)
        return nvml->events_wait(meter->events, event, 0) == NVML_OK;
    return nvml->events_wait_v1 != NULL && nvml->events_wait_v1(meter->events, event, 0) == NVML_OK;
}

bool nvml_meter_next_fault(struct nvml_meter *meter, struct meter_fault *out)
{
    struct nvml_event event = {.part = NVML_NO_PART, .subpart = NVML_NO_PART};
    while (wait_for_event(meter, &event)) {
        *out = (struct meter_fault){.fault = {FAULT_XID, (unsigned)event.data}};
        out->part = event.part == NVML_NO_PART ? METER_NO_PART : event.part;
        if (event.kind == NVML_XID &&
            meter->nvml.uuid(event.device, out->uuid, sizeof out->uuid) == NVML_OK)
            return true;
    }
    return false;
}

bool nvml_meter_is_hit(const struct nvml_meter *meter, const struct meter_fault *fault,
                       const char *uuid)
{
    const struct device *device = find(meter, uuid);
    if (device == NULL)
        return false;
    const struct device *whole = &meter->devices[device->whole];
    if (fault->part != METER_NO_PART && device->part != METER_NO_PART &&
        fault->part != device->part)
        return false;
    return fault->uuid[0] != '\0' ? strcmp(whole->uuid, fault->uuid) == 0
                                  : kernel_log_is_bus(whole->bus_id, fault->bus_id);
}
