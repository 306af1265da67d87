/*
 * Bookkeeping of GPUs. Nothing here waits: leases are tried, the survey is another process.
 */
#include "box/gpu/pool.h"

#include <string.h>

#include "base/array.h"
#include "base/sys.h"
#include "sweep/mem.h"

/* While a GPU is free for us, somebody may begin to use it; while none is, somebody may stop. */
#define LOOK_MS 5000

/* --- what is free ----------------------------------------------------------------------------- */

static uint32_t count_ours(const struct pool *pool, size_t gpu)
{
    uint32_t count = 0;
    for (size_t i = 0; i < pool->holding_count; i++)
        count += pool->holdings[i].gpu == gpu;
    return count;
}

uint32_t pool_count_used(const struct pool *pool)
{
    uint32_t count = 0;
    for (size_t i = 0; i < pool->gpus.count; i++)
        count += count_ours(pool, i) > 0;
    return count;
}

/* An amount of a GPU's memory as a part of the GPU, rounded up; more than all when it is too much.
 */
static uint32_t units_of(const struct gpu *gpu, uint64_t bytes)
{
    if (bytes > gpu->memory_bytes)
        return UINT32_MAX;
    double units = (double)bytes / (double)gpu->memory_bytes * LEASE_UNITS;
    uint32_t whole = (uint32_t)units;
    return whole + ((double)whole < units);
}

static uint32_t units_needed(const struct pool_settings *settings, const struct gpu *gpu,
                             const struct pool_need *need)
{
    if (need->alone)
        return LEASE_UNITS;
    if (!settings->by_memory)
        return LEASE_UNITS / settings->shares;
    return need->memory_bytes == 0 ? LEASE_UNITS : units_of(gpu, need->memory_bytes);
}

static uint32_t leased_units(const struct pool *pool, size_t index)
{
    return LEASE_UNITS - lease_free(pool->files[index]);
}

/* On one that somebody has leased, or had when it was begun to look, processes and memory are taken
 * for the holders'; but memory beyond what the leases stand for is somebody else's, who has none.
 * So what was seen stays true when the holders are gone. */
static void excuse_holders(struct pool *pool, size_t index)
{
    struct gpu *gpu = &pool->gpus.items[index];
    uint32_t leased = leased_units(pool, index);
    uint64_t idle = gpu_idle_bytes(gpu);
    uint32_t used =
        gpu->memory_bytes > 0 && gpu->used_bytes > idle ? units_of(gpu, gpu->used_bytes - idle) : 0;
    if (leased < pool->leased[index])
        leased = pool->leased[index];
    pool->strangers[index] = 0;
    if (leased == 0)
        return;
    if (used != UINT32_MAX && used > leased)
        pool->strangers[index] = used - leased;
    gpu->pid_count = 0;
    gpu->used_bytes = 0;
}

static bool is_usable(const struct pool *pool, size_t index)
{
    const struct gpu *gpu = &pool->gpus.items[index];
    return !pool->broken[index] && gpu->trouble[0] == '\0' &&
           (count_ours(pool, index) > 0 || gpu_judge(gpu) == GPU_FREE);
}

static uint32_t stranger_units(const struct pool *pool, size_t index)
{
    return pool->settings.by_memory ? pool->strangers[index] : 0;
}

static uint32_t free_units(const struct pool *pool, size_t index)
{
    uint32_t strangers = stranger_units(pool, index);
    if (!is_usable(pool, index) || lease_is_removed(pool->files[index]) ||
        (pool->queue != NULL && !queue_is_ours(pool->queue, pool->files[index])))
        return 0;
    uint32_t free = lease_free(pool->files[index]);
    return strangers < free ? free - strangers : 0;
}

static uint32_t free_parts(const struct pool *pool, size_t index, const struct pool_need *need)
{
    return free_units(pool, index) / units_needed(&pool->settings, &pool->gpus.items[index], need);
}

/* Of the fullest first, so that the last ones are spread; all different ones. */
static bool take_away(uint32_t *shares, size_t count, uint32_t wanted, bool *is_used,
                      uint32_t unused_left)
{
    bool taken[GPU_MAX] = {false};
    for (uint32_t i = 0; i < wanted; i++) {
        size_t best = count;
        for (size_t k = 0; k < count; k++)
            if (shares[k] > 0 && !taken[k] && (is_used[k] || unused_left > 0) &&
                (best == count || shares[k] > shares[best]))
                best = k;
        if (best == count)
            return false;
        unused_left -= !is_used[best];
        is_used[best] = taken[best] = true;
        shares[best]--;
    }
    return true;
}

/* How many more attempts find their GPUs. @param parts  [gpus.count] that are free of each
 * @param is_used  [gpus.count] by us */
