/*
 * Tables of the fields: writing and reading come from them.
 */
#include "box/gpu/told.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"

#define FIELD(member) offsetof(struct gpu, member)

static const struct {
    const char *key;
    size_t offset;
} TEXTS[] = {
    {"uuid", FIELD(uuid)},     {"name", FIELD(name)},       {"bus", FIELD(bus_id)},
    {"parent", FIELD(parent)}, {"trouble", FIELD(trouble)},
};

/* All are 64 bits wide; memory is never so large that its sign would matter. */
static const struct {
    const char *key;
    size_t offset;
} NUMBERS[] = {
    {"memory", FIELD(memory_bytes)},   {"used", FIELD(used_bytes)}, {"busy", FIELD(busy_percent)},
    {"celsius", FIELD(temperature_c)}, {"power", FIELD(power_mw)},  {"energy", FIELD(energy_mj)},
    {"ecc", FIELD(ecc_errors)},
};

/* --- to text ---------------------------------------------------------------------------------- */

static void format_gpu(const struct gpu *gpu, struct strbuf *out)
{
    int64_t number;
    strbuf_printf(out, "gpu\tvendor=%d\tindex=%u", (int)gpu->vendor, gpu->index);
    for (size_t i = 0; i < ARRAY_LENGTH(TEXTS); i++)
        strbuf_printf(out, "\t%s=%s", TEXTS[i].key, (const char *)gpu + TEXTS[i].offset);
    for (size_t i = 0; i < ARRAY_LENGTH(NUMBERS); i++) {
        memcpy(&number, (const char *)gpu + NUMBERS[i].offset, sizeof number);
        strbuf_printf(out, "\t%s=%" PRId64, NUMBERS[i].key, number);
    }
    for (size_t i = 0; i < gpu->pid_count; i++)
        strbuf_printf(out, "\tpid=%ld\tof=%" PRId64, (long)gpu->pids[i], gpu->pid_bytes[i]);
    strbuf_append_char(out, '\n');
}

void told_format(const struct gpu_list *list, struct strbuf *out)
{
    strbuf_printf(out, "source\t%s\ndriver\t%s\n", list->source, list->driver);
    for (size_t i = 0; i < list->count; i++)
        format_gpu(&list->items[i], out);
    strbuf_append_text(out, "end\n");
}

void told_format_error(const struct sweep_error *reason, struct strbuf *out)
{
    char line[sizeof reason->message];
    size_t size = strlen(reason->message);
    for (size_t i = 0; i <= size; i++)
        line[i] = (char)(reason->message[i] == '\n' ? ' ' : reason->message[i]);
    strbuf_printf(out, "error\t%s\n", line);
}

/* --- from text -------------------------------------------------------------------------------- */

static bool set_number(struct gpu *gpu, struct strview key, int64_t number)
{
    for (size_t i = 0; i < ARRAY_LENGTH(NUMBERS); i++)
        if (strview_is(key, NUMBERS[i].key)) {
            memcpy((char *)gpu + NUMBERS[i].offset, &number, sizeof number);
            return number >= GPU_UNKNOWN;
        }
    if (strview_is(key, "vendor"))
        gpu->vendor = number == GPU_AMD ? GPU_AMD : GPU_NVIDIA;
    else if (strview_is(key, "index") && number >= 0 && number <= INT32_MAX)
        gpu->index = (unsigned)number;
    else if (strview_is(key, "pid") && number > 0 && number <= INT32_MAX)
        gpu_add_process(gpu, (pid_t)number, GPU_UNKNOWN);
    else if (strview_is(key, "of") && number >= GPU_UNKNOWN && gpu->pid_count > 0)
        gpu->pid_bytes[gpu->pid_count - 1] = number; /* of the process before it */
    else
        return false;
    return true;
}

static bool set_field(struct gpu *gpu, struct strview field)
{
    struct strview key;
    int64_t number;
    if (!strview_take(&field, '=', &key))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(TEXTS); i++)
        if (strview_is(key, TEXTS[i].key)) {
            gpu_set_view((char *)gpu + TEXTS[i].offset, field);
            return true;
        }
    return number_parse_int64(field, &number) == NUMBER_OK && set_number(gpu, key, number);
}

static bool parse_gpu(struct strview rest, struct gpu_list *list)
{
    struct gpu *gpu = gpu_list_add(list, GPU_NVIDIA);
    struct strview field;
    bool more = true;
    while (gpu != NULL && more) {
        more = strview_take(&rest, '\t', &field);
        if (!set_field(gpu, field))
            return false;
    }
    return gpu != NULL;
}

/* One line; `is_end` when it was the last. */
static bool parse_line(struct strview line, struct gpu_list *list, bool *is_end,
                       struct sweep_error *err)
{
    struct strview word;
    bool has_more = strview_take(&line, '\t', &word);
    *is_end = strview_is(word, "end");
    if (*is_end)
        return true;
    if (has_more && strview_is(word, "error"))
        return sweep_error_set(err, SWEEP_IO, "%.*s", (int)line.size, line.data);
    if (has_more && strview_is(word, "source"))
        gpu_set_view(list->source, line);
    else if (has_more && strview_is(word, "driver"))
        gpu_set_view(list->driver, line);
    else if (!has_more || !strview_is(word, "gpu") || !parse_gpu(line, list))
        return sweep_error_set(err, SWEEP_IO, "the look at the GPUs told something unknown");
    return true;
}

bool told_parse(struct strview text, struct gpu_list *list, struct sweep_error *err)
{
    struct strview line;
    bool is_end = false;
    *list = (struct gpu_list){0};
    while (!is_end && strview_take(&text, '\n', &line))
        if (!parse_line(line, list, &is_end, err))
            return false;
    return is_end || sweep_error_set(err, SWEEP_IO, "the look at the GPUs ended half way");
}
