/*
 * What the options of a training command say about its parameters.
 *
 *     struct guess guess;
 *     guess_option(&arena, "lr", "0.001", &guess);     -> {min: 0.0001, max: 0.01, log: true}
 *
 * A guess always holds the value that was written, or one next to it: rates a decade each way, on
 * a log scale; whole numbers halved and doubled; booleans both ways; and what says where, how long
 * or what from (paths, epochs, seeds) stays the same in each trial.
 *
 * Ownership: texts live in the arena passed in.
 */
#ifndef SWEEP_CLI_FILE_GUESS_H
#define SWEEP_CLI_FILE_GUESS_H

#include <stdbool.h>

#include "base/arena.h"

struct guess {
    bool is_searched; /* then the value is a number or a boolean */
    const char *yaml; /* what stands behind the parameter's name: `{min: 16, max: 64}` */
};

/** Guess from an option's name, without dashes, and its value, which is not empty. */
void guess_option(struct arena *arena, const char *name, const char *value, struct guess *out);

#endif
