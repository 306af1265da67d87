/*
 * The directory of a sweep and who owns it.
 *
 * `owner` names the one host whose runners may write here; `runner.lock` is locked (an open file
 * description lock, so it can never be stale) by the one that does, and names it for people.
 */
#ifndef SWEEP_DIRECTORY_DIRECTORY_H
#define SWEEP_DIRECTORY_DIRECTORY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/strview.h"
#include "sweep/error.h"

struct directory {
    char *path;    /* absolute */
    int fd;        /* the directory */
    int trials_fd; /* `trials` in it */
    int lock_fd;   /* runner.lock, locked; -1 in a reader */
};

/**
 * Create a sweep's directory (0700) with `trials`, `control`, `space.yaml` and `owner`, and lock
 * it.
 *
 * @error SWEEP_BUSY when it exists already and another runner or host has it
 */
bool directory_create(struct directory *directory, const char *path, struct strview yaml,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Open and lock an existing one for a runner.
 *
 * @error SWEEP_NOT_FOUND; SWEEP_BUSY with pid, host and start of the other runner, or with the
 *        owner's host
 */
bool directory_open(struct directory *directory, const char *path,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether a runner is at work in the sweep's directory `path`. */
bool directory_is_locked(const char *path);

/** Who holds it, as it says itself. */
struct directory_runner {
    pid_t pid;
    bool is_suspended;  /* as by SIGSTOP */
    int64_t started_us; /* wall time since 1970 */
};

/** Find it. @return false where nobody is at work, or on another host */
bool directory_find_runner(const char *path, struct directory_runner *runner);

/** Unlock and close; zeroed and closed ones are allowed. */
void directory_close(struct directory *directory);

#endif
