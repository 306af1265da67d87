/*
 * What the loop has to do with GPUs, and with what else trials reserve of the box: the engine is
 * told how many attempts there is room for, each attempt what it has. What is free is exec's.
 */
#include "run/runner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/quantity.h"

#define LIST_MAX ((size_t)64 * 1024)

static bool is_measured(const struct runner *runner)
{
    return runner->settings->gpus.by_memory && runner->settings->gpu_memory_bytes == 0;
}

/* What is not known, or does not fit with its margin, is 0: all of a GPU. */
struct pool_need gpus_need(const struct runner *runner, const struct sweep_trial *trial, bool alone)
{
    uint64_t bytes = runner->settings->gpu_memory_bytes;
    if (is_measured(runner))
        bytes = needs_find(&runner->needs, trial != NULL ? trial->params : NULL);
    if (bytes > gpu_largest_memory(&runner->gpus.gpus))
        bytes = 0;
    return (struct pool_need){.alone = alone, .memory_bytes = bytes};
}

/* --- what trials need ------------------------------------------------------------------------- */

static const char *parameter_name(const struct runner *runner, size_t index)
{
    return sweep_space_parameter(runner->settings->space, index)->name;
}

static void say_unknown(struct runner *runner, const struct sweep_trial *trial)
{
    char text[256];
    if (runner->said_unknown_need || runner->needs.count > 0)
        return;
    runner->said_unknown_need = true;
    (void)snprintf(text, sizeof text,
                   "it was not seen how much memory of its GPU trial %" PRIu64
                   " took: until that is known each trial has a GPU to itself",
                   trial->number);
    runner_say_later(runner, text);
}

/* What is different from now on. @param before  the parameter that told until now */
static void say_learnt(struct runner *runner, const struct sweep_trial *trial, size_t before)
{
    const struct needs *needs = &runner->needs;
    char least[QUANTITY_TEXT_MAX];
    char most[QUANTITY_TEXT_MAX];
    char text[512] = "";
    quantity_format_bytes(needs_least(needs), least);
    quantity_format_bytes(needs->most_bytes, most);
    if (needs->count == 1)
        (void)snprintf(text, sizeof text,
                       "trial %" PRIu64
                       " took %s of its GPU at most: from now on as many share one "
                       "as fit, with a tenth to spare",
                       trial->number, most);
    else if (needs->telling != before && needs->telling != NEEDS_NO_PARAMETER)
        (void)snprintf(text, sizeof text,
                       "what trials take of a GPU depends on %s: %s to %s so far",
                       parameter_name(runner, needs->telling), least, most);
    else if (needs->telling != before)
        (void)snprintf(text, sizeof text,
                       "what trials take of a GPU does not depend on %s alone: each is given room "
                       "for %s",
                       parameter_name(runner, before), most);
    if (text[0] != '\0')
        runner_say_later(runner, text);
}

/* Those that failed may have ended before they took what they need. */
static bool is_example(const struct sweep_trial *trial)
{
    return trial->state == SWEEP_TRIAL_COMPLETE || trial->state == SWEEP_TRIAL_PRUNED;
}

void gpus_learn(struct runner *runner, const struct sweep_trial *trial, const struct usage *usage)
{
    size_t before = runner->needs.telling;
    if (!is_measured(runner) || !is_example(trial))
        return;
    if (usage->gpu_memory_bytes <= 0) {
        say_unknown(runner, trial);
        return;
    }
    needs_learn(&runner->needs, trial->params, (uint64_t)usage->gpu_memory_bytes);
    say_learnt(runner, trial, before);
    gpus_expect(runner, NULL);
}

