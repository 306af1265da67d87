/*
 * Bytes of a run's `.wandb` file in, named numbers out: what a script gave to wandb.log().
 *
 *     source_wandb_feed(source, data, size);
 *     while (source_wandb_next(source, &number))
 *         use(number.name, number.value, number.step);
 *
 * The file is a log in blocks (block_log.h) of messages; of these the history and the summary are
 * looked at. Nested values have dotted names, `a.b`. Only numbers come out, NaN and infinities
 * included; names that begin with `_` are wandb's own. It may be fed while it is still written.
 *
 * A number of the history belongs to the step of its call, wandb's `_step`, or, where a name of a
 * step is given, to the number of that name in the same call or the last one before.
 *
 * A number of the summary is what stood last under a name when the run was over, or at some moment
 * on the way: later ones replace earlier ones. Most names of the history are in it again.
 *
 * The numbers of the messages' fields are those of wandb_internal.proto, as of versions 0.16 to
 * 0.31 of the client.
 *
 * Ownership: opaque; source_wandb_free(). Fed bytes are borrowed until source_wandb_next() is
 * false, a name until the next call.
 */
#ifndef SWEEP_METRICS_SOURCE_WANDB_H
#define SWEEP_METRICS_SOURCE_WANDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strview.h"

/* [bytes] of one message: longer ones, such as large tables, are left out. */
#define SOURCE_WANDB_RECORD_MAX (4 * 1024 * 1024)

struct wandb_number {
    struct strview name;
    double value;
    int64_t step; /* SWEEP_STEP_NONE: of the summary, or no number of the step's name came yet */
    bool is_summary;
};

struct source_wandb;

/** @param step_name  of the number that is the step; NULL: wandb's own. Borrowed */
struct source_wandb *source_wandb_create(const char *step_name);
void source_wandb_free(struct source_wandb *source);

/** Hand over the bytes that follow; all numbers of earlier ones must have been taken. */
void source_wandb_feed(struct source_wandb *source, const void *data, size_t size);

/** Take the next number; false when the fed bytes are used up. */
bool source_wandb_next(struct source_wandb *source, struct wandb_number *number);

/** Calls of wandb.log() so far. */
uint64_t source_wandb_rows(const struct source_wandb *source);

/** Whether it is no such file, or one of another version: nothing will ever come. */
bool source_wandb_is_foreign(const struct source_wandb *source);

/** Places where the file was damaged and some of it left out. */
uint64_t source_wandb_damaged(const struct source_wandb *source);

#endif
