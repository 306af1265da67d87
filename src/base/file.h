/*
 * Whole files: read with a ceiling, replace so that a crash leaves the old or the new one.
 */
#ifndef SWEEP_BASE_FILE_H
#define SWEEP_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"

/**
 * Read a regular file whole into `out` (initialised; its ceiling is the limit).
 *
 * @error SWEEP_NOT_FOUND when there is none; SWEEP_BAD_INPUT when it is longer than the ceiling
 *        or not a regular file; SWEEP_IO
 */
bool file_read(int dir_fd, const char *name, struct strbuf *out,
               struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Replace or create a file durably: NAME.tmp, write, fsync, rename, fsync of the directory.
 *
 * @param dir_fd  an open directory (AT_FDCWD with a bare name works too)
 * @param mode    permission bits of a new file
 */
bool file_replace(int dir_fd, const char *name, struct strview contents, unsigned mode,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Create a directory and its missing parents; an existing one is fine. */
bool file_make_directories(const char *path, unsigned mode,
                           struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Take an exclusive open-file-description lock without waiting.
 *
 * The lock belongs to the open file and so to every process that inherits `fd`.
 *
 * @error SWEEP_BUSY when somebody else holds it
 */
bool file_lock(int fd, const char *name, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether somebody holds a lock on the file; does not take it. */
bool file_is_locked(int fd);

/** The working directory, absolute, in the arena. */
const char *file_working_directory(struct arena *arena, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
