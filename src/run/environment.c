/*
 * Lists of NAME=VALUE. Not for making the directories and files that they name (launch.c does).
 */
#include "run/environment.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "proc/tree.h"
#include "sweep/mem.h"

#define OUR_PREFIX "SWEEP_"
#define UNBUFFERED "PYTHONUNBUFFERED=1"

/* What a trial is told, some of it only at times; `trial.env` cannot change these. */
static const char *const told_names[] = {
    "SWEEP_NAME",   "SWEEP_TRIAL",          "SWEEP_ATTEMPT", "SWEEP_DIR",      "SWEEP_SEED",
    "SWEEP_PARAMS", "SWEEP_CHECKPOINT_DIR", "SWEEP_RESUME",  "SWEEP_DEADLINE", TREE_TOKEN_VARIABLE,
};

/* What says which GPUs a process sees. HIP heeds CUDA's too, and counts within ROCR's. */
static const char *const gpu_names[] = {
    "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER",  "ROCR_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",  "GPU_DEVICE_ORDINAL",
};

static size_t name_size(const char *entry)
{
    return strcspn(entry, "=");
}

static bool has_same_name(const char *a, const char *b)
{
    return name_size(a) == name_size(b) && strncmp(a, b, name_size(a)) == 0;
}

static bool has_name(char *const *list, const char *entry)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        if (has_same_name(list[i], entry))
            return true;
    return false;
}

static bool is_told(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LENGTH(told_names); i++)
        if (has_same_name(told_names[i], entry))
            return true;
    return false;
}

static bool is_about_gpus(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LENGTH(gpu_names); i++)
        if (has_same_name(gpu_names[i], entry))
            return true;
    return false;
}

static size_t list_count(char *const *list)
{
    size_t count = 0;
    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

void environment_init(struct environment *environment, char *const *inherited, char *const *extra,
                      bool owns_gpus)
{
    size_t most = list_count(inherited) + list_count(extra);
    char **shared = sweep_alloc_array(most, sizeof *shared);
    size_t count = 0;
    for (size_t i = 0; inherited[i] != NULL; i++) {
        bool outer = strncmp(inherited[i], OUR_PREFIX, sizeof OUR_PREFIX - 1) == 0;
        bool is_theirs = owns_gpus && is_about_gpus(inherited[i]);
        if (!outer && !is_theirs && !has_name(extra, inherited[i]))
            shared[count++] = inherited[i];
    }
    for (size_t i = 0; extra != NULL && extra[i] != NULL; i++)
        if (!is_told(extra[i]) && !(owns_gpus && is_about_gpus(extra[i])))
            shared[count++] = extra[i];
    environment->shared = shared;
    environment->shared_count = count;
    /* Or Python would keep its prints, and so its metrics, to itself until it ends. */
    environment->unbuffered = !has_name(inherited, UNBUFFERED) && !has_name(extra, UNBUFFERED);
}

void environment_release(struct environment *environment)
{
    sweep_free(environment->shared);
    *environment = (struct environment){0};
}

char **environment_make(const struct environment *environment, struct arena *arena,
                        const struct environment_trial *trial)
{
    size_t most =
        environment->shared_count + ARRAY_LENGTH(told_names) + ARRAY_LENGTH(gpu_names) + 2;
    char **list = arena_alloc_array(arena, most, sizeof *list);
    memcpy(list, environment->shared, environment->shared_count * sizeof *list);
    char **next = list + environment->shared_count;
    if (environment->unbuffered)
        *next++ = arena_strdup(arena, UNBUFFERED);
    *next++ = arena_printf(arena, "SWEEP_NAME=%s", trial->name);
    *next++ = arena_printf(arena, "SWEEP_TRIAL=%" PRIu64, trial->trial);
    *next++ = arena_printf(arena, "SWEEP_ATTEMPT=%" PRIu32, trial->attempt);
    *next++ = arena_printf(arena, "SWEEP_DIR=%s", trial->directory);
    *next++ = arena_printf(arena, "SWEEP_PARAMS=%s/params.json", trial->directory);
    *next++ = arena_printf(arena, "SWEEP_CHECKPOINT_DIR=%s/checkpoints", trial->directory);
    *next++ = arena_printf(arena, "SWEEP_SEED=%" PRIu32, trial->seed);
    *next++ = arena_printf(arena, TREE_TOKEN_VARIABLE "=%s", trial->token);
    if (trial->resumes)
        *next++ = arena_strdup(arena, "SWEEP_RESUME=1");
    if (trial->deadline_s != 0)
        *next++ = arena_printf(arena, "SWEEP_DEADLINE=%" PRId64, trial->deadline_s);
    if (trial->cuda != NULL) {
        *next++ = arena_printf(arena, "CUDA_VISIBLE_DEVICES=%s", trial->cuda);
        *next++ = arena_strdup(arena, "CUDA_DEVICE_ORDER=PCI_BUS_ID");
    }
    if (trial->rocr != NULL)
        *next++ = arena_printf(arena, "ROCR_VISIBLE_DEVICES=%s", trial->rocr);
    return list;
}
