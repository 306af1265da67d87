/*
 * Chooses trials and brings them in order. What the names in expressions mean is row_names.c's.
 */
#include "cli/look/selection.h"

#include <stdlib.h>
#include <string.h>

#include "cli/look/row_names.h"
#include "sweep/mem.h"
#include "trial/ranking.h"

/* --- order ------------------------------------------------------------------------------------ */

static int compare(const void *left, const void *right)
{
    const struct chosen *a = left;
    const struct chosen *b = right;
    int order = expr_compare(&a->key, &b->key);
    if (order != 0)
        return order;
    bool is_other = a->record != b->record;
    if (is_other && (a->selection->by_number || !a->selection->has_one_ranking))
        return a->record < b->record ? -1 : 1;
    if (!a->selection->by_number)
        order = ranking_compare(a->trial, b->trial, a->record->sweep.maximize);
    if (order == 0)
        order = (a->trial->number > b->trial->number) - (a->trial->number < b->trial->number);
    return order == 0 && is_other ? (a->record < b->record ? -1 : 1) : order;
}

static void swap(struct chosen *a, struct chosen *b)
{
    struct chosen other = *a;
    *a = *b;
    *b = other;
}

/* Bring what is before the middle one in front of it. @return where that one stands then */
static size_t partition(struct chosen *items, size_t count)
{
    size_t front = 0;
    swap(&items[count / 2], &items[count - 1]);
    for (size_t i = 0; i + 1 < count; i++)
        if (compare(&items[i], &items[count - 1]) < 0)
            swap(&items[i], &items[front++]);
    swap(&items[front], &items[count - 1]);
    return front;
}

/* Bring the first `wanted` to the front: of a hundred thousand trials twenty are to be shown, and
 * to sort all of them would take most of the time. */
static void bring_to_front(struct chosen *items, size_t count, size_t wanted)
{
    while (count > 1 && wanted > 0 && wanted < count) {
        size_t middle = partition(items, count);
        if (wanted <= middle) {
            count = middle;
        } else {
            items += middle + 1;
            count -= middle + 1;
            wanted -= middle + 1;
        }
    }
}

static void order(struct selection *selection, size_t wanted)
{
    selection->matching = selection->count;
    if (wanted > 0 && wanted < selection->count) {
        bring_to_front(selection->items, selection->count, wanted);
        selection->count = wanted;
    }
    if (selection->count > 1)
        qsort(selection->items, selection->count, sizeof *selection->items, compare);
}

/* --- choice ----------------------------------------------------------------------------------- */

/* The expressions of one selection. */
struct query {
    struct row_names *names;
    struct expr *where; /* or NULL */
    struct expr *sort;  /* or NULL */
};

static void query_release(struct query *query)
{
    expr_free(query->where);
    expr_free(query->sort);
    row_names_free(query->names);
}

static bool query_init(struct query *query, const struct record *records, size_t count,
                       const struct selection_wanted *wanted, struct sweep_error *err)
{
    *query = (struct query){0};
    if (wanted->where == NULL && wanted->sort == NULL)
        return true;
    query->names = row_names_create(records, count);
    if (wanted->where != NULL)
        query->where = row_names_compile(query->names, "--where", wanted->where, err);
    if (wanted->where != NULL && query->where == NULL)
        return false;
    if (wanted->sort != NULL)
        query->sort = row_names_compile(query->names, "--sort", wanted->sort, err);
    return wanted->sort == NULL || query->sort != NULL;
}

static bool evaluate(struct query *query, struct arena *arena, struct chosen *chosen, bool *holds,
                     struct sweep_error *err)
{
    *holds = true;
    if (query->names == NULL)
        return true;
    if (!row_names_set(query->names, chosen->record, chosen->trial, err))
        return false;
    if (query->where != NULL && !expr_holds(query->where, EXPR_UNKNOWN_FAILS, holds, err))
        return sweep_error_wrap(err, "--where");
    if (query->sort == NULL || !*holds)
        return true;
    if (!expr_evaluate(query->sort, &chosen->key, err))
        return sweep_error_wrap(err, "--sort");
    if (chosen->key.kind == EXPR_TEXT)
        chosen->key.text = arena_strdup(arena, chosen->key.text);
    return true;
}

static bool choose(struct selection *selection, struct query *query, struct record *record,
                   struct sweep_error *err)
{
    for (size_t i = 0; i < record->trials.count; i++) {
        struct chosen *chosen = &selection->items[selection->count];
        bool holds;
        *chosen = (struct chosen){
            .record = record, .trial = &record->trials.items[i], .selection = selection};
        if (!evaluate(query, &selection->arena, chosen, &holds, err))
            return false;
        selection->count += holds;
    }
    return true;
}

static bool have_one_objective(const struct record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const char *a = records[0].sweep.objective;
        const char *b = records[i].sweep.objective;
        if (records[i].sweep.maximize != records[0].sweep.maximize || (a == NULL) != (b == NULL) ||
            (a != NULL && strcmp(a, b) != 0))
            return false;
    }
    return true;
}

bool selection_needs_all(const struct selection_wanted *wanted)
{
    return wanted->where != NULL || wanted->sort != NULL || wanted->count == 0;
}

bool selection_make(struct selection *selection, struct record *records, size_t count,
                    const struct selection_wanted *wanted, struct sweep_error *err)
{
    struct query query;
    size_t total = 0;
    *selection = (struct selection){.has_one_ranking = have_one_objective(records, count),
                                    .by_number = wanted->by_number};
    for (size_t i = 0; i < count; i++)
        total += records[i].trials.count;
    selection->items = sweep_alloc_array(total, sizeof *selection->items);
    bool done = query_init(&query, records, count, wanted, err);
    for (size_t i = 0; done && i < count; i++)
        done = choose(selection, &query, &records[i], err);
    query_release(&query);
    if (done)
        order(selection, wanted->count);
    for (size_t i = 0; done && !selection_needs_all(wanted) && i < selection->count; i++)
        done = record_complete(selection->items[i].record, selection->items[i].trial, err);
    return done;
}

void selection_release(struct selection *selection)
{
    sweep_free(selection->items);
    arena_release(&selection->arena);
    *selection = (struct selection){0};
}
