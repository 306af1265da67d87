/*
 * Lists of devices in variables, cut into pieces. What stands in them is Slurm's to say and not
 * looked at: indices, UUIDs, or instances of MIG.
 */
#include "shim/portion.h"

#include <stdbool.h>
#include <string.h>

#include "base/array.h"

/* Slurm sets several of them to the same list. SLURM_JOB_GPUS stays what the job has. */
static const char *const lists[] = {
    "CUDA_VISIBLE_DEVICES=", "GPU_DEVICE_ORDINAL=", "ROCR_VISIBLE_DEVICES=",
    "HIP_VISIBLE_DEVICES=",  "ZE_AFFINITY_MASK=",
};

static size_t count_items(const char *list)
{
    size_t count = *list != '\0';
    for (; *list != '\0'; list++)
        count += *list == ',';
    return count;
}

/* The items from `first` on, `count` of them. */
static struct strview cut(const char *list, size_t first, size_t count)
{
    const char *end;
    for (; first > 0; first--)
        list += strcspn(list, ",") + 1;
    for (end = list; count > 0; count--)
        end += strcspn(end, ",") + (count > 1);
    return (struct strview){list, (size_t)(end - list)};
}

static struct strview find_portion(const char *list, unsigned slot, unsigned slots)
{
    size_t count = count_items(list);
    size_t first = count * slot / slots;
    size_t next = count * (slot + 1) / slots;
    return cut(list, first, next > first ? next - first : count > 0);
}

char **portion_environment(struct arena *arena, char *const *environment, unsigned slot,
                           unsigned slots)
{
    size_t count = 0;
    while (environment[count] != NULL)
        count++;
    char **list = arena_alloc_array(arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = environment[i];
        for (size_t k = 0; k < ARRAY_LENGTH(lists); k++) {
            size_t size = strlen(lists[k]);
            if (strncmp(environment[i], lists[k], size) != 0)
                continue;
            const struct strview portion = find_portion(environment[i] + size, slot, slots);
            list[i] = arena_printf(arena, "%s%.*s", lists[k], (int)portion.size, portion.data);
        }
    }
    return list;
}
