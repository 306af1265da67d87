/*
 * What the loop has to do with GPUs: the engine is told how many attempts there is room for, each
 * attempt which ones it has. Which are free is exec/gpu's.
 */
#include "run/runner.h"

#include <string.h>

#define LIST_MAX ((size_t)64 * 1024)

void gpus_open(struct runner *runner)
{
    runner->capacity = UINT32_MAX;
    pool_open(&runner->gpus, &runner->settings->gpus, runner->now_ms);
}

void gpus_close(struct runner *runner)
{
    pool_close(&runner->gpus);
}

/* Once each time, and only where nothing goes on anyway. */
static void say_none_free(struct runner *runner)
{
    bool none = runner->capacity == 0;
    if (none && !runner->said_no_gpu_free)
        runner_tell(runner, RUN_MESSAGE,
                    runner->settings->gpus.per_trial == 1
                        ? "no GPU is free now: trials start when one is; `sweep doctor --gpus` "
                          "shows who has them"
                        : "too few GPUs are free now: trials start when enough are; `sweep doctor "
                          "--gpus` shows who has them");
    runner->said_no_gpu_free = none;
}

void gpus_count(struct runner *runner)
{
    uint32_t capacity = pool_capacity(&runner->gpus);
    if (capacity == runner->capacity)
        return;
    runner->capacity = capacity;
    struct engine_event event = runner_event(runner, ENGINE_CAPACITY);
    event.capacity = capacity;
    runner_feed(runner, &event);
    say_none_free(runner);
}

void gpus_keep(struct runner *runner)
{
    if (pool_look(&runner->gpus, runner->now_ms))
        gpus_count(runner);
}

/* Those of one vendor, separated by commas; NULL when there are none. */
static const char *list_gpus(const struct runner *runner, struct arena *arena,
                             const struct pool_grant *grant, enum gpu_vendor vendor)
{
    struct strbuf list;
    strbuf_init(&list, LIST_MAX);
    for (size_t i = 0; i < grant->count; i++) {
        const struct gpu *gpu = grant->gpus[i];
        if (gpu->vendor != vendor)
            continue;
        strbuf_append_text(&list, list.size > 0 ? "," : "");
        bool has_no_serial = strncmp(gpu->uuid, "AMD-", 4) == 0;
        if (runner->settings->gpus_by_index || has_no_serial)
            strbuf_printf(&list, "%u", gpu->index);
        else
            strbuf_append_text(&list, gpu->uuid);
    }
    const char *text = list.size > 0 ? arena_copy(arena, strbuf_view(&list)) : NULL;
    strbuf_release(&list);
    return text;
}

void gpus_describe(const struct runner *runner, struct arena *arena, const struct pool_grant *grant,
                   struct spec *spec, struct environment_trial *trial)
{
    trial->cuda = runner->settings->hides_gpus ? "" : list_gpus(runner, arena, grant, GPU_NVIDIA);
    trial->rocr = runner->settings->hides_gpus ? "" : list_gpus(runner, arena, grant, GPU_AMD);
    spec->gpus = arena_alloc_array(arena, grant->count + 1, sizeof *spec->gpus);
    for (size_t i = 0; i < grant->count; i++)
        spec->gpus[i] = arena_strdup(arena, grant->gpus[i]->uuid);
    spec->lease_count = (uint32_t)grant->lease_count;
}

void gpus_record(struct runner *runner, struct attempt_key key, const struct pool_grant *grant)
{
    struct store_gpu items[POOL_PER_TRIAL_MAX];
    for (size_t i = 0; i < grant->count; i++)
        items[i] = (struct store_gpu){grant->gpus[i]->uuid, grant->gpus[i]->name};
    if (grant->count > 0)
        turn_add_gpus(&runner->turn, key, &(struct store_gpus){items, grant->count});
}
