/*
 * `charter` in a sweep's directory: what was decided when the sweep began and no other file tells,
 * so that its database can be rebuilt.
 *
 * Lines of `key: value`; the last one, a path, may itself have several lines.
 */
#ifndef SWEEP_RUN_CHARTER_H
#define SWEEP_RUN_CHARTER_H

#include <stdbool.h>

#include "base/arena.h"
#include "store/store.h"

/** Write name, uuid, seed, method, workdir and created_us of a sweep, durably. */
bool charter_save(int dir_fd, const struct store_sweep *sweep,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Read them back into `sweep`; texts are in the arena.
 *
 * @error SWEEP_NOT_FOUND; SWEEP_BAD_INPUT when it is damaged
 */
bool charter_load(int dir_fd, struct arena *arena, struct store_sweep *sweep,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