static uint32_t count_fitting(const struct pool_settings *settings, size_t count, uint32_t *parts,
                              bool *is_used)
{
    uint32_t fitting = 0;
    for (;;) {
        uint32_t may_use =
            (uint32_t)count > settings->leave ? (uint32_t)count - settings->leave : 0;
        uint32_t used = 0;
        for (size_t i = 0; i < count; i++)
            used += is_used[i];
        if (!take_away(parts, count, settings->per_trial, is_used,
                       may_use > used ? may_use - used : 0))
            return fitting;
        fitting++;
    }
}

uint32_t pool_capacity(const struct pool *pool, const struct pool_need *need)
{
    uint32_t parts[GPU_MAX];
    bool is_used[GPU_MAX];
    if (pool->settings.per_trial == 0)
        return UINT32_MAX;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        parts[i] = free_parts(pool, i, need);
        is_used[i] = count_ours(pool, i) > 0;
    }
    return (uint32_t)pool->holder_count +
           count_fitting(&pool->settings, pool->gpus.count, parts, is_used);
}

uint32_t pool_room(const struct pool_settings *settings, const struct pool_need *need)
{
    uint32_t parts[GPU_MAX];
    bool is_used[GPU_MAX] = {false};
    for (size_t i = 0; i < settings->gpus->count; i++)
        parts[i] = LEASE_UNITS / units_needed(settings, &settings->gpus->items[i], need);
    return count_fitting(settings, settings->gpus->count, parts, is_used);
}

/* --- waiting ---------------------------------------------------------------------------------- */

/* Whether it could ever be given to another attempt as things are. */
static bool is_worth_waiting(const struct pool *pool, size_t index, const struct pool_need *need)
{
    uint32_t most = LEASE_UNITS - stranger_units(pool, index);
    bool may_use = count_ours(pool, index) > 0 ||
                   pool_count_used(pool) + pool->settings.leave < pool->gpus.count;
    return may_use && is_usable(pool, index) && pool->files[index] >= 0 &&
           stranger_units(pool, index) < LEASE_UNITS &&
           units_needed(&pool->settings, &pool->gpus.items[index], need) <= most;
}

static size_t find_emptiest(const struct pool *pool, const bool *may_be)
{
    size_t best = pool->gpus.count;
    uint32_t most = 0;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        uint32_t free = may_be[i] ? lease_free(pool->files[i]) : 0;
        if (!may_be[i] || (best < pool->gpus.count && free <= most))
            continue;
        best = i;
        most = free;
    }
    return best;
}

/* All that the end of one lease could be enough for. Where that takes several, as on a GPU that is
 * full of small trials and needed whole, only as many are emptied as one attempt needs. */
void pool_claim(const struct pool *pool, const struct pool_need *need)
{
    bool others[GPU_MAX] = {false};
    size_t count = 0;
    if (pool->queue == NULL || pool_capacity(pool, need) > pool->holder_count)
        return;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        uint32_t needed = units_needed(&pool->settings, &pool->gpus.items[i], need);
        others[i] = is_worth_waiting(pool, i, need);
        if (!others[i] || lease_soon(pool->files[i]) < needed + stranger_units(pool, i))
            continue;
        queue_claim(pool->queue, pool->files[i]);
        others[i] = false;
        count++;
    }
    for (; count < pool->settings.per_trial; count++) {
        size_t best = find_emptiest(pool, others);
        if (best == pool->gpus.count)
            return;
        queue_claim(pool->queue, pool->files[best]);
        others[best] = false;
    }
}

/* --- taking ----------------------------------------------------------------------------------- */

static bool has_in_grant(const struct pool_grant *grant, const struct gpu *gpu)
{
    for (size_t i = 0; i < grant->count; i++)
        if (grant->gpus[i] == gpu)
            return true;
    return false;
}

static void add_to_grant(struct pool_grant *grant, const struct gpu *gpu, const struct lease *lease)
{
    grant->leases[grant->count] = lease->fd;
    grant->gpus[grant->count++] = gpu;
}

static bool may_take(const struct pool *pool, const struct pool_grant *grant, size_t index,
                     bool may_use_another)
{
    return !has_in_grant(grant, &pool->gpus.items[index]) &&
           (may_use_another || count_ours(pool, index) > 0);
}

/* One more for the grant: the one with the fewest of ours, then in the list's order. */
static bool take_one(const struct pool *pool, struct pool_grant *grant,
                     const struct pool_need *need, bool may_use_another, struct sweep_error *err)
{
    struct lease lease = {0};
    struct sweep_error reason = {.code = SWEEP_BUSY, .message = "no GPU is free now"};
    for (uint32_t ours = 0; ours <= pool->holding_count; ours++)
        for (size_t i = 0; i < pool->gpus.count; i++) {
            const struct gpu *gpu = &pool->gpus.items[i];
            if (count_ours(pool, i) != ours || !may_take(pool, grant, i, may_use_another) ||
                free_parts(pool, i, need) == 0 ||
                !lease_take(pool->settings.lease_fd, gpu->uuid,
                            units_needed(&pool->settings, gpu, need), &lease, &reason))
                continue;
            add_to_grant(grant, gpu, &lease);
            return true;
        }
    return sweep_error_set(err, reason.code, "%s", reason.message);
}

