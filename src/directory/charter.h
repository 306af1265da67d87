/*
 * `charter` in a sweep's directory: what was decided when the sweep began and no other file tells,
 * so that its database can be rebuilt.
 *
 * Lines of `key: value`, one `set: KEY=VALUE` for each key that people set apart from the file; the
 * last one, a path, may itself have several lines.
 */
#ifndef SWEEP_DIRECTORY_CHARTER_H
#define SWEEP_DIRECTORY_CHARTER_H

#include <stdbool.h>

#include "base/arena.h"
#include "store/store.h"

/**
 * Write name, uuid, seed, method, workdir and created_us of a sweep, and what is set, durably.
 *
 * @param settings  of one line each
 */
bool charter_save(int dir_fd, const struct store_sweep *sweep,
                  const struct store_settings *settings, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Read them back into `sweep` and `settings`; texts are in the arena.
 *
 * @error SWEEP_NOT_FOUND; SWEEP_BAD_INPUT when it is damaged
 */
bool charter_load(int dir_fd, struct arena *arena, struct store_sweep *sweep,
                  struct store_settings *settings, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
