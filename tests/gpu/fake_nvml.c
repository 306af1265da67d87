/*
 * A stand-in for NVIDIA's library, driven by the file that $FAKE_NVML names, read anew at each call
 * so that a test can change the box while something runs. A line each:
 *
 *     init 9                  nvmlInit_v2 fails with this status; `init hang` never returns, `init
 *                             crash` ends us
 *     driver 535.104.05
 *     stride 32               of the records of processes by _v3; default 24
 *     records 1               only this version of the list of processes is there: 1, 2 or 3
 *     gpu uuid=GPU-1;name=NVIDIA A100;bus=00000000:01:00.0;total=85899345920;used=1000;busy=12;
 *         celsius=40;power=62000;energy=123;ecc=0;mig=1;pids=4242,4243;lost=15
 *     part uuid=MIG-1;total=10;used=0;pids=    an instance of the GPU above
 *
 * `xids=31,79@2` are all faults of a GPU so far: those that are added after a process has
 * registered for them are events for it, here the second one of the part that has `number=2`.
 * `slowed=72` are the bits of why its hardware slows it down. $FAKE_NVML.events is there when a
 * process has registered.
 *
 * A key that is missing is "not supported". `pids=4242:1000` has memory of the process;
 * `meter=5000` is an energy counter that grows by 5000 mJ a second. With -DFAKE_NVML_OLD only what
 * an ancient driver has.
 *
 * In the folder $FAKE_NVML_CLAIMS/UUID each file that is called like a living process has the bytes
 * that this process has on the GPU, beside those of `pids` and `used`: so a trial can take memory.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OK            0
#define INVALID       2
#define NOT_SUPPORTED 3
#define NOT_FOUND     6
#define TIMEOUT       10
#define MAX           64
#define LINE          1024

struct device {
    char line[LINE];
    int parent; /* -1: a whole GPU */
};

static struct device devices[MAX];
static int device_count;
static char init_status[32], driver[64];
static unsigned stride, records;

static void load(void)
{
    FILE *file = fopen(getenv("FAKE_NVML") != NULL ? getenv("FAKE_NVML") : "", "re");
    char line[LINE];
    int whole = -1;
    device_count = 0;
    stride = 24;
    records = 3;
    snprintf(init_status, sizeof init_status, "%s", file != NULL ? "0" : "9");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && device_count < MAX) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "init ", 5) == 0)
            snprintf(init_status, sizeof init_status, "%.20s", line + 5);
        else if (strncmp(line, "driver ", 7) == 0)
            snprintf(driver, sizeof driver, "%.60s", line + 7);
        else if (strncmp(line, "stride ", 7) == 0)
            stride = (unsigned)strtoul(line + 7, NULL, 10);
        else if (strncmp(line, "records ", 8) == 0)
            records = (unsigned)strtoul(line + 8, NULL, 10);
        else if (strncmp(line, "gpu ", 4) == 0 || strncmp(line, "part ", 5) == 0) {
            struct device *device = &devices[device_count];
            snprintf(device->line, sizeof device->line, ";%s", strchr(line, ' ') + 1);
            device->parent = line[0] == 'p' ? whole : -1;
            whole = line[0] == 'g' ? device_count : whole;
            device_count++;
        }
    }
    if (file != NULL)
        fclose(file);
}

/* Devices are numbers from 1, as pointers. */
static struct device *of(void *handle)
{
    load();
    long index = (long)handle - 1;
    return index >= 0 && index < device_count ? &devices[index] : NULL;
}

static int text_of(void *handle, const char *key, char *out, size_t size)
{
    char wanted[32];
    struct device *device = of(handle);
    snprintf(wanted, sizeof wanted, ";%s=", key);
    const char *at = device != NULL ? strstr(device->line, wanted) : NULL;
    if (at == NULL)
        return device == NULL ? INVALID : NOT_SUPPORTED;
    at += strlen(wanted);
    snprintf(out, size, "%.*s", (int)strcspn(at, ";"), at);
    return OK;
}

static int number_of(void *handle, const char *key, unsigned long long *out)
{
    char text[64];
    int status = text_of(handle, key, text, sizeof text);
    if (status == OK)
        *out = strtoull(text, NULL, 10);
    return status;
}

/* The n-th device below `parent`, -1 being the box; 0 when there is none. */
static long find(int parent, unsigned index)
{
    load();
    for (int i = 0; i < device_count; i++)
        if (devices[i].parent == parent && index-- == 0)
            return i + 1;
    return 0;
}

