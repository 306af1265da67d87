/*
 * What of a pilot's job each of its slots has: GPUs, divided as evenly as they can be. Where there
 * are fewer GPUs than slots, slots share them.
 *
 * Ownership: the list lives in the arena, and borrows from the environment.
 */
#ifndef SWEEP_SHIM_PORTION_H
#define SWEEP_SHIM_PORTION_H

#include "base/arena.h"

/**
 * The environment of what runs in a slot.
 *
 * @param environment  of the pilot; ends with NULL
 * @param slot         from 0 on, below `slots`
 */
char **portion_environment(struct arena *arena, char *const *environment, unsigned slot,
                           unsigned slots);

#endif