static void hold(struct pool *pool, struct attempt_key key, size_t gpu)
{
    pool->holdings = array_reserve(pool->holdings, pool->holding_count + 1, &pool->holding_capacity,
                                   sizeof *pool->holdings);
    pool->holdings[pool->holding_count++] = (struct pool_holding){key, gpu};
}

bool pool_take(struct pool *pool, struct attempt_key key, const struct pool_need *need,
               struct pool_grant *grant, struct sweep_error *err)
{
    const struct pool_settings *settings = &pool->settings;
    uint32_t used = pool_count_used(pool);
    *grant = (struct pool_grant){0};
    while (grant->count < settings->per_trial) {
        if (!take_one(pool, grant, need, used + settings->leave < pool->gpus.count, err)) {
            pool_drop(grant);
            return false;
        }
        used += count_ours(pool, (size_t)(grant->gpus[grant->count - 1] - pool->gpus.items)) == 0;
    }
    for (size_t i = 0; i < grant->count; i++)
        hold(pool, key, (size_t)(grant->gpus[i] - pool->gpus.items));
    pool->holder_count += grant->count > 0;
    return true;
}

void pool_drop(struct pool_grant *grant)
{
    for (size_t i = 0; i < grant->count; i++) {
        struct lease lease = {true, grant->leases[i]};
        lease_drop(&lease);
    }
    *grant = (struct pool_grant){0};
}

void pool_adopt(struct pool *pool, struct attempt_key key, char *const *uuids)
{
    size_t before = pool->holding_count;
    for (; *uuids != NULL; uuids++)
        for (size_t i = 0; i < pool->gpus.count; i++)
            if (strcmp(pool->gpus.items[i].uuid, *uuids) == 0)
                hold(pool, key, i);
    pool->holder_count += pool->holding_count > before;
}

void pool_give_back(struct pool *pool, struct attempt_key key)
{
    size_t kept = 0;
    for (size_t i = 0; i < pool->holding_count; i++)
        if (pool->holdings[i].key.trial != key.trial || pool->holdings[i].key.number != key.number)
            pool->holdings[kept++] = pool->holdings[i];
    pool->holder_count -= kept < pool->holding_count;
    pool->holding_count = kept;
}

/* --- broken ones ------------------------------------------------------------------------------ */

static bool is_held_by(const struct pool *pool, size_t gpu, struct attempt_key key)
{
    for (size_t i = 0; i < pool->holding_count; i++)
        if (pool->holdings[i].gpu == gpu && pool->holdings[i].key.trial == key.trial &&
            pool->holdings[i].key.number == key.number)
            return true;
    return false;
}

/* With new memory errors it may go on, unless a trial fails. */
static bool has_trouble(const struct pool *pool, size_t gpu)
{
    bool has_new_errors =
        pool->first_ecc[gpu] >= 0 && pool->gpus.items[gpu].ecc_errors > pool->first_ecc[gpu];
    return pool->broken[gpu] || has_new_errors || pool->gpus.items[gpu].trouble[0] != '\0';
}

bool pool_is_broken(const struct pool *pool, struct attempt_key key)
{
    for (size_t i = 0; i < pool->gpus.count; i++)
        if (has_trouble(pool, i) && is_held_by(pool, i, key))
            return true;
    return false;
}

static void append_name(struct strbuf *names, const char *name)
{
    strbuf_append_text(names, names->size > 0 ? ", " : "");
    strbuf_append_text(names, name);
}

size_t pool_quarantine(struct pool *pool, struct attempt_key key, struct strbuf *names)
{
    bool is_known = pool_is_broken(pool, key);
    size_t count = 0;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        if (!is_held_by(pool, i, key) || pool->broken[i] || (is_known && !has_trouble(pool, i)))
            continue;
        pool->broken[i] = true;
        append_name(names, pool->gpus.items[i].uuid);
        count++;
    }
    return count;
}

static bool is_of_one(const struct gpu *a, const struct gpu *b)
{
    return a == b || (a->parent[0] != '\0' && strcmp(a->parent, b->parent) == 0);
}

bool pool_condemn(struct pool *pool, const char *uuid)
{
    const struct gpu *gpu = gpu_find(&pool->gpus, uuid);
    bool was_used = false;
    for (size_t i = 0; gpu != NULL && i < pool->gpus.count; i++)
        if (is_of_one(gpu, &pool->gpus.items[i])) {
            was_used = was_used || !pool->broken[i];
            pool->broken[i] = true;
        }
    return was_used;
}

