/*
 * Which sweep, which trial: from what a person types to a directory and a number.
 *
 * SWEEP is a name in ./sweeps, a folder, or a YAML file; left out it is the only one in ./sweeps,
 * else the one whose runner started last. TRIAL is `12`, or SWEEP and a number: `digits/12`.
 *
 * Ownership: texts live in the arena passed in.
 */
#ifndef SWEEP_CLI_LOCATE_H
#define SWEEP_CLI_LOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "sweep/error.h"

/** The directory of all sweeps, below the working directory. */
#define LOCATE_DIRECTORY "sweeps"

/** The database in a sweep's directory. */
#define LOCATE_DATABASE "sweep.db"

struct location {
    const char *path;    /* of the sweep's directory, as short as it was named */
    size_t alternatives; /* how many there were to choose from when none was named; else 0 */
};

/** The directory of the sweep `name`. */
const char *locate_named(struct arena *arena, const char *name);

/** Whether there is a sweep in a directory. */
bool locate_exists(const char *path);

/**
 * Find a sweep.
 *
 * @param operand  what the person typed, or NULL
 * @error SWEEP_NOT_FOUND with the nearest name, or with what there is
 */
bool locate_sweep(struct arena *arena, const char *operand, struct location *out,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Find a sweep and the number of a trial in it, which may not exist. @error SWEEP_USAGE too */
bool locate_trial(struct arena *arena, const char *operand, struct location *out, uint64_t *trial,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
