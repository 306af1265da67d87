/*
 * What a job of Slurm is for: the manifest of a batch, written durably by the runner before it
 * calls sbatch, so that it knows of every job that it may have submitted.
 *
 * In the sweep's directory as slurm/NAME.batch, NAME the job's name. A single job is for item 0,
 * task I of an array for item I.
 */
#ifndef SWEEP_JOURNAL_BATCH_H
#define SWEEP_JOURNAL_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "sweep/error.h"
#include "trial/attempt.h"

#define BATCH_FORMAT 1

/** The folder in the sweep's directory, and how the name of a manifest ends. */
#define BATCH_DIRECTORY "slurm"
#define BATCH_SUFFIX    ".batch"

/** The most attempts in one, and the size of its file [bytes]. */
#define BATCH_ITEMS_MAX 1000
#define BATCH_SIZE_MAX  (128 * 1024)

struct batch_item {
    struct attempt_key key;
    char token[ATTEMPT_TOKEN_MAX];
};

struct batch {
    int64_t limit_ms;               /* that Slurm lets each job run; 0: not known */
    const struct batch_item *items; /* [count] */
    size_t count;
};

/** Append the file's bytes. */
void batch_format(const struct batch *batch, struct strbuf *out);

/** Read them. @error SWEEP_INCOMPATIBLE when it is of a newer format; SWEEP_IO when damaged */
bool batch_parse(struct arena *arena, struct strview bytes, struct batch *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
