/*
 * Directories brought to the disk, so that what was made or renamed in them stays.
 */
#ifndef SWEEP_BASE_SYNC_H
#define SWEEP_BASE_SYNC_H

#include <stdbool.h>

#include "sweep/error.h"

/** fsync the directory that holds `name`. */
bool sync_parent(int dir_fd, const char *name, struct sweep_error *err) SWEEP_MUST_CHECK;

/** fsync a directory by descriptor. `name` is for the message. */
bool sync_directory(int dir_fd, const char *name, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
