/*
 * Bodies of sweep/mem.h: memory that is never NULL.
 *
 * Not for things that die together: see arena.h.
 */
#include "sweep/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one place of the program that gives up by itself: there is no memory to do anything else
 * with, and whatever was acknowledged is on the disk already. */
static _Noreturn void give_up(size_t count, size_t size)
{
    fprintf(stderr, "sweep: out of memory (%zu x %zu bytes wanted)\n", count, size);
    abort();
}

void *sweep_alloc(size_t size)
{
    return sweep_alloc_array(1, size);
}

void *sweep_alloc_array(size_t count, size_t size)
{
    void *block = count > 0 && size > 0 ? calloc(count, size) : calloc(1, 1);

    if (!block)
        give_up(count, size);
    return block;
}

void *sweep_realloc_array(void *block, size_t count, size_t size)
{
    void *moved;

    if (size > 0 && count > SIZE_MAX / size)
        give_up(count, size);
    /* realloc() to nothing would free the block. */
    moved = realloc(block, count > 0 && size > 0 ? count * size : 1);
    if (!moved)
        give_up(count, size);
    return moved;
}

char *sweep_strdup(const char *text)
{
    size_t size;
    char *copy;

    if (!text)
        return NULL;
    size = strlen(text) + 1;
    copy = sweep_alloc(size);
    memcpy(copy, text, size);
    return copy;
}

void sweep_free(void *block)
{
    free(block);
}
