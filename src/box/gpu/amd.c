/*
 * A node of the compute driver's topology is a processor or a GPU; a GPU's names its render device,
 * whose folder has the rest. The order of the nodes is that of ROCm's own indices.
 */
#include "box/gpu/amd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/number.h"
#include "base/strbuf.h"

#define FILE_MAX  (64 * 1024)
#define NODES_MAX 256

/* Nodes are numbered in a row: behind so many missing ones there are no more. */
#define MISSING_MAX 8

#define SENSORS_PATH_MAX (PATH_MAX + 64)

/* One look at /sys. */
struct look {
    const char *sys;
    struct strbuf text;    /* of the file that was read last */
    uint32_t ids[GPU_MAX]; /* [count of the list] the compute driver's own numbers */
};

static bool read_text(struct look *look, const char *path)
{
    strbuf_reset(&look->text);
    if (!file_read(AT_FDCWD, path, &look->text, NULL))
        return false;
    while (look->text.size > 0 && look->text.data[look->text.size - 1] == '\n')
        look->text.data[--look->text.size] = '\0';
    return true;
}

static bool read_number(struct look *look, const char *path, uint64_t *number)
{
    return read_text(look, path) &&
           number_parse_uint64(strbuf_view(&look->text), number) == NUMBER_OK;
}

/* `key 123` in a list of properties. */
static bool find_property(const struct look *look, const char *key, uint64_t *number)
{
    const char *line = strbuf_text(&look->text);
    size_t size = strlen(key);
    while (line != NULL && *line != '\0') {
        const char *end = strchr(line, '\n');
        if (strncmp(line, key, size) == 0 && line[size] == ' ') {
            const char *value = line + size + 1;
            struct strview view = {value, end != NULL ? (size_t)(end - value) : strlen(value)};
            return number_parse_uint64(view, number) == NUMBER_OK;
        }
        line = end != NULL ? end + 1 : NULL;
    }
    return false;
}

/* --- one GPU --------------------------------------------------------------------------------- */

/* The folder is a link into the tree of the bus, whose last part is the address. */
static void read_bus(struct gpu *gpu, const char *folder)
{
    char target[PATH_MAX];
    ssize_t size = readlink(folder, target, sizeof target - 1);
    if (size <= 0)
        return;
    target[size] = '\0';
    const char *name = strrchr(target, '/');
    gpu_set_text(gpu->bus_id, name != NULL ? name + 1 : target);
}

/* One number of the first folder of sensors, as a thousandth of it. */
static void read_sensor(struct look *look, const char *sensors, const char *name, int64_t *out)
{
    char path[SENSORS_PATH_MAX + 32];
    uint64_t number;
    (void)snprintf(path, sizeof path, "%s/%s", sensors, name);
    if (*out < 0 && read_number(look, path, &number) && number <= INT64_MAX)
        *out = (int64_t)(number / 1000);
}

/* Find its only folder of sensors, `hwmon/hwmon7`; the number is the kernel's. */
static bool find_sensors(const char *folder, char path[SENSORS_PATH_MAX])
{
    const struct dirent *entry;
    bool found = false;
    (void)snprintf(path, SENSORS_PATH_MAX, "%s/hwmon", folder);
    DIR *directory = folder_open(AT_FDCWD, path);
    while (directory != NULL && !found && (entry = readdir(directory)) != NULL) {
        found = strncmp(entry->d_name, "hwmon", 5) == 0;
        if (found)
            (void)snprintf(path, SENSORS_PATH_MAX, "%s/hwmon/%.16s", folder, entry->d_name);
    }
    if (directory != NULL)
        (void)closedir(directory);
    return found;
}

/* Newer cards tell the power of this moment, older ones its mean. */
static void read_sensors(struct look *look, struct gpu *gpu, const char *folder)
{
    char sensors[SENSORS_PATH_MAX];
    if (!find_sensors(folder, sensors))
        return;
    read_sensor(look, sensors, "power1_average", &gpu->power_mw);
    read_sensor(look, sensors, "power1_input", &gpu->power_mw);
    read_sensor(look, sensors, "energy1_input", &gpu->energy_mj);
    read_sensor(look, sensors, "temp1_input", &gpu->temperature_c);
}

