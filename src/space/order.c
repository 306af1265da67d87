/*
 * Compares values by kind, then by what they hold; repeated ones are found by sorting.
 */
#include "space/order.h"

#include <stdlib.h>
#include <string.h>

#include "sweep/mem.h"

static int compare_reals(double a, double b)
{
    return a < b ? -1 : a > b;
}

static int compare_sizes(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* The place of the least name that is above `last`; NULL: of the least. */
static size_t next_name(const struct sweep_items *map, const char *last)
{
    size_t next = map->count;
    for (size_t i = 0; i < map->count; i++)
        if ((last == NULL || strcmp(map->names[i], last) > 0) &&
            (next == map->count || strcmp(map->names[i], map->names[next]) < 0))
            next = i;
    return next;
}

static int compare_maps(const struct sweep_items *a, const struct sweep_items *b)
{
    const char *last = NULL;
    for (size_t done = 0; done < a->count; done++) {
        size_t left = next_name(a, last);
        size_t right = next_name(b, last);
        last = a->names[left];
        int order = strcmp(last, b->names[right]);
        if (order == 0)
            order = space_compare_values(&a->values[left], &b->values[right]);
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_items(const struct sweep_items *a, const struct sweep_items *b)
{
    int order = compare_sizes(a->count, b->count);
    if (order != 0)
        return order;
    if (a->names != NULL)
        return compare_maps(a, b);
    for (size_t i = 0; i < a->count && order == 0; i++)
        order = space_compare_values(&a->values[i], &b->values[i]);
    return order;
}

int space_compare_values(const struct sweep_value *a, const struct sweep_value *b)
{
    int order = (int)a->kind - (int)b->kind;
    if (order != 0)
        return order;
    switch (a->kind) {
    case SWEEP_VALUE_NONE:
    case SWEEP_VALUE_NULL:
        return 0;
    case SWEEP_VALUE_BOOL:
        return (int)a->boolean - (int)b->boolean;
    case SWEEP_VALUE_INT:
        return a->integer < b->integer ? -1 : a->integer > b->integer;
    case SWEEP_VALUE_REAL:
        return compare_reals(a->real, b->real);
    case SWEEP_VALUE_TEXT:
        return strcmp(a->text, b->text);
    case SWEEP_VALUE_LIST:
    case SWEEP_VALUE_MAP:
        return compare_items(a->items, b->items);
    }
    return 0;
}

static int compare_choices(const void *a, const void *b)
{
    const struct sweep_value *left = *(const struct sweep_value *const *)a;
    const struct sweep_value *right = *(const struct sweep_value *const *)b;
    int order = space_compare_values(left, right);
    if (order == 0)
        order = left < right ? -1 : left > right; /* of one list */
    return order;
}

size_t space_find_repeated(const struct sweep_parameter *parameter, bool *repeated)
{
    size_t count = 0;
    const struct sweep_value **sorted = sweep_alloc_array(parameter->choice_count, sizeof *sorted);
    for (size_t i = 0; i < parameter->choice_count; i++) {
        sorted[i] = &parameter->choices[i];
        repeated[i] = false;
    }
    if (parameter->choice_count > 1)
        qsort(sorted, parameter->choice_count, sizeof *sorted, compare_choices);
    for (size_t i = 1; i < parameter->choice_count; i++) {
        if (space_compare_values(sorted[i - 1], sorted[i]) != 0)
            continue;
        repeated[sorted[i] - parameter->choices] = true;
        count++;
    }
    sweep_free(sorted);
    return count;
}