size_t pool_list_broken(const struct pool *pool, struct strbuf *names)
{
    size_t count = 0;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        if (!pool->broken[i])
            continue;
        append_name(names, pool->gpus.items[i].uuid);
        count++;
    }
    return count;
}

/* --- looking again ---------------------------------------------------------------------------- */

/* What was seen of each; those that are gone can be used no more. */
static void take_news(struct pool *pool, const struct gpu_list *news)
{
    for (size_t i = 0; i < pool->gpus.count; i++) {
        struct gpu *gpu = &pool->gpus.items[i];
        const struct gpu *seen = NULL;
        for (size_t k = 0; k < news->count && seen == NULL; k++)
            if (strcmp(news->items[k].uuid, gpu->uuid) == 0)
                seen = &news->items[k];
        if (seen != NULL)
            *gpu = *seen;
        else
            gpu_set_text(gpu->trouble, "it is gone");
        excuse_holders(pool, i);
    }
}

/* By memory also one that we have may take more, unless somebody else begins to use it. */
static bool is_worth_a_look(const struct pool *pool)
{
    return pool->settings.per_trial > 0 && pool->settings.program_fd >= 0 &&
           (pool->settings.by_memory || pool_count_used(pool) < pool->gpus.count);
}

static bool open_files(struct pool *pool, struct sweep_error *err)
{
    struct sweep_error reason = {0};
    for (size_t i = 0; i < pool->gpus.count; i++) {
        pool->files[i] = lease_open(pool->settings.lease_fd, pool->gpus.items[i].uuid, &reason);
        if (pool->files[i] < 0 && reason.code == SWEEP_BUSY)
            return sweep_error_set(err, reason.code, "%s", reason.message);
    }
    return true;
}

/* Somebody removed one, and others lock its successor: when the last of those who have a part of
 * the old one is gone, so do we. Where that can never be had, we would wait without an end. */
static void renew_files(struct pool *pool)
{
    struct sweep_error reason;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        bool is_old = lease_is_removed(pool->files[i]) && leased_units(pool, i) == 0;
        if (pool->files[i] >= 0 && !is_old)
            continue;
        reason = (struct sweep_error){0};
        int fd = lease_open(pool->settings.lease_fd, pool->gpus.items[i].uuid, &reason);
        pool->broken[i] = pool->broken[i] || (is_old && fd < 0 && reason.code == SWEEP_IO);
        if (fd < 0)
            continue;
        sys_close(pool->files[i]);
        pool->files[i] = fd;
    }
}

bool pool_open(struct pool *pool, const struct pool_settings *settings, int64_t now_ms,
               struct sweep_error *err)
{
    *pool = (struct pool){.settings = *settings, .look_ms = now_ms + LOOK_MS};
    if (settings->gpus != NULL)
        pool->gpus = *settings->gpus;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        pool->first_ecc[i] = pool->gpus.items[i].ecc_errors;
        pool->files[i] = -1;
    }
    if (!open_files(pool, err))
        return false;
    for (size_t i = 0; i < pool->gpus.count; i++)
        excuse_holders(pool, i);
    return true;
}

void pool_close(struct pool *pool)
{
    survey_end(&pool->survey);
    for (size_t i = 0; i < pool->gpus.count; i++)
        sys_close(pool->files[i]);
    sweep_free(pool->holdings);
    *pool = (struct pool){0};
}

/* A look that fails changes nothing: what was free stays free, what was busy stays busy. */
static bool step(struct pool *pool, int64_t now_ms)
{
    struct gpu_list news;
    enum survey_state state = survey_step(&pool->survey, now_ms, &news, NULL);
    if (state == SURVEY_DONE)
        take_news(pool, &news);
    return state == SURVEY_DONE;
}

bool pool_look(struct pool *pool, int64_t now_ms)
{
    if (pool->survey.pid > 0)
        return step(pool, now_ms);
    if (now_ms < pool->look_ms || pool->settings.per_trial == 0)
        return false;
    pool->look_ms = now_ms + LOOK_MS;
    renew_files(pool);
    if (!is_worth_a_look(pool))
        return true;
    for (size_t i = 0; i < pool->gpus.count; i++)
        pool->leased[i] = leased_units(pool, i);
    (void)!survey_begin(&pool->survey, pool->settings.program_fd, now_ms, NULL);
    return true; /* leases of others may have changed */
}

int pool_fd(const struct pool *pool)
{
    return pool->survey.pid > 0 ? pool->survey.fd : -1;
}

int64_t pool_deadline(const struct pool *pool)
{
    if (pool->settings.per_trial == 0)
        return INT64_MAX;
    return pool->survey.pid > 0 ? pool->survey.deadline_ms : pool->look_ms;
}
