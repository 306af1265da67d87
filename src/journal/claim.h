/*
 * Who may execute an attempt under Slurm: whoever creates N.claim. Part of the protocol in
 * tests/model/slurm.pml.
 *
 *     if (claim_take(dir_fd, attempt, "job 17 on n3", &fd, err)) ... it is ours, nobody else's ...
 *
 * A job claims the attempt that it is for before it executes anything; a second job for it, after a
 * submission whose outcome nobody knew, after a requeue or on another node, finds the file and
 * ends. A runner that gives up an attempt which no job has claimed claims it itself: then none ever
 * will. The claimant touches the file every CLAIM_BEAT_MS, so that others see that it lives.
 *
 * That a name is created by one process only holds on NFS (from version 3 on) and Lustre too.
 */
#ifndef SWEEP_JOURNAL_CLAIM_H
#define SWEEP_JOURNAL_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "sweep/error.h"

/** How often the claimant shows that it lives [ms]. */
#define CLAIM_BEAT_MS 5000

/** What a runner writes into its own. */
#define CLAIM_RUNNER "runner"

/** How that of an attempt in a pilot (ticket.h) begins; the name of its batch, a blank, its number
 * in it and a comma follow. */
#define CLAIM_PILOT "pilot "

#define CLAIM_WORDS_MAX 128

/**
 * Create N.claim.
 *
 * @param dir_fd  the trial's directory
 * @param who     its content, one line for people
 * @param[out] fd the file, open; may be NULL
 * @error SWEEP_BUSY when somebody has; SWEEP_IO
 */
bool claim_take(int dir_fd, uint32_t attempt, const char *who, int *fd,
                struct sweep_error *err) SWEEP_MUST_CHECK;

/** Show that the claimant lives. */
void claim_beat(int fd);

/** What can be seen of one. */
struct claim {
    bool is_there;
    bool is_runners; /* no job ever executes the attempt */
    int64_t beat_us; /* changes while the claimant lives; on the clock of the file system */
    char words[CLAIM_WORDS_MAX]; /* "": it has none yet, or never */
};

/** Look, past what the file system's cache says. */
struct claim claim_look(int dir_fd, uint32_t attempt);

#endif
