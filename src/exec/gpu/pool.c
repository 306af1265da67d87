/*
 * Bookkeeping of GPUs. Nothing here waits: leases are tried, the survey is another process.
 */
#include "exec/gpu/pool.h"

#include <string.h>

#include "base/array.h"
#include "sweep/mem.h"

/* While a GPU is free for us, somebody may begin to use it; while none is, somebody may stop. */
#define LOOK_MS 5000

/* --- what is free ----------------------------------------------------------------------------- */

/* One that wants to be alone takes all shares. */
static uint32_t count_ours(const struct pool *pool, size_t gpu)
{
    uint32_t count = 0;
    for (size_t i = 0; i < pool->holding_count; i++)
        if (pool->holdings[i].gpu == gpu)
            count += pool->holdings[i].alone ? pool->settings.shares : 1;
    return count;
}

static uint32_t count_used(const struct pool *pool)
{
    uint32_t count = 0;
    for (size_t i = 0; i < pool->gpus.count; i++)
        count += count_ours(pool, i) > 0;
    return count;
}

/* Whose processes compute on one that we have is not asked: they are ours, and those of others that
 * share it with us are counted by their leases. */
static uint32_t free_shares(const struct pool *pool, size_t index)
{
    const struct gpu *gpu = &pool->gpus.items[index];
    uint32_t ours = count_ours(pool, index);
    uint32_t shares = pool->settings.shares;
    if (pool->broken[index])
        return 0;
    if (ours > 0)
        return ours < shares ? shares - ours : 0;
    if (gpu_judge(gpu) != GPU_FREE)
        return 0;
    if (shares == 1)
        return lease_is_taken(pool->settings.lease_fd, gpu->uuid) ? 0 : 1;
    struct lease lease = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < shares; i++) {
        count += lease_take(pool->settings.lease_fd, gpu->uuid, (int)i, &lease, NULL);
        lease_drop(&lease);
    }
    return count;
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

uint32_t pool_capacity(const struct pool *pool)
{
    const struct pool_settings *settings = &pool->settings;
    uint32_t shares[GPU_MAX];
    bool is_used[GPU_MAX];
    uint32_t used = 0;
    uint32_t capacity = (uint32_t)pool->holder_count;
    if (settings->per_trial == 0)
        return UINT32_MAX;
    for (size_t i = 0; i < pool->gpus.count; i++) {
        shares[i] = free_shares(pool, i);
        is_used[i] = count_ours(pool, i) > 0;
        used += is_used[i];
    }
    for (;;) {
        uint32_t may_use = (uint32_t)pool->gpus.count > settings->leave
                               ? (uint32_t)pool->gpus.count - settings->leave
                               : 0;
        if (!take_away(shares, pool->gpus.count, settings->per_trial, is_used,
                       may_use > used ? may_use - used : 0))
            return capacity;
        used = 0;
        for (size_t i = 0; i < pool->gpus.count; i++)
            used += is_used[i];
        capacity++;
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

static bool take_lease(const struct pool *pool, const struct gpu *gpu, bool alone,
                       struct lease *lease)
{
    int lease_fd = pool->settings.lease_fd;
    if (alone || pool->settings.shares == 1)
        return lease_take(lease_fd, gpu->uuid, LEASE_WHOLE, lease, NULL);
    for (uint32_t i = 0; i < pool->settings.shares; i++)
        if (lease_take(lease_fd, gpu->uuid, (int)i, lease, NULL))
            return true;
    return false;
}

static void add_to_grant(struct pool_grant *grant, const struct gpu *gpu, const struct lease *lease)
{
    grant->gpus[grant->count++] = gpu;
    for (size_t i = 0; i < lease->fd_count; i++)
        grant->leases[grant->lease_count++] = lease->fds[i];
}

/* One more for the grant: the emptiest of ours, then in the list's order. */
static bool take_one(const struct pool *pool, struct pool_grant *grant, bool may_use_another,
                     bool alone)
{
    struct lease lease = {0};
    uint32_t most = alone ? 1 : pool->settings.shares;
    for (uint32_t ours = 0; ours < most; ours++)
        for (size_t i = 0; i < pool->gpus.count; i++) {
            const struct gpu *gpu = &pool->gpus.items[i];
            if (count_ours(pool, i) != ours || has_in_grant(grant, gpu) || pool->broken[i] ||
                (ours == 0 && (!may_use_another || gpu_judge(gpu) != GPU_FREE)))
                continue;
            if (!take_lease(pool, gpu, alone, &lease))
                continue;
            add_to_grant(grant, gpu, &lease);
            return true;
        }
    return false;
}

static void hold(struct pool *pool, struct attempt_key key, size_t gpu, bool alone)
{
    pool->holdings = array_reserve(pool->holdings, pool->holding_count + 1, &pool->holding_capacity,
                                   sizeof *pool->holdings);
    pool->holdings[pool->holding_count++] = (struct pool_holding){key, gpu, alone};
}

bool pool_take(struct pool *pool, struct attempt_key key, bool alone, struct pool_grant *grant,
               struct sweep_error *err)
{
    const struct pool_settings *settings = &pool->settings;
    uint32_t used = count_used(pool);
    *grant = (struct pool_grant){0};
    while (grant->count < settings->per_trial) {
        if (!take_one(pool, grant, used + settings->leave < pool->gpus.count, alone)) {
            pool_drop(grant);
            return sweep_error_set(err, SWEEP_BUSY, "no GPU is free now");
        }
        used += count_ours(pool, (size_t)(grant->gpus[grant->count - 1] - pool->gpus.items)) == 0;
    }
    for (size_t i = 0; i < grant->count; i++)
        hold(pool, key, (size_t)(grant->gpus[i] - pool->gpus.items), alone);
    pool->holder_count += grant->count > 0;
    return true;
}

void pool_drop(struct pool_grant *grant)
{
    for (size_t i = 0; i < grant->lease_count; i++) {
        struct lease lease = {.fds = {grant->leases[i]}, .fd_count = 1};
        lease_drop(&lease);
    }
    *grant = (struct pool_grant){0};
}

void pool_adopt(struct pool *pool, struct attempt_key key, char *const *uuids, size_t lease_count)
{
    size_t before = pool->holding_count;
    size_t count = 0;
    while (uuids[count] != NULL)
        count++;
    for (; *uuids != NULL; uuids++)
        for (size_t i = 0; i < pool->gpus.count; i++)
            if (strcmp(pool->gpus.items[i].uuid, *uuids) == 0)
                hold(pool, key, i, lease_count == count);
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

static bool has_trouble(const struct pool *pool, size_t gpu)
{
    return pool->broken[gpu] || pool->gpus.items[gpu].trouble[0] != '\0';
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
        if (pool->first_ecc[i] >= 0 && gpu->ecc_errors > pool->first_ecc[i])
            pool->broken[i] = true;
    }
}

static bool is_worth_a_look(const struct pool *pool)
{
    return pool->settings.per_trial > 0 && pool->settings.program_fd >= 0 &&
           count_used(pool) < pool->gpus.count;
}

void pool_open(struct pool *pool, const struct pool_settings *settings, int64_t now_ms)
{
    *pool = (struct pool){.settings = *settings, .look_ms = now_ms + LOOK_MS};
    if (settings->gpus != NULL)
        pool->gpus = *settings->gpus;
    for (size_t i = 0; i < pool->gpus.count; i++)
        pool->first_ecc[i] = pool->gpus.items[i].ecc_errors;
}

void pool_close(struct pool *pool)
{
    survey_end(&pool->survey);
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
    if (is_worth_a_look(pool))
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
