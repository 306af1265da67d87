/*
 * Which sweep, which trial: from what a person types to a directory and a number.
 *
 * SWEEP is a name in ./sweeps, a folder, or a YAML file; left out it is the only one in ./sweeps,
 * else the one whose runner started last; replays of one that is there are never meant then. TRIAL
 * is `12`, or SWEEP and a number: `digits/12`.
 *
 * Ownership: texts live in the arena passed in.
 */
#ifndef SWEEP_DIRECTORY_LOCATE_H
#define SWEEP_DIRECTORY_LOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "sweep/error.h"

/** The directory of all sweeps, below the working directory. */
#define LOCATE_DIRECTORY "sweeps"

/** The database in a sweep's directory. */
#define LOCATE_DATABASE "sweep.db"

/** What the name of a replay has between that of its sweep and what is replayed. */
#define LOCATE_REPLAY "-replay-"

/** The copy of the YAML beside it. */
#define LOCATE_YAML "space.yaml"

struct location {
    const char *path;    /* of the sweep's directory, as short as it was named */
    size_t alternatives; /* how many there were to choose from when none was named; else 0 */
};

/** The directory of the sweep `name`. */
const char *locate_named(struct arena *arena, const char *name);

/** The names of all sweeps in ./sweeps, in no order: an array in the arena. @return how many */
size_t locate_names(struct arena *arena, const char ***names);

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

/** What a command is to change: a sweep, or one trial of it. */
struct target {
    const char *path; /* of the sweep's directory */
    uint64_t trial;   /* 0: the sweep as a whole */
};

/** Whether it names a trial, `12` or `digits/12`, and no sweep that is there. */
bool locate_is_trial(const char *operand);

/** Whether it names a trial or a sweep that is there. */
bool locate_is_target(const char *operand);

/**
 * Find SWEEP or TRIAL for a command that changes something: among several sweeps none is guessed.
 *
 * @param operand  what the person typed, or NULL
 * @param command  the command's name, for the advice
 * @error SWEEP_NOT_FOUND; SWEEP_USAGE when it could be several things
 */
bool locate_target(struct arena *arena, const char *operand, const char *command,
                   struct target *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** How people call the sweep in a directory: `sweeps/digits` is digits. */
const char *locate_operand(const char *path);

/** The same, quoted for a shell, in the arena. */
const char *locate_quoted(struct arena *arena, const char *path);

/** Find a sweep and the number of a trial in it, which may not exist. @error SWEEP_USAGE too */
bool locate_trial(struct arena *arena, const char *operand, struct location *out, uint64_t *trial,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
