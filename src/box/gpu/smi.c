/*
 * A table of the columns that are asked for: the question and the answer come from it. Fields are
 * read one by one, since any of them may be words where a number is due.
 */
#include "box/gpu/smi.h"

#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "box/gpu/capture.h"

#define OUTPUT_MAX ((size_t)1 << 20)
#define MIB        (UINT64_C(1) << 20)

/* --- lines and fields ------------------------------------------------------------------------ */

static struct strview trim(struct strview view)
{
    while (view.size > 0 && (view.data[0] == ' ' || view.data[0] == '\t')) {
        view.data++;
        view.size--;
    }
    while (view.size > 0 && strchr(" \t\r", view.data[view.size - 1]) != NULL)
        view.size--;
    return view;
}

/* Take what comes before `end`, and `end` itself; false when nothing is left. */
static bool take(struct strview *rest, char end, struct strview *taken)
{
    if (rest->size == 0)
        return false;
    (void)strview_take(rest, end, taken);
    *taken = trim(*taken);
    return true;
}

/* What is no number is unknown, in whatever words. */
static int64_t whole(struct strview text, double factor)
{
    double number;
    if (number_parse_double(text, &number) != NUMBER_OK || !(number >= 0) || number > 1e12)
        return GPU_UNKNOWN;
    return (int64_t)(number * factor);
}

/* --- the columns ---------------------------------------------------------------------------- */

static void read_index(struct gpu *gpu, struct strview text)
{
    int64_t index = whole(text, 1);
    if (index >= 0)
        gpu->index = (unsigned)index;
}

static void read_uuid(struct gpu *gpu, struct strview text)
{
    if (text.size > 4 && memcmp(text.data, "GPU-", 4) == 0)
        gpu_set_view(gpu->uuid, text);
}

static void read_bus(struct gpu *gpu, struct strview text)
{
    gpu_set_view(gpu->bus_id, text);
}

static void read_name(struct gpu *gpu, struct strview text)
{
    gpu_set_view(gpu->name, text);
}

static void read_total(struct gpu *gpu, struct strview text)
{
    int64_t mib = whole(text, 1);
    gpu->memory_bytes = mib > 0 ? (uint64_t)mib * MIB : 0;
}

static void read_used(struct gpu *gpu, struct strview text)
{
    int64_t mib = whole(text, 1);
    gpu->used_bytes = mib > 0 ? (uint64_t)mib * MIB : 0;
}

static void read_busy(struct gpu *gpu, struct strview text)
{
    gpu->busy_percent = whole(text, 1);
}

static void read_temperature(struct gpu *gpu, struct strview text)
{
    gpu->temperature_c = whole(text, 1);
}

static void read_power(struct gpu *gpu, struct strview text)
{
    gpu->power_mw = whole(text, 1000);
}

static void read_ecc(struct gpu *gpu, struct strview text)
{
    gpu->ecc_errors = whole(text, 1);
}

static void read_mig(struct gpu *gpu, struct strview text)
{
    if (strview_is(text, "Enabled"))
        gpu_set_text(gpu->trouble, GPU_MIG_EMPTY);
}

static const struct {
    const char *name;
    void (*read)(struct gpu *gpu, struct strview text);
} COLUMNS[] = {
    {"index", read_index},          {"uuid", read_uuid},
    {"pci.bus_id", read_bus},       {"name", read_name},
    {"memory.total", read_total},   {"memory.used", read_used},
    {"utilization.gpu", read_busy}, {"temperature.gpu", read_temperature},
    {"power.draw", read_power},     {"ecc.errors.uncorrected.volatile.total", read_ecc},
    {"mig.mode.current", read_mig},
};

void smi_parse_gpus(struct gpu_list *list, struct strview csv)
{
    struct strview line;
    struct strview field;
    while (take(&csv, '\n', &line)) {
        struct gpu *gpu = line.size > 0 ? gpu_list_add(list, GPU_NVIDIA) : NULL;
        for (size_t i = 0; gpu != NULL && i < ARRAY_LENGTH(COLUMNS) && take(&line, ',', &field);
             i++)
            COLUMNS[i].read(gpu, field);
        if (gpu != NULL && gpu->uuid[0] == '\0')
            gpu_set_text(gpu->trouble, "the driver does not tell its UUID");
    }
}

/* --- MIG ------------------------------------------------------------------------------------- */

