/*
 * What an attempt wrote, as it is on disk now: read as one stream, from the start or from near the
 * end, without ever having it whole in memory.
 *
 *     struct attempt_output output;
 *     if (attempt_output_open(&output, record.location.path, key, err)) {
 *         while ((got = attempt_output_read(&output, block, sizeof block)) > 0) ...
 *     }
 *     attempt_output_close(&output);
 *
 * A shim that is at work, or that was killed, has the end of a long output in segments beside the
 * log (src/shim/output.h); they are read behind it. Links are not followed below the sweep's own
 * directory: a trial may have put them there.
 *
 * Ownership: attempt_output_close() closes everything, also after a failure.
 */
#ifndef SWEEP_VIEW_RECORD_ATTEMPT_OUTPUT_H
#define SWEEP_VIEW_RECORD_ATTEMPT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "journal/handshake.h"
#include "sweep/error.h"
#include "trial/attempt.h"

/** A file of it, or a remark of ours between two. */
struct attempt_output_part {
    int fd;           /* -1: a remark */
    const char *text; /* the rest of the remark */
    uint64_t rest;    /* bytes that are still to be read */
};

/** The log, a remark where something is missing behind it, segments. */
#define ATTEMPT_OUTPUT_PARTS (HANDSHAKE_OUTPUT_SEGMENTS + 3)

struct attempt_output {
    struct attempt_output_part parts[ATTEMPT_OUTPUT_PARTS]; /* [count] */
    size_t count;
};

/**
 * Open it as it is now; what is written later is not read.
 *
 * @param sweep_path  the sweep's directory
 * @error SWEEP_NOT_FOUND when there is no log; SWEEP_IO, also when it is a link or no file
 */
bool attempt_output_open(struct attempt_output *output, const char *sweep_path,
                         struct attempt_key key, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Begin to follow it: what is there now, and later what is written behind it.
 *
 * Where it is written faster than it is read, segments disappear unread: then a remark stands in
 * their place.
 */
struct attempt_follower {
    int dir_fd; /* the trial's directory */
    struct attempt_key key;
    char log[HANDSHAKE_NAME_MAX];
    int fd;             /* of the log, then of the segments */
    bool in_segments;   /* the log is read: from now on it belongs to the shim */
    uint64_t segment;   /* the one that is read */
    const char *remark; /* the rest of one that is to be read first, or NULL */
    uint64_t seen;      /* bytes of the attempt that were read */
};

/** @error as attempt_output_open(); there may be no log yet */
bool attempt_follower_open(struct attempt_follower *follower, const char *sweep_path,
                           struct attempt_key key, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Read what comes next; 0 where there is nothing now, -1 with errno set. */
ssize_t attempt_follower_read(struct attempt_follower *follower, void *data, size_t size);

/** Whether the attempt has ended: after that, what is read until the next 0 is the rest. */
bool attempt_follower_has_ended(const struct attempt_follower *follower);

/** The bytes that were written and not read, of an attempt that has ended; 0 where nobody knows. */
uint64_t attempt_follower_missed(const struct attempt_follower *follower);

void attempt_follower_close(struct attempt_follower *follower);

/** The number of bytes that are still to be read. */
uint64_t attempt_output_rest(const struct attempt_output *output);

/** Leave out all but the last `bytes`. */
void attempt_output_skip_to_last(struct attempt_output *output, uint64_t bytes);

/** Read what comes next; 0 at the end, -1 with errno set. */
ssize_t attempt_output_read(struct attempt_output *output, void *data, size_t size);

void attempt_output_close(struct attempt_output *output);

#endif
