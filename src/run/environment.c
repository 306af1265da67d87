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

/* How many threads libraries of numbers begin; without, each takes all processors of the box. */
static const char *const thread_names[] = {
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
};

/* What a script that calls wandb is told. It goes to its file several times a second what it logs
 * (from version 0.31 of the client on), so that a stop may be decided while it runs. */
enum wandb_variable {
    WANDB_MODE,
    WANDB_DIR,
    WANDB_FLUSH,
    WANDB_PARAMS,
    WANDB_RUN,
    WANDB_SWEEP
};
static const struct wandb_row {
    const char *entry;     /* NAME=, and the value where it is fixed */
    bool may_be_inherited; /* the user's environment wins; else an inherited one is an outer agent's
                            */
} wandb_rows[] = {
    [WANDB_MODE] = {"WANDB_MODE=offline", true},
    [WANDB_DIR] = {"WANDB_DIR=", true},
    [WANDB_FLUSH] = {"WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL=0.1", true},
    [WANDB_PARAMS] = {"WANDB_SWEEP_PARAM_PATH=", false},
    [WANDB_RUN] = {"WANDB_RUN_ID=", false},
    [WANDB_SWEEP] = {"WANDB_SWEEP_ID=", false}, /* never set: nothing could be uploaded later */
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

/* Of an agent of Weights & Biases around us: it speaks of another trial. */
static bool is_outer_wandb(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LENGTH(wandb_rows); i++)
        if (!wandb_rows[i].may_be_inherited && has_same_name(wandb_rows[i].entry, entry))
            return true;
    return false;
}

static unsigned choose_wandb(char *const *inherited, char *const *extra)
{
    unsigned chosen = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(wandb_rows); i++) {
        const struct wandb_row *row = &wandb_rows[i];
        if (!has_name(extra, row->entry) &&
            !(row->may_be_inherited && has_name(inherited, row->entry)))
            chosen |= 1u << i;
    }
    return chosen;
}

static bool has_any_threads(char *const *inherited, char *const *extra)
{
    for (size_t i = 0; i < ARRAY_LENGTH(thread_names); i++)
        if (has_name(inherited, thread_names[i]) || has_name(extra, thread_names[i]))
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
        bool outer = strncmp(inherited[i], OUR_PREFIX, sizeof OUR_PREFIX - 1) == 0 ||
                     is_outer_wandb(inherited[i]);
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
    environment->threads = !has_any_threads(inherited, extra);
    environment->wandb = choose_wandb(inherited, extra);
}

void environment_release(struct environment *environment)
{
    sweep_free(environment->shared);
    *environment = (struct environment){0};
}

/* The entries for wandb. @return behind the last one */
static char **put_wandb(const struct environment *environment, struct arena *arena,
                        const struct environment_trial *trial, char **next)
{
    const char *const values[ARRAY_LENGTH(wandb_rows)] = {
        [WANDB_MODE] = "",
        [WANDB_DIR] = trial->wandb_directory,
        [WANDB_FLUSH] = "",
        [WANDB_PARAMS] = arena_printf(arena, "%s/wandb.yaml", trial->directory),
        [WANDB_RUN] = trial->run_id,
    };
    for (size_t i = 0; i < ARRAY_LENGTH(wandb_rows); i++)
        if (values[i] != NULL && (environment->wandb & 1u << i) != 0)
            *next++ = arena_printf(arena, "%s%s", wandb_rows[i].entry, values[i]);
    return next;
}

char **environment_make(const struct environment *environment, struct arena *arena,
                        const struct environment_trial *trial)
{
    size_t most = environment->shared_count + ARRAY_LENGTH(told_names) + ARRAY_LENGTH(gpu_names) +
                  ARRAY_LENGTH(wandb_rows) + ARRAY_LENGTH(thread_names) + 2;
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
    for (size_t i = 0; i < ARRAY_LENGTH(thread_names); i++)
        if (environment->threads && trial->threads > 0)
            *next++ = arena_printf(arena, "%s=%" PRIu32, thread_names[i], trial->threads);
    (void)put_wandb(environment, arena, trial, next);
    return list;
}
