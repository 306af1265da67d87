/*
 * Opening NVML, and the one of its answers whose form depends on the driver.
 */
#include "box/gpu/nvml_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/array.h"

#define LIBRARY      "libnvidia-ml.so.1"
#define STRIDE_MAX   32
#define BYTES_OFFSET 8 /* in records of every length */

#define ROW(member, symbol)                     \
    {                                           \
        offsetof(struct nvml, member), (symbol) \
    }

static const struct {
    size_t offset;
    const char *symbol;
} SYMBOLS[] = {
    ROW(init, "nvmlInit_v2"),
    ROW(count, "nvmlDeviceGetCount_v2"),
    ROW(handle, "nvmlDeviceGetHandleByIndex_v2"),
    ROW(uuid, "nvmlDeviceGetUUID"),
    ROW(error_text, "nvmlErrorString"),
    ROW(driver, "nvmlSystemGetDriverVersion"),
    ROW(name, "nvmlDeviceGetName"),
    ROW(pci, "nvmlDeviceGetPciInfo_v3"),
    ROW(memory, "nvmlDeviceGetMemoryInfo"),
    ROW(rates, "nvmlDeviceGetUtilizationRates"),
    ROW(temperature, "nvmlDeviceGetTemperature"),
    ROW(power, "nvmlDeviceGetPowerUsage"),
    ROW(energy, "nvmlDeviceGetTotalEnergyConsumption"),
    ROW(ecc, "nvmlDeviceGetTotalEccErrors"),
    ROW(mig_mode, "nvmlDeviceGetMigMode"),
    ROW(mig_max, "nvmlDeviceGetMaxMigDeviceCount"),
    ROW(mig_handle, "nvmlDeviceGetMigDeviceHandleByIndex"),
    ROW(mig_number, "nvmlDeviceGetGpuInstanceId"),
    ROW(slowed, "nvmlDeviceGetCurrentClocksThrottleReasons"),
    ROW(events_create, "nvmlEventSetCreate"),
    ROW(events_register, "nvmlDeviceRegisterEvents"),
    ROW(events_wait, "nvmlEventSetWait_v2"),
    ROW(events_wait_v1, "nvmlEventSetWait"),
    ROW(processes_v3, "nvmlDeviceGetComputeRunningProcesses_v3"),
    ROW(processes_v2, "nvmlDeviceGetComputeRunningProcesses_v2"),
    ROW(processes_v1, "nvmlDeviceGetComputeRunningProcesses"),
};

static void bind(struct nvml *nvml, void *library)
{
    for (size_t i = 0; i < ARRAY_LENGTH(SYMBOLS); i++) {
        void *symbol = dlsym(library, SYMBOLS[i].symbol);
        /* ISO C knows no cast from an object to a function; POSIX lets us copy the bits. */
        memcpy((char *)nvml + SYMBOLS[i].offset, &symbol, sizeof symbol);
    }
}

const char *nvml_status_text(const struct nvml *nvml, int status)
{
    return nvml->error_text != NULL ? nvml->error_text(status) : NULL;
}

bool nvml_open(struct nvml *nvml, struct sweep_error *err)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no " LIBRARY);
    bind(nvml, library);
    if (nvml->init == NULL || nvml->count == NULL || nvml->handle == NULL || nvml->uuid == NULL)
        return sweep_error_set(err, SWEEP_IO, LIBRARY " lacks what every driver has");
    int status = nvml->init();
    if (status == NVML_OK)
        return true;
    const char *text = nvml_status_text(nvml, status);
    return sweep_error_set(err, SWEEP_IO, LIBRARY ": it does not start: %s (%d)",
                           text != NULL ? text : "no reason given", status);
}

/* --- processes ------------------------------------------------------------------------------ */

static pid_t record_pid(const unsigned char *records, size_t stride, size_t index)
{
    unsigned pid;
    memcpy(&pid, records + stride * index, sizeof pid);
    return (pid_t)pid;
}

static bool is_process(pid_t pid)
{
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

static size_t count_processes(const unsigned char *records, size_t stride, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += is_process(record_pid(records, stride, i));
    return found;
}

/* The records of _v3 had 24 bytes, 32 with drivers 535.43 to 535.86, and 24 again. The pids tell:
 * the stride is right with which most of them exist. Pids of another namespace exist with none,
 * then it is the documented one. */
static size_t guess_stride(const unsigned char *records, size_t stride, size_t count)
{
    size_t other = stride == 24 ? STRIDE_MAX : stride;
    return count_processes(records, other, count) > count_processes(records, stride, count)
               ? other
               : stride;
}

bool nvml_list_processes(const struct nvml *nvml, void *device, struct nvml_process *processes,
                         size_t *count)
{
    unsigned char records[STRIDE_MAX * NVML_PROCESSES_MAX];
    const struct {
        nvml_records *list;
        size_t stride;
    } ways[] = {{nvml->processes_v3, 24}, {nvml->processes_v2, 24}, {nvml->processes_v1, 16}};
    *count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        unsigned found = NVML_PROCESSES_MAX;
        memset(records, 0xff, sizeof records);
        if (ways[i].list == NULL || ways[i].list(device, &found, records) != NVML_OK ||
            found > NVML_PROCESSES_MAX)
            continue;
        size_t stride = guess_stride(records, ways[i].stride, found);
        for (size_t k = 0; k < found; k++) {
            processes[k].pid = record_pid(records, stride, k);
            memcpy(&processes[k].bytes, records + stride * k + BYTES_OFFSET,
                   sizeof processes[k].bytes);
        }
        *count = found;
        return true;
    }
    return false;
}
