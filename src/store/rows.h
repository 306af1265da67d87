/*
 * The rows of a statement as an array.
 *
 *     struct rows rows = {.size = sizeof(struct store_note)};
 *     while (statement_next(&s)) {
 *         struct store_note *note = rows_add(&rows);
 *         ...
 *     }
 *     out->items = rows_settle(&rows, arena, &out->count);
 *
 * Ownership: rows_settle() moves them into the arena; it comes after every rows_add().
 */
#ifndef SWEEP_STORE_ROWS_H
#define SWEEP_STORE_ROWS_H

#include <stddef.h>

#include "base/arena.h"

struct rows {
    size_t size; /* of one [bytes] */
    size_t count;
    size_t capacity;
    char *items;
};

/** Add one, zeroed; valid until the next one is added. */
void *rows_add(struct rows *rows);

/** Move them to where they live. */
void *rows_settle(struct rows *rows, struct arena *arena, size_t *count);

#endif