int nvmlInit_v2(void)
{
    load();
    while (strcmp(init_status, "hang") == 0)
        pause();
    if (strcmp(init_status, "crash") == 0) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer would make an exit code of it */
        raise(SIGSEGV);
    }
    return atoi(init_status);
}

int nvmlShutdown(void)
{
    return OK;
}

int nvmlDeviceGetCount_v2(unsigned *count)
{
    for (*count = 0; find(-1, *count) != 0; ++*count)
        ;
    return OK;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device)
{
    unsigned long long lost = 0;
    *device = (void *)find(-1, index);
    if (*device == NULL)
        return INVALID;
    return number_of(*device, "lost", &lost) == OK ? (int)lost : OK;
}

int nvmlDeviceGetUUID(void *device, char *text, unsigned size)
{
    return text_of(device, "uuid", text, size);
}

#ifndef FAKE_NVML_OLD
static int small_of(void *handle, const char *key, unsigned *out)
{
    unsigned long long number = 0;
    int status = number_of(handle, key, &number);
    if (status == OK)
        *out = (unsigned)number;
    return status;
}

struct memory {
    unsigned long long total, free, used;
};

struct rates {
    unsigned gpu, memory;
};

struct pci {
    char legacy[16];
    unsigned numbers[5];
    char bus_id[32];
};

const char *nvmlErrorString(int status)
{
    return status == 9 ? "Driver Not Loaded" : status == 15 ? "GPU is lost" : "Unknown Error";
}

int nvmlSystemGetDriverVersion(char *text, unsigned size)
{
    load();
    snprintf(text, size, "%s", driver);
    return OK;
}

int nvmlDeviceGetName(void *device, char *text, unsigned size)
{
    return text_of(device, "name", text, size);
}

int nvmlDeviceGetPciInfo_v3(void *device, struct pci *pci)
{
    return text_of(device, "bus", pci->bus_id, sizeof pci->bus_id);
}

struct process {
    unsigned pid;
    unsigned long long bytes;
};

static unsigned add_claims(void *device, struct process *out, unsigned count, unsigned room)
{
    char uuid[96], path[512];
    const char *claims = getenv("FAKE_NVML_CLAIMS");
    if (claims == NULL || text_of(device, "uuid", uuid, sizeof uuid) != OK)
        return count;
    snprintf(path, sizeof path, "%s/%s", claims, uuid);
    DIR *folder = opendir(path);
    for (struct dirent *entry;
         folder != NULL && count < room && (entry = readdir(folder)) != NULL;) {
        snprintf(path, sizeof path, "/proc/%.200s", entry->d_name);
        if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name) || access(path, F_OK) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s/%.200s", claims, uuid, entry->d_name);
        FILE *file = fopen(path, "re");
        out[count].pid = (unsigned)strtoul(entry->d_name, NULL, 10);
        if (file != NULL && fscanf(file, "%llu", &out[count].bytes) == 1)
            count++;
        if (file != NULL)
            fclose(file);
    }
    if (folder != NULL)
        closedir(folder);
    return count;
}

static int processes_of(void *device, struct process *out, unsigned *count)
{
    char text[512] = "";
    unsigned room = *count;
    *count = 0;
    if (text_of(device, "pids", text, sizeof text) != OK)
        return NOT_SUPPORTED;
    for (char *at = text; *at != '\0' && *count < room; at += *at == ',') {
        out[*count].pid = (unsigned)strtoul(at, &at, 10);
        out[(*count)++].bytes = *at == ':' ? strtoull(at + 1, &at, 10) : ~0ULL;
    }
    *count = add_claims(device, out, *count, room);
    return OK;
}

int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory)
{
    struct process claims[MAX];
    unsigned long long lost;
    if (number_of(device, "lost", &lost) == OK)
        return (int)lost;
    int status = number_of(device, "total", &memory->total);
    if (status == OK && number_of(device, "used", &memory->used) != OK)
        memory->used = 0;
    for (unsigned i = add_claims(device, claims, 0, MAX); status == OK && i > 0; i--)
        memory->used += claims[i - 1].bytes;
    unsigned long long hides;
    if (number_of(device, "hides", &hides) == OK)
        memory->used = ~0ULL;
    return status;
}

