/*
 * Runners that go on without us: a sweep's own, in a session of their own.
 *
 *     struct background_start start = {.path = "sweeps/digits", .argv = argv, ...};
 *     if (!background_start(&start, &pid, err)) ...
 *
 * What such a runner says is appended to `runner.log` in the sweep's directory.
 */
#ifndef SWEEP_CLI_RUN_BACKGROUND_H
#define SWEEP_CLI_RUN_BACKGROUND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "cli/subcommand.h"
#include "sweep/error.h"

/** The file in the sweep's directory that takes its lines. */
#define BACKGROUND_LOG "runner.log"

struct background_start {
    const char *path;         /* of the sweep's directory, which exists */
    char *const *argv;        /* what follows our own name; ends with NULL */
    char *const *environment; /* ends with NULL */
};

/**
 * Start our own program and wait until it is the sweep's runner.
 *
 * @param[out] pid  of the runner
 * @error SWEEP_SPAWN with its last line when it ends before that, or does not get there in time
 */
bool background_start(const struct background_start *start, pid_t *pid,
                      struct sweep_error *err) SWEEP_MUST_CHECK;

/** Start `sweep resume` of a sweep's directory with what the call says of SIGTERM and lines. */
bool background_resume(const struct invocation *call, const char *path, pid_t *pid,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append what became of that. @param reason  its code is SWEEP_OK where the runner is up */
void background_append(const struct invocation *call, const char *path, pid_t pid,
                       const struct sweep_error *reason, struct strbuf *out);

/** Both, and print it. */
bool background_deliver(const struct invocation *call, const char *path,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
