/*
 * Parameters in groups: `optimizer: {parameters: {lr: ...}}` is the parameter `optimizer.lr` with
 * the path `optimizer`, `lr`. In a space the members of a group stand side by side, but for former
 * parameters, which stand behind all others.
 *
 *     struct sweep_value all = nesting_gather(&arena, space, params, count);
 *     for (size_t i = 0; i < all.items->count; i++)
 *         ... all.items->names[i], all.items->values[i]
 *
 * Ownership: what is gathered lives in the arena and borrows from the params.
 */
#ifndef SWEEP_SPACE_NESTING_H
#define SWEEP_SPACE_NESTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "sweep/space.h"

/** Groups within groups, and parts within lists and maps of a value, together [levels]. */
#define NESTING_MAX 16

/** What stands at a path. */
enum nesting_place {
    NESTING_NOTHING,
    NESTING_GROUP,
    NESTING_PARAMETER
};

/**
 * Make a map of the first `count` parameters in which groups are maps too; what is inactive is left
 * out, and so are groups without an active member.
 */
struct sweep_value nesting_gather(struct arena *arena, const struct sweep_space *space,
                                  const struct sweep_value *params, size_t count);

/** Find what stands at a path of `depth` names, from the top. */
enum nesting_place nesting_find(const struct sweep_space *space, const char *const *path,
                                size_t depth);

#endif
