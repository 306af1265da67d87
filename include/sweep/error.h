/*
 * How a function says that it failed.
 *
 * A fallible function returns bool (true: done) or a pointer (NULL: failed) and takes
 * `struct sweep_error *err` last. It is left untouched on success, set once, where the fault is
 * found, and wrapped on the way out. It may be NULL.
 *
 *     struct sweep_error err = {0};
 *     if (!store_open(&store, path, &err))
 *         return sweep_error_wrap(&err, "while opening sweep '%s'", name);
 *
 * Ownership: an error is a plain value in the caller's storage; nothing has to be freed.
 */
#ifndef SWEEP_ERROR_H
#define SWEEP_ERROR_H

#include <stdbool.h>

/** Mark a function whose result must be looked at. */
#define SWEEP_MUST_CHECK __attribute__((warn_unused_result))

/** Mark a function whose argument number `f` is a printf format, checked against those from `a`. */
#define SWEEP_PRINTF(f, a) __attribute__((format(printf, f, a)))

/** What the caller will want to do about it; the message says what happened. */
enum sweep_code {
    SWEEP_OK = 0,       /* no error */
    SWEEP_USAGE,        /* the command line is wrong: exit 2 */
    SWEEP_BAD_INPUT,    /* a file or a value that the user wrote is wrong: exit 2 */
    SWEEP_NOT_FOUND,    /* no such sweep, trial or file: exit 4 */
    SWEEP_BUSY,         /* another runner or another host has it: exit 3 */
    SWEEP_NO_SPACE,     /* the disk or the quota is full: free some and go on, exit 75 */
    SWEEP_IO,           /* any other failure of the file system */
    SWEEP_DATABASE,     /* SQLite refused or the database is damaged */
    SWEEP_SPAWN,        /* a process could not be started */
    SWEEP_INCOMPATIBLE, /* written by a newer version, or not by sweep at all */
    SWEEP_BUG           /* our own mistake */
};

/** One failure. `message` is a full sentence without a final newline: what, where, what was
 * expected, what to do. */
struct sweep_error {
    enum sweep_code code;
    char message[1024]; /* longer ones are cut with "..." */
};

/**
 * Set an error.
 *
 * @param err     where to put it; NULL is allowed and drops it
 * @param code    not SWEEP_OK
 * @param format  printf format of the message
 * @return false, always, so that `return sweep_error_set(...)` is one line
 */
bool sweep_error_set(struct sweep_error *err, enum sweep_code code, const char *format, ...)
    SWEEP_PRINTF(3, 4);

/**
 * Set an error from errno: the message ends in ": " and strerror.
 *
 * ENOSPC and EDQUOT become SWEEP_NO_SPACE whatever `code` says.
 *
 * @return false, always
 */
bool sweep_error_set_errno(struct sweep_error *err, enum sweep_code code, int error_number,
                           const char *format, ...) SWEEP_PRINTF(4, 5);

/**
 * Put "context: " before the message; the code stays.
 *
 * @return false, always
 */
bool sweep_error_wrap(struct sweep_error *err, const char *format, ...) SWEEP_PRINTF(2, 3);

#endif
