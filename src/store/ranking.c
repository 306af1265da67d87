/*
 * The ranking and what the trials have come to, by the indexes trial_value, trial_last and
 * trial_rest: of a hundred thousand trials only those are read that are asked for.
 *
 * What the order is, trial/ranking.h says; the SQL here must say the same.
 */
#include "trial/ranking.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "store/connection.h"
#include "store/rows.h"
#include "sweep/mem.h"

bool store_count_trials(struct store *store, size_t *count, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_COUNT_TRIALS, err))
        return false;
    *count = statement_next(&s) ? (size_t)statement_unsigned(&s) : 0;
    return statement_end(&s, err);
}

static bool damaged(struct store *store, struct sweep_error *err)
{
    return connection_damaged(store, "an index of the trials makes no sense", err);
}

/* Of the complete trials only those without a finite value are in trial_rest: the others are all
 * that are left. */
static bool settle_complete(struct store *store, struct store_tally *tally, struct sweep_error *err)
{
    size_t others = 0;

    tally->counts[SWEEP_TRIAL_COMPLETE] = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(tally->counts); i++)
        others += tally->counts[i];
    if (others > tally->total)
        return damaged(store, err);
    tally->counts[SWEEP_TRIAL_COMPLETE] = tally->total - others;
    return true;
}

static bool count_withdrawn(struct store *store, struct store_tally *out, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_COUNT_WITHDRAWN, err))
        return false;
    out->withdrawn = statement_next(&s) ? (size_t)statement_unsigned(&s) : 0;
    return statement_end(&s, err);
}

bool store_load_tally(struct store *store, struct store_tally *out, struct sweep_error *err)
{
    struct statement s;
    bool sound = true;

    *out = (struct store_tally){0};
    if (!store_count_trials(store, &out->total, err) ||
        !statement_begin(&s, store, STATEMENT_COUNT_REST, err))
        return false;
    while (sound && statement_next(&s)) {
        uint64_t state = statement_unsigned(&s);

        sound = state < ARRAY_LENGTH(out->counts);
        if (sound)
            out->counts[state] = (size_t)statement_unsigned(&s);
    }
    if (!statement_end(&s, err))
        return false;
    if (!sound)
        return damaged(store, err);
    return settle_complete(store, out, err) && count_withdrawn(store, out, err);
}

bool store_load_retries(struct store *store, struct arena *arena, struct store_retries *out,
                        struct sweep_error *err)
{
    struct rows rows = {.size = sizeof(struct store_retry)};
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_LOAD_RETRIES, err))
        return false;
    while (statement_next(&s)) {
        struct store_retry *retry = rows_add(&rows);

        retry->of = statement_unsigned(&s);
        retry->number = statement_unsigned(&s);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return statement_end(&s, err);
}

/* --- the ranking ------------------------------------------------------------------------------ */

/* Numbers of trials, best first. */
struct places {
    uint64_t *numbers; /* [count] */
    size_t count;
    size_t wanted;
    size_t capacity;
};

/* Run to its end a statement that gives numbers, after ?1, which says how many at most. */
static bool add_places(struct places *places, struct statement *s, struct sweep_error *err)
{
    while (places->count < places->wanted && statement_next(s)) {
        places->numbers = array_reserve(places->numbers, places->count + 1, &places->capacity,
                                        sizeof *places->numbers);
        places->numbers[places->count++] = statement_unsigned(s);
    }
    return statement_end(s, err);
}

static bool add_ranked(struct places *places, struct store *store, bool maximize,
                       struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, maximize ? STATEMENT_RANK_DOWN : STATEMENT_RANK_UP, err))
        return false;
    statement_bind_unsigned(&s, places->wanted);
    return add_places(places, &s, err);
}

static bool add_rest(struct places *places, struct store *store, enum sweep_trial_state state,
                     struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RANK_REST, err))
        return false;
    statement_bind_unsigned(&s, places->wanted - places->count);
    statement_bind_integer(&s, state);
    return add_places(places, &s, err);
}

bool store_find_ranking(struct store *store, struct arena *arena, bool maximize, size_t count,
                        struct store_places *out, struct sweep_error *err)
{
    struct places places = {.wanted = count < INT64_MAX ? count : INT64_MAX};
    bool done = add_ranked(&places, store, maximize, err);

    for (size_t i = 0; done && i < RANKING_STATES && places.count < places.wanted; i++)
        done = add_rest(&places, store, ranking_state(i), err);
    out->numbers = arena_alloc_array(arena, places.count, sizeof *out->numbers);
    out->count = places.count;
    if (places.count > 0)
        memcpy(out->numbers, places.numbers, places.count * sizeof *out->numbers);
    sweep_free(places.numbers);
    return done;
}

bool store_find_best(struct store *store, bool maximize, uint64_t *number, struct sweep_error *err)
{
    struct places places = {.wanted = 1};
    bool done = add_ranked(&places, store, maximize, err);

    *number = done && places.count > 0 ? places.numbers[0] : 0;
    sweep_free(places.numbers);
    return done;
}

bool store_find_unranked(struct store *store, enum sweep_trial_state state, uint64_t *number,
                         struct sweep_error *err)
{
    struct places places = {.wanted = 1};
    bool done = add_rest(&places, store, state, err);

    *number = done && places.count > 0 ? places.numbers[0] : 0;
    sweep_free(places.numbers);
    return done;
}

/* --- by the last report ----------------------------------------------------------------------- */

/* The best last report of all that can be ranked; NaN: there is none. */
static bool load_best_last(struct store *store, bool maximize, double *out, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, maximize ? STATEMENT_LAST_MAX : STATEMENT_LAST_MIN, err))
        return false;
    *out = statement_next(&s) ? statement_real(&s) : (double)NAN;
    return statement_end(&s, err);
}

bool store_find_better_last(struct store *store, bool maximize, double last, uint64_t *number,
                            struct sweep_error *err)
{
    struct statement s;
    double best;

    *number = 0;
    if (!load_best_last(store, maximize, &best, err))
        return false;
    if (isnan(best) || !(isnan(last) || ranking_is_better(best, last, maximize)))
        return true;
    if (!statement_begin(&s, store, STATEMENT_FIND_LAST, err))
        return false;
    statement_bind_real(&s, best);
    *number = statement_next(&s) ? statement_unsigned(&s) : 0;
    return statement_end(&s, err);
}
