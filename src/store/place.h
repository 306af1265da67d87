/*
 * Where a database may live: which file systems are safe for it, and whether a reader may treat a
 * file as one that nobody changes.
 */
#ifndef SWEEP_STORE_PLACE_H
#define SWEEP_STORE_PLACE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/error.h"

/** The longest path of a database that we take. */
#define PLACE_PATH_MAX 8192

/** Append the directory part of a path; `.` where there is none. */
void place_directory(const char *path, struct strbuf *out);

/** The name of a file system on which SQLite's log is not safe, by its magic number, or NULL. */
const char *place_unsafe_name(unsigned long magic);

/**
 * Check that the database at `path` (which need not exist) may be written there.
 *
 * @error SWEEP_BAD_INPUT on a network file system, with advice
 */
bool place_check(const char *path, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Where databases lie whose sweeps do not lie on a local disk. */
#define PLACE_LOCAL "/var/tmp"

/**
 * Choose where a new database is made: at `path`, or, where that is no place for one, in a
 * directory of its own below PLACE_LOCAL, to which `path` becomes a link by place_link().
 *
 * @param chosen  gets the path
 * @error as place_check(), when there is no local disk either; SWEEP_IO
 */
bool place_choose(const char *path, struct strbuf *chosen,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Let `path` lead to the database that was made elsewhere, durably. @error SWEEP_IO */
bool place_link(const char *path, const char *chosen, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Remove what place_choose() and place_link() made: no database came of it. */
void place_abandon(const char *path, const char *chosen);

/** Append where the database at `path` really is, or would be. */
void place_resolve(const char *path, struct strbuf *out);

/** Whether the database has a log beside it that is not empty: it is open, or was not closed. */
bool place_has_log(const char *path);

/**
 * Whether a reader that SQLite turned away may read the bare file: no log that would have to be
 * read with it, and a directory in which we cannot make one.
 */
bool place_is_frozen(const char *path);

#endif
