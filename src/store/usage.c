/*
 * What attempts took of the machine.
 */
#include "trial/usage.h"

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
