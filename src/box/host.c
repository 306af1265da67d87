/*
 * Bookkeeping of processors and memory; the leases themselves are gpu/lease.c's.
 */
#include "box/host.h"

#include <ctype.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strview.h"
#include "base/sys.h"
#include "box/gpu/lease.h"
#include "sweep/mem.h"

#define CPUS_FILE   "processors"
#define MEMORY_FILE "memory"

#define PATH_SIZE 512
#define TEXT_MAX  4096

/* --- what there is ---------------------------------------------------------------------------- */

/* A set for boxes with more processors than cpu_set_t has room for. */
static bool list_cpus(uint32_t *cpus, size_t *count)
{
    cpu_set_t *set = CPU_ALLOC(HOST_CPUS_MAX);
    size_t size = CPU_ALLOC_SIZE(HOST_CPUS_MAX);
    bool is_known = set != NULL && sched_getaffinity(0, size, set) == 0;
    *count = 0;
    for (uint32_t i = 0; i < HOST_CPUS_MAX && is_known; i++)
        if (CPU_ISSET_S(i, size, set))
            cpus[(*count)++] = i;
    CPU_FREE(set);
    return is_known;
}

unsigned host_processors(void)
{
    uint32_t cpus[HOST_CPUS_MAX];
    size_t count;
    if (list_cpus(cpus, &count))
        return (unsigned)count;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

void host_open(struct host *host, const struct host_settings *settings)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    *host = (struct host){.settings = *settings};
    (void)list_cpus(host->cpus, &host->cpu_count);
    host->memory_bytes = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

bool host_join(struct host *host, struct sweep_error *err)
{
    const struct host_settings *settings = &host->settings;
    host->has_joined = true;
    host->cpus_fd = -1;
    host->memory_fd = -1;
    if (settings->cpus > 0)
        host->cpus_fd = lease_open(settings->lease_fd, CPUS_FILE, err);
    if (settings->cpus > 0 && host->cpus_fd < 0)
        return false;
    if (settings->memory_bytes > 0)
        host->memory_fd = lease_open(settings->lease_fd, MEMORY_FILE, err);
    return settings->memory_bytes == 0 || host->memory_fd >= 0;
}

void host_close(struct host *host)
{
    if (host->has_joined) {
        sys_close(host->cpus_fd);
        sys_close(host->memory_fd);
    }
    sweep_free(host->holders);
    *host = (struct host){0};
}

/* --- how many --------------------------------------------------------------------------------- */

static uint32_t memory_units(const struct host *host)
{
    if (host->settings.memory_bytes > host->memory_bytes)
        return UINT32_MAX;
    double units = (double)host->settings.memory_bytes / (double)host->memory_bytes * LEASE_UNITS;
    uint32_t whole = (uint32_t)units;
    return whole + ((double)whole < units);
}

/* For so many more: by processors and by memory, whichever is less. */
static uint32_t count_fitting(const struct host *host, size_t cpus, uint32_t units)
{
    uint32_t fitting = UINT32_MAX;
    if (host->settings.cpus > 0)
        fitting = (uint32_t)(cpus / host->settings.cpus);
    if (host->settings.memory_bytes > 0 && units / memory_units(host) < fitting)
        fitting = units / memory_units(host);
    return fitting;
}

uint32_t host_room(const struct host *host)
{
    return count_fitting(host, host->cpu_count, LEASE_UNITS);
}

static bool is_ours(const struct host *host, int fd)
{
    return host->queue == NULL || queue_is_ours(host->queue, fd);
}

static size_t free_cpus(const struct host *host)
{
    const struct lease_places places = {host->cpus, host->cpu_count};
    return is_ours(host, host->cpus_fd) ? lease_free_places(host->cpus_fd, &places) : 0;
}

static uint32_t free_memory(const struct host *host)
{
    return is_ours(host, host->memory_fd) ? lease_free(host->memory_fd) : 0;
}

uint32_t host_capacity(const struct host *host)
{
    size_t cpus = host->settings.cpus > 0 ? free_cpus(host) : 0;
    uint32_t units = host->settings.memory_bytes > 0 ? free_memory(host) : 0;
    uint32_t fitting = count_fitting(host, cpus, units);
    return fitting == UINT32_MAX ? UINT32_MAX : fitting + (uint32_t)host->holder_count;
}

void host_claim(const struct host *host)
{
    if (host->queue == NULL)
        return;
    if (host->settings.cpus > 0 && free_cpus(host) < host->settings.cpus)
        queue_claim(host->queue, host->cpus_fd);
    if (host->settings.memory_bytes > 0 && free_memory(host) < memory_units(host))
        queue_claim(host->queue, host->memory_fd);
}

/* --- near a GPU ------------------------------------------------------------------------------- */

/* Mark what a list such as `0-7,16-23` names. */
static void mark_list(struct strview list, bool *marked)
{
    struct strview item;
    bool goes_on = true;
    while (goes_on && list.size > 0) {
        uint64_t first = 0;
        uint64_t last = 0;
        struct strview from;
        goes_on = strview_take(&list, ',', &item);
        bool is_range = strview_take(&item, '-', &from);
        if (number_parse_uint64(from, &first) != NUMBER_OK)
            continue;
        if (!is_range || number_parse_uint64(item, &last) != NUMBER_OK)
            last = first;
        for (uint64_t cpu = first; cpu <= last && cpu < HOST_CPUS_MAX; cpu++)
            marked[cpu] = true;
    }
}

/* NVML writes 00000000:3B:00.0 where the kernel has 0000:3b:00.0. */
static void name_device(const char *bus_id, char out[GPU_TEXT_MAX])
{
    size_t domain = strcspn(bus_id, ":");
    size_t skipped = domain > 4 ? domain - 4 : 0;
    (void)snprintf(out, GPU_TEXT_MAX, "%s", bus_id + skipped);
    for (char *c = out; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
}

static bool mark_near(const struct host *host, const struct gpu *gpu, bool *marked)
{
    char path[PATH_SIZE];
    char device[GPU_TEXT_MAX];
    char text[TEXT_MAX];
    name_device(gpu->bus_id, device);
    if (device[0] == '\0' || strchr(device, '/') != NULL || host->settings.sys == NULL)
        return false;
    (void)snprintf(path, sizeof path, "%s/bus/pci/devices/%s/local_cpulist", host->settings.sys,
                   device);
    int fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
    ssize_t size = fd < 0 ? -1 : sys_read(fd, text, sizeof text);
    sys_close(fd);
    if (size <= 0)
        return false;
    size -= text[size - 1] == '\n';
    mark_list((struct strview){text, (size_t)size}, marked);
    return true;
}

/* Those that we may use, the near ones first. @return how many are near; 0: that is not known */
static size_t order_cpus(const struct host *host, const struct gpu *const *gpus, size_t gpu_count,
                         uint32_t *out)
{
    bool near[HOST_CPUS_MAX] = {false};
    size_t count = 0;
    bool is_known = gpu_count > 0;
    for (size_t i = 0; i < gpu_count; i++)
        is_known = mark_near(host, gpus[i], near) && is_known;
    for (size_t i = 0; i < host->cpu_count; i++)
        if (is_known && near[host->cpus[i]])
            out[count++] = host->cpus[i];
    size_t near_count = count;
    for (size_t i = 0; i < host->cpu_count; i++)
        if (!is_known || !near[host->cpus[i]])
            out[count++] = host->cpus[i];
    return near_count;
}

/* --- taking ----------------------------------------------------------------------------------- */

static void add_lease(struct host_grant *grant, const struct lease *lease)
{
    grant->leases[grant->lease_count++] = lease->fd;
}

/* `grant->cpus` are all that may be used, the near ones first; those that are taken stay. */
static bool take_cpus(const struct host *host, struct host_grant *grant, struct sweep_error *err)
{
    struct lease lease = {0};
    uint32_t taken[HOST_CPUS_MAX];
    const struct lease_wish wish = {{grant->cpus, host->cpu_count}, host->settings.cpus, taken};
    if (!lease_take_places(host->settings.lease_fd, CPUS_FILE, &wish, &lease, err))
        return false;
    add_lease(grant, &lease);
    grant->cpu_count = host->settings.cpus;
    memcpy(grant->cpus, taken, grant->cpu_count * sizeof *taken);
    return true;
}

static bool take_memory(const struct host *host, struct host_grant *grant, struct sweep_error *err)
{
    struct lease lease = {0};
    if (!lease_take(host->settings.lease_fd, MEMORY_FILE, memory_units(host), &lease, err))
        return false;
    add_lease(grant, &lease);
    return true;
}

bool host_take(struct host *host, struct attempt_key key, const struct gpu *const *gpus,
               size_t gpu_count, struct host_grant *grant, struct sweep_error *err)
{
    grant->lease_count = 0;
    size_t near_count = order_cpus(host, gpus, gpu_count, grant->cpus);
    grant->cpu_count = near_count < host->cpu_count ? near_count : 0;
    if ((host->settings.cpus > 0 && !take_cpus(host, grant, err)) ||
        (host->settings.memory_bytes > 0 && !take_memory(host, grant, err))) {
        host_drop(grant);
        return false;
    }
    if (grant->lease_count > 0)
        host_adopt(host, key);
    return true;
}

/* Where that is not allowed it runs anywhere. */
void host_pin(const struct host_grant *grant, pid_t pid)
{
    cpu_set_t *set = CPU_ALLOC(HOST_CPUS_MAX);
    size_t size = CPU_ALLOC_SIZE(HOST_CPUS_MAX);
    if (set == NULL || grant->cpu_count == 0) {
        CPU_FREE(set);
        return;
    }
    CPU_ZERO_S(size, set);
    for (size_t i = 0; i < grant->cpu_count; i++)
        CPU_SET_S(grant->cpus[i], size, set);
    (void)sched_setaffinity(pid, size, set);
    CPU_FREE(set);
}

void host_drop(struct host_grant *grant)
{
    for (size_t i = 0; i < grant->lease_count; i++) {
        struct lease lease = {true, grant->leases[i]};
        lease_drop(&lease);
    }
    grant->lease_count = 0;
}

void host_adopt(struct host *host, struct attempt_key key)
{
    host->holders = array_reserve(host->holders, host->holder_count + 1, &host->holder_capacity,
                                  sizeof *host->holders);
    host->holders[host->holder_count++] = key;
}

void host_give_back(struct host *host, struct attempt_key key)
{
    for (size_t i = 0; i < host->holder_count; i++)
        if (host->holders[i].trial == key.trial && host->holders[i].number == key.number)
            host->holders[i] = host->holders[--host->holder_count];
}
