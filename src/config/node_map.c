/*
 * Settles what keys a map has in the end.
 */
#include "config/node_map.h"

#include <stdlib.h>
#include <string.h>

#include "config/scalar.h"

/* A pair on its way into a finished map; `order` breaks ties so that sorting is stable. */
struct pair {
    struct node *key;
    struct node *value;
    size_t order;
    bool is_dropped;
};

/* A growing list of pairs with room for all that can come. */
struct pair_list {
    struct pair *pairs;
    size_t count;
};

static bool is_merge_key(const struct node *key)
{
    return !key->quoted && key->tag == TAG_NONE && strcmp(key->text, "<<") == 0;
}

static void append_pair(struct pair_list *list, struct node *key, struct node *value)
{
    list->pairs[list->count] = (struct pair){.key = key, .value = value, .order = list->count};
    list->count++;
}

/* Append what one source of a merge holds, its keys copied and marked as merged. */
static void append_merged(struct arena *arena, struct pair_list *list, const struct node *source)
{
    for (size_t i = 0; i < source->count; i++) {
        struct node *key = arena_alloc(arena, sizeof *key);
        *key = *source->keys[i];
        key->is_merged = true;
        append_pair(list, key, source->values[i]);
    }
}

/* Whether the value of a merge key is a map or a list of maps. */
static bool can_merge(const struct node *value)
{
    for (size_t i = 0; value->kind == NODE_LIST && i < value->count; i++)
        if (value->values[i]->kind != NODE_MAP)
            return false;
    return value->kind != NODE_SCALAR;
}

/* The most pairs that a map can end up with. */
static size_t count_pairs(const struct node *map, struct diagnostics *diagnostics)
{
    size_t count = map->count;
    for (size_t i = 0; i < map->count; i++) {
        if (!is_merge_key(map->keys[i]))
            continue;
        if (can_merge(map->values[i])) {
            count += map->values[i]->weight;
            continue;
        }
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, map->keys[i]->mark,
                        "'<<' merges maps, but its value is %s", node_describe(map->values[i]));
        diagnostics_hint(diagnostics, "write '<<: *name', with 'name' an anchor of a map");
    }
    return count;
}

/* The map's own pairs first: they win over merged ones. */
static void collect_pairs(struct arena *arena, const struct node *map, struct pair_list *list)
{
    for (size_t i = 0; i < map->count; i++)
        if (!is_merge_key(map->keys[i]))
            append_pair(list, map->keys[i], map->values[i]);
    for (size_t i = 0; i < map->count; i++) {
        const struct node *value = map->values[i];
        if (!is_merge_key(map->keys[i]) || !can_merge(value))
            continue;
        if (value->kind == NODE_MAP)
            append_merged(arena, list, value);
        else
            for (size_t j = 0; j < value->count; j++)
                append_merged(arena, list, value->values[j]);
    }
}

static int compare_keys(const void *a, const void *b)
{
    const struct pair *left = a;
    const struct pair *right = b;
    int order = strcmp(left->key->text, right->key->text);
    if (order != 0)
        return order;
    return left->order < right->order ? -1 : left->order > right->order;
}

static int compare_order(const void *a, const void *b)
{
    const struct pair *left = a;
    const struct pair *right = b;
    return left->order < right->order ? -1 : left->order > right->order;
}

/* Sorted, equal keys are neighbours: a merged one gives way, an own one is a mistake. */
static void settle_duplicates(struct pair_list *list, struct diagnostics *diagnostics)
{
    size_t kept = 0;
    qsort(list->pairs, list->count, sizeof list->pairs[0], compare_keys);
    for (size_t i = 1; i < list->count; i++) {
        const struct node *first = list->pairs[kept].key;
        struct pair *pair = &list->pairs[i];
        if (strcmp(first->text, pair->key->text) != 0) {
            kept = i;
            continue;
        }
        pair->is_dropped = true;
        if (pair->key->is_merged)
            continue;
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, pair->key->mark, "key '%s' is given twice",
                        first->text);
        diagnostics_hint(diagnostics, "first at line %zu, column %zu", first->mark.line,
                         first->mark.column);
    }
    qsort(list->pairs, list->count, sizeof list->pairs[0], compare_order);
}

void node_finish_map(struct arena *arena, struct node *map, struct diagnostics *diagnostics)
{
    size_t count = count_pairs(map, diagnostics);
    if (count == 0)
        return;
    struct pair_list list = {.pairs = arena_alloc_array(arena, count, sizeof *list.pairs)};
    collect_pairs(arena, map, &list);
    if (list.count > 0)
        settle_duplicates(&list, diagnostics);
    map->keys = arena_alloc_array(arena, count, sizeof *map->keys);
    map->values = arena_alloc_array(arena, count, sizeof *map->values);
    map->count = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (list.pairs[i].is_dropped)
            continue;
        map->keys[map->count] = list.pairs[i].key;
        map->values[map->count++] = list.pairs[i].value;
    }
}