static void read_device(struct look *look, struct gpu *gpu, const char *folder)
{
    char path[PATH_MAX + 32]; /* the longest folder and a name */
    uint64_t number;
    const struct {
        const char *name;
        uint64_t *out;
    } sizes[] = {{"mem_info_vram_total", &gpu->memory_bytes},
                 {"mem_info_vram_used", &gpu->used_bytes}};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, sizes[i].name);
        if (read_number(look, path, &number))
            *sizes[i].out = number;
    }
    (void)snprintf(path, sizeof path, "%s/gpu_busy_percent", folder);
    if (read_number(look, path, &number) && number <= 100)
        gpu->busy_percent = (int64_t)number;
    (void)snprintf(path, sizeof path, "%s/product_name", folder);
    if (read_text(look, path) && look->text.size > 0)
        gpu_set_text(gpu->name, strbuf_text(&look->text));
    read_bus(gpu, folder);
    read_sensors(look, gpu, folder);
}

/* ROCm names a GPU by its serial number; those without one are told apart by their place only. */
static void set_identity(struct gpu *gpu, uint64_t serial)
{
    char text[GPU_TEXT_MAX];
    if (serial != 0)
        (void)snprintf(text, sizeof text, "GPU-%016" PRIx64, serial);
    else
        (void)snprintf(text, sizeof text, "AMD-%.80s",
                       gpu->bus_id[0] != '\0' ? gpu->bus_id : "unknown");
    gpu_set_text(gpu->uuid, text);
    if (gpu->name[0] == '\0')
        gpu_set_text(gpu->name, "AMD GPU");
}

/* @return whether there is such a node */
static bool add_node(struct look *look, struct gpu_list *list, unsigned node)
{
    char path[PATH_MAX];
    uint64_t id = 0;
    uint64_t minor = 0;
    uint64_t serial = 0;
    (void)snprintf(path, sizeof path, "%s/class/kfd/kfd/topology/nodes/%u/gpu_id", look->sys, node);
    if (!read_number(look, path, &id))
        return access(path, F_OK) == 0;
    if (id == 0)
        return true; /* a processor */
    (void)snprintf(path, sizeof path, "%s/class/kfd/kfd/topology/nodes/%u/properties", look->sys,
                   node);
    if (!read_text(look, path) || !find_property(look, "drm_render_minor", &minor))
        return true;
    (void)find_property(look, "unique_id", &serial);
    struct gpu *gpu = gpu_list_add(list, GPU_AMD);
    if (gpu == NULL)
        return true;
    look->ids[list->count - 1] = (uint32_t)id;
    (void)snprintf(path, sizeof path, "%s/class/drm/renderD%u/device", look->sys, (unsigned)minor);
    read_device(look, gpu, path);
    set_identity(gpu, serial);
    return true;
}

/* --- processes -------------------------------------------------------------------------------- */

/* A process has a file vram_ID for each GPU that it has opened; what computes has memory there. */
static void add_process(struct look *look, struct gpu_list *list, const char *pid)
{
    char path[PATH_MAX];
    uint64_t number;
    uint64_t bytes;
    if (number_parse_uint64(strview_of(pid), &number) != NUMBER_OK || number > INT32_MAX)
        return;
    for (size_t i = 0; i < list->count; i++) {
        struct gpu *gpu = &list->items[i];
        (void)snprintf(path, sizeof path, "%s/class/kfd/kfd/proc/%s/vram_%" PRIu32, look->sys, pid,
                       look->ids[i]);
        if (gpu->vendor == GPU_AMD && read_number(look, path, &bytes) && bytes > 0 &&
            bytes <= INT64_MAX)
            gpu_add_process(gpu, (pid_t)number, (int64_t)bytes);
    }
}

static void list_processes(struct look *look, struct gpu_list *list)
{
    char path[PATH_MAX];
    const struct dirent *entry;
    (void)snprintf(path, sizeof path, "%s/class/kfd/kfd/proc", look->sys);
    DIR *directory = folder_open(AT_FDCWD, path);
    if (directory == NULL)
        return;
    while ((entry = readdir(directory)) != NULL)
        add_process(look, list, entry->d_name);
    (void)closedir(directory);
}

bool amd_survey(struct gpu_list *list, const char *sys, struct sweep_error *err)
{
    struct look look = {.sys = sys};
    char path[PATH_MAX];
    size_t before = list->count;
    (void)snprintf(path, sizeof path, "%s/class/kfd/kfd/topology/nodes", sys);
    if (access(path, R_OK) != 0)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no AMD compute driver (amdkfd)");
    strbuf_init(&look.text, FILE_MAX);
    for (unsigned node = 0, missing = 0; node < NODES_MAX && missing < MISSING_MAX; node++)
        missing = add_node(&look, list, node) ? 0 : missing + 1;
    for (size_t i = before; i < list->count; i++)
        list->items[i].index = (unsigned)(i - before);
    list_processes(&look, list);
    strbuf_release(&look.text);
    if (list->count > before && list->source[0] == '\0')
        gpu_set_text(list->source, AMD_SOURCE);
    return true;
}
