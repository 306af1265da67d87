/*
 * Removing a directory and all that is in it.
 */
#ifndef SWEEP_BASE_REMOVE_TREE_H
#define SWEEP_BASE_REMOVE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/error.h"

/** Directories deeper than that are left alone, and said so. */
#define REMOVE_TREE_DEPTH_MAX 64

/**
 * Remove `name` in a directory, or only measure it. Links are removed, never followed, and nothing
 * on another file system is entered. What is not there is no error.
 *
 * @param dry         only measure
 * @param[out] bytes  that its files take on disk; grows
 * @error SWEEP_IO at the first thing that cannot be removed; what came before it is gone
 */
bool remove_tree(int dir_fd, const char *name, bool dry, uint64_t *bytes,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
