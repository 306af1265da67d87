/*
 * How an attempt ended: N.result, written once by the shim (tmp, rename, fsync of the file and of
 * the directories) after nothing of the attempt is left alive. Whoever can read a whole one may
 * believe it; a power loss before it is durable leaves none, or a damaged one, which counts as
 * none.
 */
#ifndef SWEEP_JOURNAL_RESULT_H
#define SWEEP_JOURNAL_RESULT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/error.h"
#include "trial/attempt.h"

/* 2: may have been stopped by ATTEMPT_STOP_STALL; 3: short_of; 4: of more than memory */
#define RESULT_FORMAT 4

/** What the file holds. */
struct result {
    struct attempt_key key;
    char token[ATTEMPT_TOKEN_MAX];
    struct attempt_outcome outcome;
    uint64_t journal_bytes; /* the journal's length */
    uint64_t journal_lost;  /* numbers that found no place in the journal: the disk was full */
};

void result_format(const struct result *result, struct strbuf *out);

/**
 * Write N.result if there is none yet: the first one is there for good, whoever writes it. It
 * survives us, but not yet a power loss.
 *
 * @param who  a word that no other process has that may write one at the same time
 * @error SWEEP_BUSY when there is one; SWEEP_IO, SWEEP_NO_SPACE
 */
bool result_publish(int dir_fd, const struct result *result, const char *who,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * @error SWEEP_INCOMPATIBLE for a newer format; SWEEP_IO when damaged (then it counts as absent)
 */
bool result_parse(struct strview bytes, struct result *out,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
