/*
 * What attempts took of the machine.
 */
#include "trial/usage.h"

#include <stdio.h>
#include <string.h>

#include "store/statement.h"
#include "store/store.h"

bool store_record_usage(struct store *store, struct attempt_key key, const struct usage *usage,
                        struct sweep_error *err)
{
    struct statement s;
    if (!statement_begin(&s, store, STATEMENT_RECORD_USAGE, err))
        return false;
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    statement_bind_integer(&s, usage->watched_us);
    statement_bind_unless(&s, usage->gpu_memory_bytes, USAGE_UNKNOWN);
    statement_bind_unless(&s, usage->gpu_busy_us, USAGE_UNKNOWN);
    statement_bind_unless(&s, usage->energy_mj, USAGE_UNKNOWN);
    statement_bind_integer(&s, usage->is_share);
    statement_bind_unless(&s, usage->cpu_us, USAGE_UNKNOWN);
    statement_bind_unless(&s, usage->memory_bytes, USAGE_UNKNOWN);
    return statement_run(&s, err);
}

static void read(struct statement *s, struct usage *out)
{
    out->watched_us = statement_integer(s);
    out->gpu_memory_bytes = statement_integer_or(s, USAGE_UNKNOWN);
    out->gpu_busy_us = statement_integer_or(s, USAGE_UNKNOWN);
    out->energy_mj = statement_integer_or(s, USAGE_UNKNOWN);
    out->is_share = statement_integer(s) != 0;
    out->cpu_us = statement_integer_or(s, USAGE_UNKNOWN);
    out->memory_bytes = statement_integer_or(s, USAGE_UNKNOWN);
}

bool store_load_usage(struct store *store, struct attempt_key key, struct usage *out,
                      struct sweep_error *err)
{
    struct statement s;
    usage_init(out);
    if (!statement_begin(&s, store, STATEMENT_LOAD_USAGE, err))
        return false;
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    if (statement_next(&s))
        read(&s, out);
    return statement_end(&s, err);
}

bool store_load_trial_usage(struct store *store, uint64_t trial, struct usage *out,
                            struct sweep_error *err)
{
    struct statement s;
    struct usage row;
    usage_init(out);
    if (!statement_begin(&s, store, STATEMENT_LOAD_TRIAL_USAGE, err))
        return false;
    statement_bind_unsigned(&s, trial);
    while (statement_next(&s)) {
        read(&s, &row);
        usage_join(out, &row);
    }
    return statement_end(&s, err);
}

/* --- the sweep as a whole --------------------------------------------------------------------- */

/* Where the times of one GPU, which come by their beginning, reach to. */
struct reach {
    char uuid[256];
    int64_t end_us;
};

static int64_t add_time(struct reach *reach, const char *uuid, int64_t since_us, int64_t end_us)
{
    if (strncmp(reach->uuid, uuid, sizeof reach->uuid - 1) != 0) {
        (void)snprintf(reach->uuid, sizeof reach->uuid, "%s", uuid);
        reach->end_us = INT64_MIN;
    }
    int64_t from_us = since_us > reach->end_us ? since_us : reach->end_us;
    if (end_us <= from_us)
        return 0;
    reach->end_us = end_us;
    return end_us - from_us;
}

static bool load_gpu_time(struct store *store, int64_t now_us, int64_t *out,
                          struct sweep_error *err)
{
    struct statement s;
    struct reach reach = {.end_us = INT64_MIN};
    *out = 0;
    if (!statement_begin(&s, store, STATEMENT_LOAD_GPU_TIMES, err))
        return false;
    while (statement_next(&s)) {
        const char *uuid = statement_text(&s);
        int64_t since_us = statement_integer(&s);
        int64_t ended_us = statement_integer_or(&s, since_us);
        bool is_live = statement_integer_or(&s, -1) < 0;
        *out += add_time(&reach, uuid != NULL ? uuid : "", since_us, is_live ? now_us : ended_us);
    }
    return statement_end(&s, err);
}

bool store_load_spending(struct store *store, int64_t now_us, struct store_spending *out,
                         struct sweep_error *err)
{
    struct statement s;
    if (!load_gpu_time(store, now_us, &out->gpu_us, err) ||
        !statement_begin(&s, store, STATEMENT_LOAD_ENERGY, err))
        return false;
    out->energy_mj = statement_next(&s) ? statement_integer_or(&s, USAGE_UNKNOWN) : USAGE_UNKNOWN;
    out->has_energy = out->energy_mj >= 0;
    if (!out->has_energy)
        out->energy_mj = 0;
    return statement_end(&s, err);
}
