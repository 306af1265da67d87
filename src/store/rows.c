/*
 * Grows an array of what is not known by type.
 */
#include "store/rows.h"

#include <string.h>

#include "base/array.h"
#include "sweep/mem.h"

void *rows_add(struct rows *rows)
{
    rows->items = array_reserve(rows->items, rows->count + 1, &rows->capacity, rows->size);
    return memset(rows->items + rows->size * rows->count++, 0, rows->size);
}

void *rows_settle(struct rows *rows, struct arena *arena, size_t *count)
{
    void *settled = arena_alloc_array(arena, rows->count, rows->size);
    if (rows->count > 0)
        memcpy(settled, rows->items, rows->count * rows->size);
    sweep_free(rows->items);
    *count = rows->count;
    return settled;
}