int nvmlDeviceGetUtilizationRates(void *device, struct rates *rates)
{
    return small_of(device, "busy", &rates->gpu);
}

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius)
{
    return sensor == 0 ? small_of(device, "celsius", celsius) : INVALID;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatt)
{
    return small_of(device, "power", milliwatt);
}

int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoule)
{
    unsigned long long rate;
    struct timespec now;
    if (number_of(device, "meter", &rate) != OK)
        return number_of(device, "energy", millijoule);
    clock_gettime(CLOCK_MONOTONIC, &now);
    *millijoule = rate * (unsigned long long)now.tv_sec +
                  rate * (unsigned long long)(now.tv_nsec / 1000000) / 1000;
    return OK;
}

int nvmlDeviceGetTotalEccErrors(void *device, int kind, int since, unsigned long long *count)
{
    return kind == 1 && since == 0 ? number_of(device, "ecc", count) : INVALID;
}

int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending)
{
    *pending = 0;
    return small_of(device, "mig", current);
}

int nvmlDeviceGetGpuInstanceId(void *device, unsigned *number)
{
    return small_of(device, "number", number);
}

int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *bits)
{
    return number_of(device, "slowed", bits);
}

/* --- events: each process gets those that come after it has asked for them --- */
static unsigned events_taken[MAX]; /* of each device, by this process */
static int events_wanted[MAX];

struct event {
    void *device;
    unsigned long long kind, data;
    unsigned part, subpart;
};

/* The n-th fault of a device; 0 when there are not so many. */
static int xid_of(void *device, unsigned index, struct event *event)
{
    char text[512] = "";
    char *at = text;
    if (text_of(device, "xids", text, sizeof text) != OK)
        return 0;
    while (*at != '\0') {
        *event = (struct event){device, 8, strtoull(at, &at, 10), ~0u, ~0u};
        if (*at == '@')
            event->part = (unsigned)strtoul(at + 1, &at, 10);
        if (index-- == 0)
            return 1;
        at += *at == ',';
    }
    return 0;
}

int nvmlEventSetCreate(void **set)
{
    *set = events_taken;
    return OK;
}

static void note_registration(void)
{
    char path[512];
    snprintf(path, sizeof path, "%s.events", getenv("FAKE_NVML"));
    FILE *file = fopen(path, "we");
    if (file != NULL)
        fclose(file);
}

int nvmlDeviceRegisterEvents(void *device, unsigned long long kinds, void *set)
{
    struct event event;
    long index = (long)device - 1;
    if (set != events_taken || (kinds & 8) == 0)
        return INVALID;
    events_wanted[index] = 1;
    while (xid_of(device, events_taken[index], &event))
        events_taken[index]++;
    note_registration();
    return OK;
}

int nvmlEventSetWait_v2(void *set, struct event *event, unsigned timeout_ms)
{
    (void)set;
    if (timeout_ms > 0)
        return INVALID; /* nobody should wait */
    load();
    for (long i = 0; i < device_count; i++)
        if (events_wanted[i] && xid_of((void *)(i + 1), events_taken[i], event)) {
            events_taken[i]++;
            return OK;
        }
    return TIMEOUT;
}

int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *count)
{
    (void)device;
    *count = 7;
    return OK;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **instance)
{
    *instance = (void *)find((int)((long)device - 1), index);
    return *instance != NULL ? OK : NOT_FOUND;
}

static int list(void *device, unsigned *count, void *out, unsigned version, unsigned size)
{
    struct process processes[MAX];
    unsigned room = *count < MAX ? *count : MAX;
    int status =
        (load(), records == version) ? processes_of(device, processes, &room) : NOT_SUPPORTED;
    *count = status == OK ? room : 0;
    for (unsigned i = 0; i < *count; i++) {
        unsigned char record[32] = {0};
        memcpy(record, &processes[i].pid, sizeof processes[i].pid);
        memcpy(record + 8, &processes[i].bytes, sizeof processes[i].bytes);
        memcpy((char *)out + (size_t)size * i, record, size);
    }
    return status;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned *count, void *out)
{
    load();
    return list(device, count, out, 3, stride);
}

int nvmlDeviceGetComputeRunningProcesses_v2(void *device, unsigned *count, void *out)
{
    return list(device, count, out, 2, 24);
}

int nvmlDeviceGetComputeRunningProcesses(void *device, unsigned *count, void *out)
{
    return list(device, count, out, 1, 16);
}
#endif
