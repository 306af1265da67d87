/*
 * Which GPUs an attempt had.
 */

#include "store/rows.h"
#include "store/statement.h"
#include "store/store.h"

static bool record_name(struct store *store, const struct store_gpu *gpu, struct sweep_error *err)
{
    struct statement s;
    if (!statement_begin(&s, store, STATEMENT_RECORD_GPU, err))
        return false;
    statement_bind_text(&s, gpu->uuid);
    statement_bind_text(&s, gpu->name);
    return statement_run(&s, err);
}

static bool record_use(struct store *store, struct attempt_key key, size_t place, const char *uuid,
                       struct sweep_error *err)
{
    struct statement s;
    if (!statement_begin(&s, store, STATEMENT_RECORD_ATTEMPT_GPU, err))
        return false;
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    statement_bind_integer(&s, (int64_t)place);
    statement_bind_text(&s, uuid);
    return statement_run(&s, err);
}

bool store_record_gpus(struct store *store, struct attempt_key key, const struct store_gpus *gpus,
                       struct sweep_error *err)
{
    for (size_t i = 0; i < gpus->count; i++)
        if (!record_name(store, &gpus->items[i], err) ||
            !record_use(store, key, i, gpus->items[i].uuid, err))
            return false;
    return true;
}

bool store_load_gpus(struct store *store, struct arena *arena, struct attempt_key key,
                     struct store_gpus *out, struct sweep_error *err)
{
    struct statement s;
    struct rows rows = {.size = sizeof(struct store_gpu)};
    *out = (struct store_gpus){0};
    if (!statement_begin(&s, store, STATEMENT_LOAD_GPUS, err))
        return false;
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    while (statement_next(&s)) {
        const char *uuid = statement_text(&s);
        const char *name = statement_text(&s);
        *(struct store_gpu *)rows_add(&rows) =
            (struct store_gpu){arena_strdup(arena, uuid != NULL ? uuid : ""),
                               arena_strdup(arena, name != NULL ? name : "")};
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return statement_end(&s, err);
}
