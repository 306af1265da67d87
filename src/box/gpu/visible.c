/*
 * The variables by which GPUs are shared out, and what they mean.
 */
#include "box/gpu/visible.h"

#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strview.h"
#include "base/variable.h"

/* HIP's variable counts what ROCr's has left; it heeds CUDA's too, which we do not expect there. */
static const struct {
    const char *name;
    enum gpu_vendor vendor;
} VARIABLES[] = {
    {"CUDA_VISIBLE_DEVICES", GPU_NVIDIA},
    {"ROCR_VISIBLE_DEVICES", GPU_AMD},
    {"HIP_VISIBLE_DEVICES", GPU_AMD},
};

/* Instances of one GPU stand in a row and count as one, of which CUDA takes the first. */
static const struct gpu *find_number(const struct gpu_list *list, enum gpu_vendor vendor,
                                     uint64_t number)
{
    const char *parent = "";
    for (size_t i = 0; i < list->count; i++) {
        const struct gpu *gpu = &list->items[i];
        bool is_next_part = gpu->parent[0] != '\0' && strcmp(gpu->parent, parent) == 0;
        parent = gpu->parent;
        if (gpu->vendor == vendor && !is_next_part && number-- == 0)
            return gpu;
    }
    return NULL;
}

static const struct gpu *find_entry(const struct gpu_list *list, enum gpu_vendor vendor,
                                    struct strview entry)
{
    char text[GPU_TEXT_MAX];
    uint64_t number;
    if (number_parse_uint64(entry, &number) == NUMBER_OK)
        return find_number(list, vendor, number);
    if (entry.size < 5 || entry.size >= sizeof text || entry.data[0] == '-')
        return NULL;
    memcpy(text, entry.data, entry.size);
    text[entry.size] = '\0';
    const struct gpu *gpu = gpu_find(list, text);
    return gpu != NULL && gpu->vendor == vendor ? gpu : NULL;
}

static bool has(const struct gpu_list *list, const struct gpu *gpu)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].uuid, gpu->uuid) == 0 && list->items[i].index == gpu->index &&
            list->items[i].vendor == gpu->vendor)
            return true;
    return false;
}

void visible_keep(struct gpu_list *list, enum gpu_vendor vendor, const char *value)
{
    struct gpu_list all = *list;
    if (value == NULL)
        return;
    list->count = 0;
    for (const char *at = value; *at != '\0';) {
        size_t size = strcspn(at, ",");
        struct strview entry = {at + strspn(at, " "), size};
        entry.size -= (size_t)(entry.data - at) < size ? (size_t)(entry.data - at) : size;
        while (entry.size > 0 && entry.data[entry.size - 1] == ' ')
            entry.size--;
        const struct gpu *gpu = find_entry(&all, vendor, entry);
        if (gpu == NULL || has(list, gpu))
            break;
        list->items[list->count++] = *gpu;
        at += size;
        at += *at == ',';
    }
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].vendor != vendor)
            list->items[list->count++] = all.items[i];
}

void visible_keep_environment(struct gpu_list *list, char *const *environment)
{
    for (size_t i = 0; i < ARRAY_LENGTH(VARIABLES); i++)
        visible_keep(list, VARIABLES[i].vendor, variable_find(environment, VARIABLES[i].name));
}
