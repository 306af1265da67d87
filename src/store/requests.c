/*
 * Requests of people: recorded once, together with what they did, and found again by who asked;
 * which trial is whose retry.
 *
 * Not for the files in which they come: those are control's.
 */
#include "base/arena.h"
#include "store/statement.h"
#include "store/store.h"

bool store_record_request(struct store *store, const struct store_request *request,
                          struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_REQUEST, err))
        return false;
    statement_bind_text(&s, request->id);
    statement_bind_integer(&s, request->at_us);
    statement_bind_text(&s, request->verb);
    statement_bind_unsigned(&s, request->trial);
    statement_bind_text(&s, request->body);
    statement_bind_integer(&s, request->is_done);
    statement_bind_text(&s, request->reply);
    return statement_run(&s, err);
}

static const char *copy_text(struct statement *s, struct arena *arena)
{
    const char *text = statement_text(s);

    return arena_strdup(arena, text ? text : "");
}

bool store_find_request(struct store *store, struct arena *arena, const char *id,
                        struct store_request *found, struct sweep_error *err)
{
    struct statement s;

    *found = (struct store_request){0};
    if (!statement_begin(&s, store, STATEMENT_FIND_REQUEST, err))
        return false;
    statement_bind_text(&s, id);
    if (statement_next(&s)) {
        found->id = arena_strdup(arena, id);
        found->at_us = statement_integer(&s);
        found->verb = copy_text(&s, arena);
        found->trial = statement_unsigned(&s);
        found->body = copy_text(&s, arena);
        found->is_done = statement_integer(&s) != 0;
        found->reply = copy_text(&s, arena);
    }
    return statement_end(&s, err);
}

bool store_find_retry(struct store *store, uint64_t trial, uint64_t *out, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_FIND_RETRY, err))
        return false;
    statement_bind_unsigned(&s, trial);
    *out = statement_next(&s) ? statement_unsigned(&s) : 0;
    return statement_end(&s, err);
}
