/*
 * What is known of the objective where it was not found. Not for its values: see load.c.
 */
#include "store/connection.h"
#include "store/store.h"

bool store_is_unseen(struct store *store, bool *unseen, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_IS_UNSEEN, err))
        return false;
    *unseen = statement_next(&s) && statement_integer(&s) != 0;
    return statement_end(&s, err);
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
