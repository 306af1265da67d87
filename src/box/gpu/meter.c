/*
 * Which way there is to read counters; the kernel's log is read beside it.
 */
#include "box/gpu/meter.h"

#include <string.h>

#include "box/gpu/amd.h"
#include "box/gpu/kernel_log.h"
#include "box/gpu/list_meter.h"
#include "box/gpu/nvml_meter.h"
#include "box/gpu/smi.h"
#include "sweep/mem.h"

struct meter {
    struct nvml_meter *nvml; /* or NULL: by lists */
    struct list_meter list;
    struct kernel_log log;
};

/* A library that crashes or hangs is not tried again: the list came another way then. */
struct meter *meter_open(const struct meter_settings *settings)
{
    struct meter *meter = sweep_alloc(sizeof *meter);
    bool is_amd = strcmp(settings->source, AMD_SOURCE) == 0;
    meter->list.program_fd = settings->program_fd;
    if (is_amd) {
        meter->list.sys = settings->sys;
        return meter;
    }
    kernel_log_open(&meter->log, settings->kernel_log);
    if (strcmp(settings->source, SMI_SOURCE) != 0)
        meter->nvml = nvml_meter_open(NULL);
    return meter;
}

void meter_close(struct meter *meter)
{
    if (meter == NULL)
        return;
    kernel_log_close(&meter->log);
    survey_end(&meter->list.survey);
    sweep_free(meter->nvml);
    sweep_free(meter);
}

void meter_look(struct meter *meter, int64_t now_ms)
{
    if (meter->nvml == NULL)
        list_meter_look(&meter->list, now_ms);
}

bool meter_read(struct meter *meter, const char *uuid, int64_t now_ms, struct meter_reading *out)
{
    *out = (struct meter_reading){
        .taken_ms = now_ms,
        .used_bytes = GPU_UNKNOWN,
        .busy_percent = GPU_UNKNOWN,
        .power_mw = GPU_UNKNOWN,
        .energy_mj = GPU_UNKNOWN,
        .ecc_errors = GPU_UNKNOWN,
    };
    return meter->nvml != NULL ? nvml_meter_read(meter->nvml, uuid, out)
                               : list_meter_read(&meter->list, uuid, out);
}

bool meter_next_fault(struct meter *meter, struct meter_fault *out)
{
    struct kernel_log_entry entry;
    if (kernel_log_next(&meter->log, &entry)) {
        *out = (struct meter_fault){
            .fault = {FAULT_XID, entry.xid}, .part = METER_NO_PART, .pid = entry.pid};
        memcpy(out->bus_id, entry.bus_id, sizeof out->bus_id);
        return true;
    }
    return meter->nvml != NULL && nvml_meter_next_fault(meter->nvml, out);
}

bool meter_is_hit(const struct meter *meter, const struct meter_fault *fault, const char *uuid)
{
    return meter->nvml != NULL ? nvml_meter_is_hit(meter->nvml, fault, uuid)
                               : list_meter_is_hit(&meter->list, fault, uuid);
}
