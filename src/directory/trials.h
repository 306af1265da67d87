/*
 * Which trials have a directory of their own.
 */
#ifndef SWEEP_DIRECTORY_TRIALS_H
#define SWEEP_DIRECTORY_TRIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/error.h"

/**
 * Find the largest number of a trial that has one.
 *
 * @param trials_fd    the directory of all trials
 * @param[out] number  0: none has
 * @error SWEEP_IO
 */
bool trials_find_last(int trials_fd, uint64_t *number, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether any trial has one, as far as can be told. */
bool trials_are_there(int trials_fd);

#endif
