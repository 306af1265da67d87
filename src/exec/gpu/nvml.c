/*
 * NVML's interface is written down here as far as we use it. All but four of its functions may be
 * missing, and every one may answer "not supported": such facts stay unknown.
 */
#include "exec/gpu/nvml.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/array.h"

#define LIBRARY        "libnvidia-ml.so.1"
#define NVML_OK        0
#define NVML_LOST      15
#define UNCORRECTED    1
#define SINCE_LOADED   0
#define CORE_SENSOR    0
#define MIG_ON         1
#define STRIDE_MAX     32
#define RECORDS_MAX    256
#define UNKNOWN_MEMORY UINT64_MAX

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

typedef int nvml_records(void *device, unsigned *count, void *records);

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
    nvml_records *processes_v3;
    nvml_records *processes_v2;
    nvml_records *processes_v1;
};

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

static bool fail(const struct nvml *nvml, int status, const char *what, struct sweep_error *err)
{
    const char *text = nvml->error_text != NULL ? nvml->error_text(status) : NULL;
    return sweep_error_set(err, SWEEP_IO, LIBRARY ": %s: %s (%d)", what,
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

static void list_processes(const struct nvml *nvml, void *device, struct gpu *gpu)
{
    unsigned char records[STRIDE_MAX * RECORDS_MAX];
    const struct {
        nvml_records *list;
        size_t stride;
    } ways[] = {{nvml->processes_v3, 24}, {nvml->processes_v2, 24}, {nvml->processes_v1, 16}};
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        unsigned count = RECORDS_MAX;
        memset(records, 0xff, sizeof records);
        if (ways[i].list == NULL || ways[i].list(device, &count, records) != NVML_OK ||
            count > RECORDS_MAX)
            continue;
        size_t stride = guess_stride(records, ways[i].stride, count);
        for (size_t k = 0; k < count && gpu->pid_count < GPU_PIDS_MAX; k++)
            gpu->pids[gpu->pid_count++] = record_pid(records, stride, k);
        return;
    }
}

/* --- one GPU -------------------------------------------------------------------------------- */

static void read_texts(const struct nvml *nvml, void *device, struct gpu *gpu)
{
    char text[GPU_TEXT_MAX] = "";
    struct nvml_pci pci = {0};
    if (nvml->uuid(device, text, sizeof text) == NVML_OK)
        gpu_set_text(gpu->uuid, text);
    if (nvml->name != NULL && nvml->name(device, text, sizeof text) == NVML_OK)
        gpu_set_text(gpu->name, text);
    if (nvml->pci != NULL && nvml->pci(device, &pci) == NVML_OK) {
        pci.bus_id[sizeof pci.bus_id - 1] = '\0';
        gpu_set_text(gpu->bus_id, pci.bus_id);
    }
}

static void read_memory(const struct nvml *nvml, void *device, struct gpu *gpu)
{
    struct nvml_memory memory = {0};
    if (nvml->memory == NULL || nvml->memory(device, &memory) != NVML_OK ||
        memory.total == UNKNOWN_MEMORY)
        return;
    gpu->memory_bytes = memory.total;
    gpu->used_bytes = memory.used == UNKNOWN_MEMORY ? 0 : memory.used;
}

static void read_sensors(const struct nvml *nvml, void *device, struct gpu *gpu)
{
    struct nvml_rates rates;
    unsigned number;
    unsigned long long large;
    if (nvml->rates != NULL && nvml->rates(device, &rates) == NVML_OK)
        gpu->busy_percent = rates.gpu;
    if (nvml->temperature != NULL && nvml->temperature(device, CORE_SENSOR, &number) == NVML_OK)
        gpu->temperature_c = number;
    if (nvml->power != NULL && nvml->power(device, &number) == NVML_OK)
        gpu->power_mw = number;
    if (nvml->energy != NULL && nvml->energy(device, &large) == NVML_OK && large <= INT64_MAX)
        gpu->energy_mj = (int64_t)large;
    if (nvml->ecc != NULL && nvml->ecc(device, UNCORRECTED, SINCE_LOADED, &large) == NVML_OK &&
        large <= INT64_MAX)
        gpu->ecc_errors = (int64_t)large;
}

/* Index, name, bus and sensors are the whole GPU's; uuid, memory and processes its own. */
static bool add_instances(const struct nvml *nvml, void *device, const struct gpu *whole,
                          struct gpu_list *list)
{
    unsigned max = 0;
    void *instance;
    size_t before = list->count;
    if (nvml->mig_max == NULL || nvml->mig_handle == NULL || nvml->mig_max(device, &max) != NVML_OK)
        return false;
    for (unsigned i = 0; i < max; i++) {
        if (nvml->mig_handle(device, i, &instance) != NVML_OK)
            continue;
        struct gpu *gpu = gpu_list_add(list, GPU_NVIDIA);
        if (gpu == NULL)
            return true;
        *gpu = *whole;
        memcpy(gpu->parent, whole->uuid, sizeof gpu->parent);
        gpu->uuid[0] = '\0';
        read_texts(nvml, instance, gpu);
        read_memory(nvml, instance, gpu);
        list_processes(nvml, instance, gpu);
    }
    return list->count > before;
}

static void add_gpu(const struct nvml *nvml, unsigned index, struct gpu_list *list)
{
    void *device = NULL;
    unsigned mode = 0;
    unsigned pending = 0;
    int status = nvml->handle(index, &device);
    struct gpu *gpu = gpu_list_add(list, GPU_NVIDIA);
    if (gpu == NULL)
        return;
    gpu->index = index;
    if (status != NVML_OK) {
        const char *text = nvml->error_text != NULL ? nvml->error_text(status) : NULL;
        gpu_set_text(gpu->trouble, status == NVML_LOST ? "it has fallen off the bus"
                                   : text != NULL      ? text
                                                       : "the driver gives no access to it");
        return;
    }
    read_texts(nvml, device, gpu);
    read_memory(nvml, device, gpu);
    read_sensors(nvml, device, gpu);
    if (gpu->uuid[0] == '\0')
        gpu_set_text(gpu->trouble, "the driver does not tell its UUID");
    if (nvml->mig_mode == NULL || nvml->mig_mode(device, &mode, &pending) != NVML_OK ||
        mode != MIG_ON) {
        list_processes(nvml, device, gpu);
        return;
    }
    struct gpu whole = *gpu;
    list->count--;
    if (add_instances(nvml, device, &whole, list))
        return;
    gpu = gpu_list_add(list, GPU_NVIDIA);
    *gpu = whole;
    gpu_set_text(gpu->trouble, GPU_MIG_EMPTY);
}

bool nvml_survey(struct gpu_list *list, struct sweep_error *err)
{
    struct nvml nvml = {0};
    unsigned count = 0;
    int status;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no " LIBRARY);
    /* It is never closed: the process ends when it has told, and drivers leave threads behind. */
    bind(&nvml, library);
    if (nvml.init == NULL || nvml.count == NULL || nvml.handle == NULL || nvml.uuid == NULL)
        return sweep_error_set(err, SWEEP_IO, LIBRARY " lacks what every driver has");
    if ((status = nvml.init()) != NVML_OK)
        return fail(&nvml, status, "it does not start", err);
    if ((status = nvml.count(&count)) != NVML_OK)
        return fail(&nvml, status, "it does not count the GPUs", err);
    gpu_set_text(list->source, "NVML");
    if (nvml.driver != NULL && nvml.driver(list->driver, sizeof list->driver) != NVML_OK)
        list->driver[0] = '\0';
    for (unsigned i = 0; i < count; i++)
        add_gpu(&nvml, i, list);
    return true;
}
