/*
 * What NVML tells of each GPU, put into a list.
 */
#include "box/gpu/nvml.h"

#include <string.h>

#include "box/gpu/nvml_library.h"

static void list_processes(const struct nvml *nvml, void *device, struct gpu *gpu)
{
    struct nvml_process processes[NVML_PROCESSES_MAX];
    size_t count;
    (void)nvml_list_processes(nvml, device, processes, &count);
    for (size_t i = 0; i < count; i++)
        gpu_add_process(gpu, processes[i].pid,
                        processes[i].bytes <= INT64_MAX ? (int64_t)processes[i].bytes
                                                        : GPU_UNKNOWN);
}

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
        memory.total == NVML_UNKNOWN_MEMORY)
        return;
    gpu->memory_bytes = memory.total;
    gpu->used_bytes = memory.used == NVML_UNKNOWN_MEMORY ? 0 : memory.used;
}

static void read_sensors(const struct nvml *nvml, void *device, struct gpu *gpu)
{
    struct nvml_rates rates;
    unsigned number;
    unsigned long long large;
    if (nvml->rates != NULL && nvml->rates(device, &rates) == NVML_OK)
        gpu->busy_percent = rates.gpu;
    if (nvml->temperature != NULL && nvml->temperature(device, NVML_CORE, &number) == NVML_OK)
        gpu->temperature_c = number;
    if (nvml->power != NULL && nvml->power(device, &number) == NVML_OK)
        gpu->power_mw = number;
    if (nvml->energy != NULL && nvml->energy(device, &large) == NVML_OK && large <= INT64_MAX)
        gpu->energy_mj = (int64_t)large;
    if (nvml->ecc != NULL &&
        nvml->ecc(device, NVML_UNCORRECTED, NVML_SINCE_LOAD, &large) == NVML_OK &&
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
        const char *text = nvml_status_text(nvml, status);
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
        mode != NVML_MIG_ON) {
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
    if (!nvml_open(&nvml, err))
        return false;
    int status = nvml.count(&count);
    if (status != NVML_OK) {
        const char *text = nvml_status_text(&nvml, status);
        return sweep_error_set(err, SWEEP_IO, "NVML does not count the GPUs: %s (%d)",
                               text != NULL ? text : "no reason given", status);
    }
    gpu_set_text(list->source, "NVML");
    if (nvml.driver != NULL && nvml.driver(list->driver, sizeof list->driver) != NVML_OK)
        list->driver[0] = '\0';
    for (unsigned i = 0; i < count; i++)
        add_gpu(&nvml, i, list);
    return true;
}
