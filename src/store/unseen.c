/*
 * What is known of the objective where it was not found. Not for its values: see load.c.
 */
#include "store/connection.h"
#include "store/store.h"

static bool ask(struct store *store, enum statement_id id, bool *answer, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, id, err))
        return false;
    *answer = statement_next(&s) && statement_integer(&s) != 0;
    return statement_end(&s, err);
}

bool store_is_unseen(struct store *store, bool *unseen, struct sweep_error *err)
{
    return ask(store, STATEMENT_IS_UNSEEN, unseen, err);
}

bool store_is_free(struct store *store, bool *is_free, struct sweep_error *err)
{
    return ask(store, STATEMENT_IS_FREE, is_free, err);
}

bool store_is_revised(struct store *store, bool *is_revised, struct sweep_error *err)
{
    return ask(store, STATEMENT_IS_REVISED, is_revised, err);
}

bool store_find_held(struct store *store, uint64_t after, uint64_t *trial, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_FIND_HELD, err))
        return false;
    statement_bind_unsigned(&s, after);
    *trial = statement_next(&s) ? statement_unsigned(&s) : 0;
    return statement_end(&s, err);
}
