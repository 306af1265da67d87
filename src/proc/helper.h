/*
 * A program that is asked something: what it says, how it ended, and never for longer than it may.
 *
 *     helper_init(&helper, OUT_MAX);
 *     if (helper_start(&helper, argv, envp, now_ms + 10000, err))
 *         while (!helper_step(&helper, clock_boot_ms()))
 *             ... do something else for HELPER_LOOK_MS ...
 *     if (helper_is_good(&helper))
 *         ... helper.out ...
 *     helper_release(&helper);
 *
 * It leads a session of its own, has no input, and at its deadline all that it started is killed.
 * One that cannot be killed, since it hangs in the kernel, is never seen to end, and helper_run()
 * leaves it.
 *
 * Ownership: helper_release(); afterwards it can be started again without helper_init().
 */
#ifndef SWEEP_PROC_HELPER_H
#define SWEEP_PROC_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "sweep/error.h"

/** How often to look at one that is at work [ms]. */
#define HELPER_LOOK_MS 10

struct helper {
    pid_t pid;  /* 0: none is at work */
    int out_fd; /* -1 without one */
    int err_fd;
    bool has_status; /* it has ended, with `status` as waitpid() gives it */
    int status;
    int64_t kill_ms;   /* its deadline */
    struct strbuf out; /* its standard output; cut off at the maximum */
    struct strbuf err; /* the first of its standard error */
};

/** @param out_max  the most that is kept of its standard output [bytes] */
void helper_init(struct helper *helper, size_t out_max);

/** Kill it if it is at work, and free everything. A zeroed one is allowed. */
void helper_release(struct helper *helper);

/** The same, but it goes on by itself if it is at work. */
void helper_leave(struct helper *helper);

/** @error SWEEP_SPAWN */
bool helper_start(struct helper *helper, char *const *argv, char *const *envp, int64_t kill_ms,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/** Read what it said, and look whether it has ended. @return whether it has, and is not at work any
 * more; then `out`, `err` and `status` are complete */
bool helper_step(struct helper *helper, int64_t now_ms);

/**
 * Start it and wait for its end: for callers that have nothing else to do meanwhile.
 *
 * @return whether it ended with 0, and all that it said is there
 * @error SWEEP_NOT_FOUND  it could not be started; SWEEP_IO  its complaint
 */
bool helper_run(struct helper *helper, char *const *argv, char *const *envp, int timeout_ms,
                struct sweep_error *err) SWEEP_MUST_CHECK;

/** A child of the caller has ended, whose status is taken. @return whether it was this one */
bool helper_take_status(struct helper *helper, pid_t pid, int status);

/** Whether it ended with 0, and all that it said is there. */
bool helper_is_good(const struct helper *helper);

/** The first line of what it said is wrong, in `line`; a word for it where it said nothing. */
void helper_complaint(const struct helper *helper, char *line, size_t size);

#endif
