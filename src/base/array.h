/*
 * Room for one more item in a growing array.
 *
 *     items = array_reserve(items, count + 1, &capacity, sizeof *items);
 *     items[count++] = item;
 */
#ifndef SWEEP_BASE_ARRAY_H
#define SWEEP_BASE_ARRAY_H

#include <stddef.h>

/** Number of items of a fixed array. */
#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/**
 * Make room for at least `needed` items; grows by half.
 *
 * @return the block, perhaps moved; free it with sweep_free()
 */
void *array_reserve(void *items, size_t needed, size_t *capacity, size_t item_size);

#endif
