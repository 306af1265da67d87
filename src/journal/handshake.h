/*
 * The words between a runner and the shim that it has just spawned, and the names of an attempt's
 * files. A change here is a change of tests/model/attempt.pml first.
 *
 * The shim inherits, as fixed descriptors: HANDSHAKE_FD, one end of a SEQPACKET socket pair;
 * HANDSHAKE_LOCK_FD, the attempt's lock, held; HANDSHAKE_DIR_FD, the trial's directory; from
 * HANDSHAKE_LEASE_FD on the locks of its GPUs, as many as its spec says. Both kinds of locks are
 * handed on to the command. Its only argument is the attempt's number. It sends READY, then waits
 * for GO; end of file instead of GO means that the runner died before it recorded the attempt: the
 * shim exits and has done nothing. Before GO it creates and changes no file. When nothing of the
 * attempt is alive, its result can be read and its locks are given back, the shim says DONE, so
 * that a runner need not wait until all of it is durable: what the runner has recorded is so by
 * itself.
 *
 * A runner stops an attempt by SIGTERM to the shim, queued (SI_QUEUE) with an enum attempt_stop as
 * its value: to the command's group SIGTERM, after the grace SIGKILL to everything. Sent a second
 * time with the same value, the shim does not wait out the grace. A SIGTERM that was not queued is
 * ATTEMPT_STOP_PREEMPTED.
 */
#ifndef SWEEP_JOURNAL_HANDSHAKE_H
#define SWEEP_JOURNAL_HANDSHAKE_H

#include <stdint.h>

#include "trial/attempt.h"

#define HANDSHAKE_FD       3
#define HANDSHAKE_LOCK_FD  4
#define HANDSHAKE_DIR_FD   5
#define HANDSHAKE_LEASE_FD 6

#define HANDSHAKE_PROTOCOL 2 /* 2: DONE */

enum handshake_word {
    HANDSHAKE_READY = 0x59444152, /* shim to runner */
    HANDSHAKE_GO = 0x2e2e4f47,    /* runner to shim */
    HANDSHAKE_DONE = 0x454e4f44   /* shim to runner, if there still is one */
};

/** Every message. */
struct handshake {
    uint32_t word;     /* enum handshake_word */
    uint32_t protocol; /* the sender's HANDSHAKE_PROTOCOL; the two must be equal */
};

/** The files of attempt N in its trial's directory: N.spec, N.lock, N.journal, N.result. Under
 * Slurm also N.claim (claim.h) and N.order (order.h), and there is no N.lock. */
#define HANDSHAKE_NAME_MAX 24
enum handshake_file {
    HANDSHAKE_SPEC,
    HANDSHAKE_LOCK,
    HANDSHAKE_JOURNAL,
    HANDSHAKE_RESULT,
    HANDSHAKE_CLAIM,
    HANDSHAKE_ORDER,
    HANDSHAKE_OUTPUT,     /* output.log for attempt 1, output.N.log for the others */
    HANDSHAKE_WANDB_DIR,  /* of a script that calls wandb: `.` for attempt 1, wandb.N for the others
                           */
    HANDSHAKE_WANDB_RUNS, /* in it wandb makes `wandb`, with a directory for each run */
    HANDSHAKE_BUNDLE      /* what runc is told, where it runs the command */
};
void handshake_file_name(enum handshake_file file, uint32_t attempt, char out[HANDSHAKE_NAME_MAX]);

/** The tail of what a command prints lies in so many segments behind its log, and one more is being
 * written. */
#define HANDSHAKE_OUTPUT_SEGMENTS 4

/** The ID of an attempt's wandb run: the start of its token. */
#define HANDSHAKE_RUN_ID_MAX 9
void handshake_run_id(const char *token, char out[HANDSHAKE_RUN_ID_MAX]);

/** A trial's directory below `trials/`: six digits at least. */
void handshake_trial_directory(uint64_t trial, char out[HANDSHAKE_NAME_MAX]);

/** A file of an attempt, seen from `trials/`. */
#define HANDSHAKE_PATH_MAX (2 * HANDSHAKE_NAME_MAX)
void handshake_path(struct attempt_key key, enum handshake_file file, char out[HANDSHAKE_PATH_MAX]);

#endif
