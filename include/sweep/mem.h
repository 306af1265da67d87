/*
 * Memory that is never NULL.
 *
 *     double *x = sweep_alloc_array(n, sizeof *x);
 *     ...
 *     sweep_free(x);
 *
 * Out of memory (and a size that overflows) ends the process with one clear line. We can afford
 * that because going on after SIGKILL is a tested feature, and it removes most error paths.
 *
 * Ownership: the caller frees with sweep_free().
 */
#ifndef SWEEP_MEM_H
#define SWEEP_MEM_H

#include <stddef.h>

/** Allocate `size` bytes set to zero; 0 gives a valid pointer too. */
void *sweep_alloc(size_t size);

/** Allocate `count` times `size` bytes set to zero. */
void *sweep_alloc_array(size_t count, size_t size);

/** Resize to `count` times `size` bytes; new bytes are not set. `block` may be NULL. */
void *sweep_realloc_array(void *block, size_t count, size_t size);

/** Copy a string. NULL gives NULL. */
char *sweep_strdup(const char *text);

/** Free; NULL is allowed. */
void sweep_free(void *block);

#endif
