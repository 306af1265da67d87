/*
 * Checking the database of a sweep, and making it anew from the files of its trials where it is
 * damaged or gone. The old one is kept beside it; nothing is written over.
 */
#ifndef SWEEP_REPAIR_REPAIR_H
#define SWEEP_REPAIR_REPAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "sweep/error.h"

struct repair {
    const char *path; /* of the sweep's directory; like all texts in the arena */
    bool is_sound;
    bool is_running;    /* trials outlive their runner, so that only SQLite's own check was made */
    const char *reason; /* why it is not sound, or NULL */
    const char *kept;   /* where the old one is now; NULL: there was none */
    uint64_t trials;    /* that files tell of */
    uint64_t unknown;   /* of these without parameters */
    uint64_t reports;
};

/**
 * Check the database of the sweep that a person calls `operand`, which may have none any more, and
 * repair it.
 *
 * @error SWEEP_NOT_FOUND; SWEEP_BUSY when a runner has it, or, where it must be rebuilt, when a
 *        trial still runs; SWEEP_DATABASE when the files are not enough
 */
bool repair_sweep(struct repair *out, struct arena *arena, const char *operand,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
