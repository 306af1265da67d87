/*
 * The wandb runs of one attempt: their `.wandb` files, found and read while they are written.
 *
 *     wandb_runs_look(runs);                            for runs that began since
 *     while (wandb_runs_feed(runs))                     one more piece of a file
 *         while (wandb_runs_next(runs, &number))
 *             use(number.name, number.value, number.step);
 *
 * The folder has one for each run, `offline-run-DATE_TIME-ID` (`run-...` where the script is
 * online), with `run-ID.wandb` in it. Where a run has the ID that the attempt was given, runs with
 * others are the script's own affair, as in a sweep of Weights & Biases; where none has, all count.
 *
 * Ownership: opaque; wandb_runs_free(). A number's name is valid until the next call.
 */
#ifndef SWEEP_METRICS_WANDB_RUNS_H
#define SWEEP_METRICS_WANDB_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "metrics/source_wandb.h"

/** Runs beyond that are not read. */
#define WANDB_RUNS_MAX 64

/** What to read; the texts and the directory are borrowed. */
struct wandb_runs_settings {
    int dir_fd;
    const char *folder;    /* below it; need not exist yet */
    const char *run_id;    /* NULL: all runs count */
    const char *step_name; /* see source_wandb_create() */
    bool resumes; /* an earlier attempt went before: a run that counts its steps from 0 again does
                   * not know of it, and its numbers have no step */
};

struct wandb_runs;

struct wandb_runs *wandb_runs_create(const struct wandb_runs_settings *settings);
void wandb_runs_free(struct wandb_runs *runs);

/** Whether the script has called wandb.init(): a cheap look, which sees it before that returns. */
bool wandb_runs_exist(struct wandb_runs *runs);

/** Find runs that began since the last look. */
void wandb_runs_look(struct wandb_runs *runs);

/** Read a piece; all numbers of the one before must have been taken. @return whether there is one
 */
bool wandb_runs_feed(struct wandb_runs *runs);

/** Take the next number; false when the piece is used up. */
bool wandb_runs_next(struct wandb_runs *runs, struct wandb_number *number);

/** Calls of wandb.log() so far. */
uint64_t wandb_runs_rows(const struct wandb_runs *runs);

/** Places in the files that are damaged, and files that are none. */
uint64_t wandb_runs_damaged(const struct wandb_runs *runs);

#endif
