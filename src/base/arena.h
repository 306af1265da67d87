/*
 * Memory for things that die together.
 *
 *     struct arena arena = {0};
 *     char *name = arena_strdup(&arena, text);
 *     arena_release(&arena);
 *
 * A function that takes `struct arena *` returns things that live as long as the arena: that
 * argument is the ownership sentence. In sanitizer builds each allocation is its own block.
 */
#ifndef SWEEP_BASE_ARENA_H
#define SWEEP_BASE_ARENA_H

#include <stddef.h>

#include "base/strview.h"
#include "sweep/error.h"

struct arena_block;

/** Zeroed is empty. */
struct arena {
    struct arena_block *newest;
};

/** Allocate `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/** Allocate `count` times `size` zeroed bytes; aborts on overflow. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

char *arena_strdup(struct arena *arena, const char *text);

/** Copy a view as a C string. */
char *arena_copy(struct arena *arena, struct strview view);

char *arena_printf(struct arena *arena, const char *format, ...) SWEEP_PRINTF(2, 3);

/** Free everything; the arena is empty and usable afterwards. */
void arena_release(struct arena *arena);

#endif
