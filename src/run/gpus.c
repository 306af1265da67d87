/*
 * What the loop has to do with GPUs: the engine is told how many attempts there is room for, each
 * attempt which ones it has. Which are free is exec/gpu's.
 */
#include "run/runner.h"

#include <inttypes.h>
#include <string.h>

#define LIST_MAX ((size_t)64 * 1024)

/* How often to look what other sweeps have given back, while there is work for it [ms]. */
#define LEASES_MS 20

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

/* Other sweeps give GPUs back without a word, and a look at their leases costs little. */
static bool is_short(const struct runner *runner)
{
    struct engine_progress progress;
    engine_progress(runner->engine, &progress);
    return runner->capacity < runner->settings->parallel &&
           (progress.has_more || progress.waiting > 0);
}

int64_t gpus_deadline(const struct runner *runner)
{
    int64_t deadline_ms = pool_deadline(&runner->gpus);
    bool is_sooner = runner->leases_ms < deadline_ms && is_short(runner);
    return is_sooner ? runner->leases_ms : deadline_ms;
}

void gpus_keep(struct runner *runner)
{
    bool is_due = runner->now_ms >= runner->leases_ms && is_short(runner);
    if (!pool_look(&runner->gpus, runner->now_ms) && !is_due)
        return;
    runner->leases_ms = runner->now_ms + LEASES_MS;
    gpus_count(runner);
}

/* --- broken ones ------------------------------------------------------------------------------ */

/* Only the driver knows, where the script's words do not tell. */
static bool has_failed_by_itself(const struct attempt_outcome *outcome)
{
    bool has_failed = outcome->end == ATTEMPT_SIGNALED ||
                      (outcome->end == ATTEMPT_EXITED && outcome->detail != 0 &&
                       outcome->detail != ATTEMPT_EXIT_SAVED);
    return has_failed && outcome->stop == ATTEMPT_STOP_NONE &&
           outcome->short_of == ATTEMPT_SHORT_OF_NOTHING;
}

static void say_broken(struct runner *runner, struct attempt_key key, const char *names,
                       size_t count)
{
    struct strbuf text;
    strbuf_init(&text, LIST_MAX);
    strbuf_printf(&text,
                  "trial %" PRIu64 " failed because of %s, which %s not used again in this run; "
                  "`sweep doctor --gpus` shows how %s",
                  key.trial, names, count == 1 ? "is" : "are", count == 1 ? "it is" : "they are");
    turn_add_event(&runner->turn, runner->wall_us, key, "gpu_fault", names);
    runner_say_later(runner, strbuf_text(&text));
    strbuf_release(&text);
}

static void quarantine(struct runner *runner, struct attempt_key key)
{
    struct strbuf names;
    strbuf_init(&names, LIST_MAX);
    size_t count = pool_quarantine(&runner->gpus, key, &names);
    if (count > 0)
        say_broken(runner, key, strbuf_text(&names), count);
    strbuf_release(&names);
}

void gpus_end(struct runner *runner, struct attempt_key key, struct attempt_outcome *outcome)
{
    if (has_failed_by_itself(outcome) && pool_is_broken(&runner->gpus, key))
        outcome->short_of = ATTEMPT_SHORT_OF_GPU;
    bool is_to_blame = outcome->short_of == ATTEMPT_SHORT_OF_GPU;
    if (is_to_blame)
        quarantine(runner, key);
    pool_give_back(&runner->gpus, key);
    if (is_to_blame)
        gpus_count(runner);
}

/* Nothing would ever be started again. */
void gpus_settle(struct runner *runner)
{
    struct strbuf names;
    strbuf_init(&names, LIST_MAX);
    size_t broken = pool_list_broken(&runner->gpus, &names);
    strbuf_release(&names);
    if (broken == 0 || runner->said_no_gpu_left ||
        runner->gpus.gpus.count - broken >= runner->settings->gpus.per_trial)
        return;
    runner->said_no_gpu_left = true;
    runner_say_later(runner, "too few GPUs are left for a trial; `sweep resume` tries them again");
    const struct engine_event end = runner_event(runner, ENGINE_TERMINATE);
    runner_feed(runner, &end);
}

void gpus_say_broken(struct runner *runner)
{
    struct strbuf text;
    strbuf_init(&text, LIST_MAX);
    strbuf_append_text(&text, "not used any more after they failed: ");
    struct strbuf names;
    strbuf_init(&names, LIST_MAX);
    if (pool_list_broken(&runner->gpus, &names) > 0) {
        strbuf_append_text(&text, strbuf_text(&names));
        runner_say_later(runner, strbuf_text(&text));
    }
    strbuf_release(&names);
    strbuf_release(&text);
}

/* --- those of an attempt ---------------------------------------------------------------------- */

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