bool gpus_restore(struct runner *runner, const struct store_trials *trials, struct sweep_error *err)
{
    struct usage usage;
    for (size_t i = 0; i < trials->count && is_measured(runner); i++) {
        const struct sweep_trial *trial = &trials->items[i];
        if (!is_example(trial))
            continue;
        if (!store_load_trial_usage(runner->request->store, trial->number, &usage, err))
            return false;
        if (usage.gpu_memory_bytes > 0)
            needs_learn(&runner->needs, trial->params, (uint64_t)usage.gpu_memory_bytes);
    }
    runner->next_need = gpus_need(runner, NULL, false);
    return true;
}

/* --- who gets which --------------------------------------------------------------------------- */

static bool is_same(const struct pool_need *a, const struct pool_need *b)
{
    return a->alone == b->alone && a->memory_bytes == b->memory_bytes;
}

void gpus_expect(struct runner *runner, const struct pool_need *refused)
{
    const struct pool_need need = refused != NULL ? *refused : gpus_need(runner, NULL, false);
    bool is_other = !is_same(&need, &runner->next_need);
    runner->next_need = need;
    if (refused != NULL || is_other)
        gpus_count(runner);
}

bool gpus_open(struct runner *runner, struct sweep_error *err)
{
    runner->capacity = UINT32_MAX;
    needs_init(&runner->needs, sweep_space_count(runner->settings->space));
    host_open(&runner->host, &runner->settings->host);
    if (!host_join(&runner->host, err) ||
        !pool_open(&runner->gpus, &runner->settings->gpus, runner->now_ms, err))
        return false;
    bool is_shared = runner->settings->gpus.per_trial > 0 || runner->settings->host.cpus > 0 ||
                     runner->settings->host.memory_bytes > 0;
    if (is_shared)
        queue_open(&runner->waiting.queue, runner->settings->host.lease_fd);
    runner->gpus.queue = &runner->waiting.queue;
    runner->host.queue = &runner->waiting.queue;
    runner->next_need = gpus_need(runner, NULL, false);
    return true;
}

void gpus_close(struct runner *runner)
{
    queue_close(&runner->waiting.queue);
    host_close(&runner->host);
    pool_close(&runner->gpus);
    needs_release(&runner->needs);
}

void gpus_count(struct runner *runner)
{
    waiting_yield(runner);
    uint32_t capacity = pool_capacity(&runner->gpus, &runner->next_need);
    uint32_t hosted = host_capacity(&runner->host);
    if (hosted < capacity)
        capacity = hosted;
    if (capacity == runner->capacity)
        return;
    runner->capacity = capacity;
    struct engine_event event = runner_event(runner, ENGINE_CAPACITY);
    event.capacity = capacity;
    runner_feed(runner, &event);
}

int64_t gpus_deadline(const struct runner *runner)
{
    int64_t pool_ms = pool_deadline(&runner->gpus);
    int64_t waiting_ms = waiting_deadline(runner);
    return pool_ms < waiting_ms ? pool_ms : waiting_ms;
}

void gpus_keep(struct runner *runner)
{
    bool has_news = waiting_heed(runner);
    if (!pool_look(&runner->gpus, runner->now_ms) && !has_news)
        return;
    gpus_count(runner);
    if (pool_count_used(&runner->gpus) == 0)
        gpus_settle(runner);
}

/* --- broken ones ------------------------------------------------------------------------------ */

/* Only the driver knows, where the script's words do not tell. */
bool gpus_has_failed_by_itself(const struct attempt_outcome *outcome)
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
    const char *event =
        arena_printf(&runner->turn.arena, "%s: trial %" PRIu64 " failed because of %s", names,
                     key.trial, count == 1 ? "it" : "them");
    turn_add_event(&runner->turn, runner->wall_us, key, "gpu_fault", event);
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
    if (gpus_has_failed_by_itself(outcome) && pool_is_broken(&runner->gpus, key))
        outcome->short_of = ATTEMPT_SHORT_OF_GPU;
    if (outcome->short_of == ATTEMPT_SHORT_OF_GPU)
        quarantine(runner, key);
    pool_give_back(&runner->gpus, key);
    host_give_back(&runner->host, key);
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