/* The text between `before` and `)`, as in `(UUID: MIG-...)`. */
static bool find_uuid(struct strview line, struct strview *uuid)
{
    static const char before[] = "(UUID: ";
    const char *found = memmem(line.data, line.size, before, sizeof before - 1);
    if (found == NULL)
        return false;
    uuid->data = found + sizeof before - 1;
    uuid->size = line.size - (size_t)(uuid->data - line.data);
    const char *end = memchr(uuid->data, ')', uuid->size);
    if (end == NULL)
        return false;
    uuid->size = (size_t)(end - uuid->data);
    return uuid->size > 0;
}

static struct gpu *find_whole(struct gpu_list *list, struct strview uuid)
{
    for (size_t i = 0; i < list->count; i++)
        if (strview_is(uuid, list->items[i].uuid))
            return &list->items[i];
    return NULL;
}

/* The first instance takes the place of the whole GPU, the others follow at the end. How large
 * each is stands nowhere in this text. */
static void add_instance(struct gpu_list *list, struct gpu *whole, struct strview uuid)
{
    struct gpu *gpu = whole;
    if (whole->parent[0] != '\0') {
        gpu = gpu_list_add(list, GPU_NVIDIA);
        if (gpu == NULL)
            return;
        *gpu = *whole;
    } else {
        memcpy(gpu->parent, whole->uuid, sizeof gpu->parent);
        gpu->memory_bytes = gpu->used_bytes = 0;
        gpu->trouble[0] = '\0';
    }
    gpu_set_view(gpu->uuid, uuid);
}

void smi_parse_instances(struct gpu_list *list, struct strview text)
{
    struct gpu *whole = NULL;
    struct strview line;
    struct strview uuid;
    while (take(&text, '\n', &line)) {
        if (!find_uuid(line, &uuid))
            continue;
        if (uuid.size > 4 && memcmp(uuid.data, "MIG-", 4) == 0) {
            if (whole != NULL)
                add_instance(list, whole, uuid);
        } else {
            whole = find_whole(list, uuid);
        }
    }
}

/* --- processes -------------------------------------------------------------------------------- */

void smi_parse_processes(struct gpu_list *list, struct strview csv)
{
    struct strview line;
    struct strview uuid;
    struct strview pid;
    struct strview used;
    while (take(&csv, '\n', &line)) {
        if (!take(&line, ',', &uuid) || !take(&line, ',', &pid))
            continue;
        int64_t number = whole(pid, 1);
        int64_t mib = take(&line, ',', &used) ? whole(used, 1) : GPU_UNKNOWN;
        for (size_t i = 0; i < list->count && number > 0 && number <= INT32_MAX; i++) {
            struct gpu *gpu = &list->items[i];
            if (strview_is(uuid, gpu->uuid) || strview_is(uuid, gpu->parent))
                gpu_add_process(gpu, (pid_t)number, mib >= 0 ? mib * (int64_t)MIB : GPU_UNKNOWN);
        }
    }
}

/* --- running it ------------------------------------------------------------------------------- */

/* argv wants texts that may be written to. */
static bool run(const char *first, const char *second, struct strbuf *out, struct sweep_error *err)
{
    char program[] = SMI_SOURCE;
    char option[512];
    char format[64];
    char *argv[] = {program, option, format, NULL};
    strbuf_reset(out);
    (void)memccpy(option, first, '\0', sizeof option);
    if (second != NULL)
        (void)memccpy(format, second, '\0', sizeof format);
    else
        argv[2] = NULL;
    return capture_output(argv, out, err);
}

static bool has_mig(const struct gpu_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].trouble, GPU_MIG_EMPTY) == 0)
            return true;
    return false;
}

bool smi_survey(struct gpu_list *list, struct sweep_error *err)
{
    static const char format[] = "--format=csv,noheader,nounits";
    struct strbuf query;
    struct strbuf out;
    strbuf_init(&query, 512);
    strbuf_init(&out, OUTPUT_MAX);
    for (size_t i = 0; i < ARRAY_LENGTH(COLUMNS); i++)
        strbuf_printf(&query, "%s%s", i == 0 ? "--query-gpu=" : ",", COLUMNS[i].name);
    bool done = run(strbuf_text(&query), format, &out, err);
    if (done) {
        gpu_set_text(list->source, SMI_SOURCE);
        smi_parse_gpus(list, strbuf_view(&out));
        if (has_mig(list) && run("-L", NULL, &out, NULL))
            smi_parse_instances(list, strbuf_view(&out));
        if (run("--query-compute-apps=gpu_uuid,pid,used_memory", format, &out, NULL))
            smi_parse_processes(list, strbuf_view(&out));
    }
    strbuf_release(&query);
    strbuf_release(&out);
    return done;
}
