/*
 * Chooses trials and brings them in order. What the names in expressions mean is row_names.c's.
 */
#include "view/record/selection.h"

#include <stdlib.h>
#include <string.h>

#include "sweep/mem.h"
#include "trial/ranking.h"
#include "view/record/current.h"
#include "view/record/row_names.h"

#define AT_ONCE 250 /* trials in memory, where one after the other is looked at */

bool selection_needs_all(const struct selection_wanted *wanted)
{
    return wanted->where != NULL || wanted->sort != NULL || wanted->count == 0;
}

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

static void order(struct selection *selection, const struct selection_wanted *wanted)
{
    if (selection_needs_all(wanted))
        selection->matching = selection->count;
    if (wanted->count > 0 && wanted->count < selection->count) {
        bring_to_front(selection->items, selection->count, wanted->count);
        selection->count = wanted->count;
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

/* SQL's words for the order are none of ours. */
static struct expr *compile_sort(struct row_names *names, const char *text, struct sweep_error *err)
{
    struct expr *sort = row_names_compile(names, "--sort", text, err);
    const char *space = strrchr(text, ' ');
    bool is_down = space != NULL && strcasecmp(space, " desc") == 0;
    if (sort == NULL && (is_down || (space != NULL && strcasecmp(space, " asc") == 0)))
        sweep_error_set(err, SWEEP_USAGE, "--sort: for the %s first write %s%.*s%s",
                        is_down ? "largest" : "smallest", is_down ? "-(" : "", (int)(space - text),
                        text, is_down ? ")" : "");
    return sort;
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
        query->sort = compile_sort(query->names, wanted->sort, err);
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

/* Take the trials of a record that are asked for. */
static bool choose(struct selection *selection, struct query *query, struct record *record,
                   const struct store_trials *trials, struct sweep_error *err)
{
    for (size_t i = 0; i < trials->count; i++) {
        struct chosen *chosen = &selection->items[selection->count];
        bool holds;
        *chosen =
            (struct chosen){.record = record, .trial = &trials->items[i], .selection = selection};
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

static bool load_ranking(const struct record *record, struct arena *arena, size_t count,
                         struct store_trials *out, struct sweep_error *err)
{
    struct store_places places;
    if (!store_find_ranking(record->store, arena, record->sweep.maximize, count, &places, err))
        return false;
    out->items = arena_alloc_array(arena, places.count, sizeof *out->items);
    for (out->count = 0; out->count < places.count; out->count++)
        if (!store_load_trial(record->store, record->space, arena, places.numbers[out->count],
                              &out->items[out->count], err))
            return false;
    return true;
}

/* The first ones of a record, in the order that is asked for. */
static bool load_first(struct selection *selection, const struct record *record, size_t count,
                       struct store_trials *out, struct sweep_error *err)
{
    struct arena *arena = &selection->arena;
    bool done = selection->by_number ? store_load_range(record->store, record->space, arena,
                                                        (struct store_range){1, count}, out, err)
                                     : load_ranking(record, arena, count, out, err);
    selection->matching += record->tally.total;
    return done || sweep_error_wrap(err, "while reading %s", record->location.path);
}

/* Of each record all trials, or as many as could be among those that are asked for. */
static bool gather(struct selection *selection, const struct record *records, size_t count,
                   const struct selection_wanted *wanted, struct store_trials *lists,
                   struct sweep_error *err)
{
    size_t total = 0;
    bool needs_all = selection_needs_all(wanted);
    for (size_t i = 0; i < count; i++) {
        lists[i] = records[i].trials;
        if (!needs_all && !load_first(selection, &records[i], wanted->count, &lists[i], err))
            return false;
        total += lists[i].count;
    }
    selection->items = sweep_alloc_array(total, sizeof *selection->items);
    return true;
}

bool selection_make(struct selection *selection, struct record *records, size_t count,
                    const struct selection_wanted *wanted, struct sweep_error *err)
{
    struct query query;
    struct store_trials *lists = sweep_alloc_array(count, sizeof *lists);
    *selection = (struct selection){.has_one_ranking = have_one_objective(records, count),
                                    .by_number = wanted->by_number,
                                    .sort = wanted->sort};
    bool done = query_init(&query, records, count, wanted, err) &&
                gather(selection, records, count, wanted, lists, err);
    for (size_t i = 0; done && i < count; i++)
        done = choose(selection, &query, &records[i], &lists[i], err);
    query_release(&query);
    sweep_free(lists);
    if (done)
        order(selection, wanted);
    return done;
}

/* --- running trials ----------------------------------------------------------------------------
 */

static struct chosen *find_chosen(const struct selection *selection, const struct record *record,
                                  uint64_t number)
{
    for (size_t i = 0; i < selection->count; i++)
        if (selection->items[i].record == record && selection->items[i].trial->number == number)
            return &selection->items[i];
    return NULL;
}

static struct chosen *add_chosen(struct selection *selection, struct record *record)
{
    selection->items =
        sweep_realloc_array(selection->items, selection->count + 1, sizeof *selection->items);
    struct chosen *chosen = &selection->items[selection->count++];
    *chosen = (struct chosen){.record = record, .selection = selection};
    return chosen;
}

static bool follow(struct selection *selection, struct record *record, uint64_t number, bool adds,
                   int64_t now_us, struct sweep_error *err)
{
    struct arena *arena = &selection->arena;
    struct chosen *chosen = find_chosen(selection, record, number);
    struct sweep_trial trial;
    if (chosen == NULL && !adds)
        return true;
    struct current *current = arena_alloc(arena, sizeof *current);
    if (!store_load_trial(record->store, record->space, arena, number, &trial, err) ||
        !current_load(current, record, &trial, now_us, arena, err))
        return false;
    if (chosen == NULL)
        chosen = add_chosen(selection, record);
    chosen->trial = &current->so_far;
    return true;
}

bool selection_follow(struct selection *selection, struct record *records, size_t count, bool adds,
                      int64_t now_us, struct sweep_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct store_attempts live;
        bool done = store_load_attempts(records[i].store, &selection->arena, 0, &live, err);
        for (size_t k = 0; done && k < live.count; k++)
            done =
                follow(selection, &records[i], live.items[k].identity.key.trial, adds, now_us, err);
        if (!done)
            return sweep_error_wrap(err, "while reading %s", records[i].location.path);
    }
    return true;
}

/* --- one by one ------------------------------------------------------------------------------- */

/* What is handed on to each trial. */
struct walk {
    struct query query;
    struct record *record;
    selection_visit *visit;
    void *context;
    size_t left; /* how many are still wanted */
};

static bool visit_all(struct walk *walk, const struct store_trials *trials, struct arena *arena,
                      struct sweep_error *err)
{
    for (size_t i = 0; walk->left > 0 && i < trials->count; i++) {
        struct chosen chosen = {.record = walk->record, .trial = &trials->items[i]};
        bool holds;
        if (!evaluate(&walk->query, arena, &chosen, &holds, err))
            return false;
        walk->left -= holds;
        if (holds && !walk->visit(walk->context, chosen.trial, err))
            return false;
    }
    return true;
}

bool selection_each(struct record *record, const struct selection_wanted *wanted,
                    selection_visit *visit, void *context, struct sweep_error *err)
{
    struct walk walk = {.record = record,
                        .visit = visit,
                        .context = context,
                        .left = wanted->count > 0 ? wanted->count : SIZE_MAX};
    struct arena arena = {0};
    bool done = query_init(&walk.query, record, 1, wanted, err);
    for (uint64_t first = 1; done && walk.left > 0 && first <= record->tally.total;
         first += AT_ONCE) {
        struct store_range range = {first, AT_ONCE};
        struct store_trials trials;
        done = store_load_range(record->store, record->space, &arena, range, &trials, err) &&
               visit_all(&walk, &trials, &arena, err);
        arena_release(&arena);
    }
    query_release(&walk.query);
    return done;
}

void selection_release(struct selection *selection)
{
    sweep_free(selection->items);
    arena_release(&selection->arena);
    *selection = (struct selection){0};
}