static bool is_counted_anew(const struct runner *runner)
{
    const struct container_engine *engine = runner->settings->container.engine;
    return engine != NULL && engine->numbers_anew;
}

/* Those of one vendor, separated by commas; NULL when there are none. In a
 * container that sees no others they are 0, 1 and so on. */
static const char *list_gpus(const struct runner *runner, struct arena *arena,
                             const struct pool_grant *grant, enum gpu_vendor vendor)
{
    struct strbuf list;
    size_t place = 0;
    strbuf_init(&list, LIST_MAX);
    for (size_t i = 0; i < grant->count; i++) {
        const struct gpu *gpu = grant->gpus[i];
        if (gpu->vendor != vendor)
            continue;
        strbuf_append_text(&list, list.size > 0 ? "," : "");
        bool has_no_serial = strncmp(gpu->uuid, "AMD-", 4) == 0;
        if (runner->settings->gpus_by_index && vendor == GPU_NVIDIA && is_counted_anew(runner))
            strbuf_printf(&list, "%zu", place++);
        else if (runner->settings->gpus_by_index || has_no_serial)
            strbuf_printf(&list, "%u", gpu->index);
        else
            strbuf_append_text(&list, gpu->uuid);
    }
    const char *text = list.size > 0 ? arena_copy(arena, strbuf_view(&list)) : NULL;
    strbuf_release(&list);
    return text;
}

void gpus_describe(const struct runner *runner, struct arena *arena, const struct gpus_grant *grant,
                   struct spec *spec, struct environment_trial *trial)
{
    const struct pool_grant *gpus = &grant->gpus;
    trial->cuda = runner->settings->hides_gpus ? "" : list_gpus(runner, arena, gpus, GPU_NVIDIA);
    trial->rocr = runner->settings->hides_gpus ? "" : list_gpus(runner, arena, gpus, GPU_AMD);
    trial->threads = runner->settings->host.cpus;
    spec->gpus = arena_alloc_array(arena, gpus->count + 1, sizeof *spec->gpus);
    for (size_t i = 0; i < gpus->count; i++)
        spec->gpus[i] = arena_strdup(arena, gpus->gpus[i]->uuid);
    spec->lease_count = (uint32_t)(gpus->count + grant->host.lease_count);
}

bool gpus_take(struct runner *runner, struct attempt_key key, const struct pool_need *need,
               struct gpus_grant *grant, struct sweep_error *err)
{
    if (!pool_take(&runner->gpus, key, need, &grant->gpus, err) ||
        !host_take(&runner->host, key, grant->gpus.gpus, grant->gpus.count, &grant->host, err))
        return false;
    memcpy(grant->leases, grant->gpus.leases, grant->gpus.count * sizeof *grant->leases);
    memcpy(grant->leases + grant->gpus.count, grant->host.leases,
           grant->host.lease_count * sizeof *grant->leases);
    runner->waiting.has_taken = true;
    return true;
}

void gpus_drop(struct gpus_grant *grant)
{
    pool_drop(&grant->gpus);
    host_drop(&grant->host);
}

void gpus_adopt(struct runner *runner, struct attempt_key key, const struct spec *spec)
{
    size_t count = 0;
    while (spec->gpus[count] != NULL)
        count++;
    pool_adopt(&runner->gpus, key, spec->gpus);
    if (spec->lease_count > count)
        host_adopt(&runner->host, key);
}

void gpus_record(struct runner *runner, struct attempt_key key, const struct pool_grant *grant)
{
    struct store_gpu items[POOL_PER_TRIAL_MAX];
    for (size_t i = 0; i < grant->count; i++)
        items[i] = (struct store_gpu){grant->gpus[i]->uuid, grant->gpus[i]->name};
    if (grant->count > 0)
        turn_add_gpus(&runner->turn, key, &(struct store_gpus){items, grant->count});
}
