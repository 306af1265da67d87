/*
 * Memory for things that die together: blocks that are only ever added to.
 *
 * Not for things that are freed one by one: see sweep/mem.h.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sweep/mem.h"

/* UNIT: what sizes are rounded up to, so that whatever comes next is aligned. In sanitizer builds
 * every allocation is a block of its own and ends where it ends, so that a step beyond is seen. */
#ifdef SWEEP_SANITIZED
enum {
    BLOCK_BYTES = 0,
    UNIT = 1
};
#else
enum {
    BLOCK_BYTES = 8192,
    UNIT = alignof(max_align_t)
};
#endif

struct arena_block {
    struct arena_block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_create(size_t size)
{
    struct arena_block *block = sweep_alloc(sizeof *block + size);

    block->size = size;
    return block;
}

/* A block with room for `size` bytes. One that a large allocation fills goes behind the newest,
 * which may still have room for small ones. */
static struct arena_block *block_for(struct arena *arena, size_t size)
{
    struct arena_block *newest = arena->newest;
    struct arena_block *block;

    if (newest && newest->size - newest->used >= size)
        return newest;
    block = block_create(size > BLOCK_BYTES ? size : BLOCK_BYTES);
    if (newest && size > BLOCK_BYTES) {
        block->older = newest->older;
        newest->older = block;
    } else {
        block->older = newest;
        arena->newest = block;
    }
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    struct arena_block *block;
    void *start;

    if (size > SIZE_MAX / 2)
        return sweep_alloc_array(size, 2); /* ends the process with its message */
    size = size > 0 ? (size + UNIT - 1) / UNIT * UNIT : UNIT;
    block = block_for(arena, size);
    start = block->bytes + block->used;
    block->used += size;
    return start;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return sweep_alloc_array(count, size); /* ends the process with its message */
    return arena_alloc(arena, count * size);
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_copy(arena, strview_of(text));
}

char *arena_copy(struct arena *arena, struct strview view)
{
    char *copy = arena_alloc(arena, view.size + 1);

    if (view.size > 0)
        memcpy(copy, view.data, view.size);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    int length;
    size_t size;
    char *text;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size = length > 0 ? (size_t)length + 1 : 1;
    text = arena_alloc(arena, size);
    vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

void arena_release(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->newest) {
        struct arena_block *older = arena->newest->older;

        sweep_free(arena->newest);
        arena->newest = older;
    }
}
