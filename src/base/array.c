/*
 * Growing an array by half. Not a container: count, capacity and items stay the caller's.
 */
#include "base/array.h"

#include "sweep/mem.h"

enum {
    FIRST_CAPACITY = 8
};

void *array_reserve(void *items, size_t needed, size_t *capacity, size_t item_size)
{
    size_t grown = *capacity + *capacity / 2;

    if (needed <= *capacity)
        return items;
    if (grown < FIRST_CAPACITY)
        grown = FIRST_CAPACITY;
    if (grown < needed)
        grown = needed;
    items = sweep_realloc_array(items, grown, item_size);
    *capacity = grown;
    return items;
}
