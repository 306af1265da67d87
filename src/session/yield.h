/*
 * What some output yields under a YAML: the metric's and the captures' numbers, the value that the
 * trial would have, and, for what is not found, which other names there are.
 *
 *     struct yield yield;
 *     if (yield_init(&yield, &settings->run, err)) {
 *         yield_log(&yield, &number);              what wandb's files have, first of all
 *         yield_feed(&yield, data, size);          pieces, cut anywhere
 *         yield_end(&yield);
 *     }
 *     yield_release(&yield);
 *
 * It finds what the shim of a trial finds in the same output. Of what is found by its name, and
 * wandb shows it, only that counts. Memory does not grow with it.
 *
 * Ownership: yield_release(), also after a failure; the settings are borrowed.
 */
#ifndef SWEEP_SESSION_YIELD_H
#define SWEEP_SESSION_YIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metrics/census.h"
#include "metrics/extractor.h"
#include "metrics/source_wandb.h"
#include "run/settings.h"
#include "trial/objective.h"

/** A number with the step at which it came; counted from 1 where there is no step. */
struct yield_point {
    double value;
    int64_t step;
};

/** What one pattern found. */
struct yield_series {
    uint64_t count;
    struct yield_point first; /* all of these: when count > 0 */
    struct yield_point last;
    double min; /* NaN when there is nothing else */
    double max;
    uint64_t refused;     /* texts that are no number, or too large a one */
    char example[32];     /* the first of these */
    bool is_switched_off; /* it took too long on some lines */
    bool is_logged;       /* these are wandb's */
    bool has_summary;     /* wandb's summary has `summary`: it counts where nothing else is there */
    double summary;
};

/** Who wants each number as it is found. */
struct yield_taker {
    void *context;
    void (*take)(void *context, const struct extractor_found *found);
};

struct yield {
    const struct run_settings *run;
    struct extractor *extractor;
    struct census *census;
    struct yield_series *series; /* [run->pattern_count] */
    struct objective objective;  /* where there is a metric */
    uint64_t rows;               /* calls of wandb.log(), to be set by who reads the files */
    struct yield_taker taker;    /* zeroed: nobody; may be set before anything is fed */
};

/** @error SWEEP_BAD_INPUT when a pattern cannot be used */
bool yield_init(struct yield *yield, const struct run_settings *run,
                struct sweep_error *err) SWEEP_MUST_CHECK;

void yield_release(struct yield *yield);

/** Take a number of a wandb file. */
void yield_log(struct yield *yield, const struct wandb_number *number);

/** The name of the number that is the step, or NULL: what reads a wandb file wants to know. */
const char *yield_step_name(const struct run_settings *run);

void yield_feed(struct yield *yield, const void *data, size_t size);

/** The output has ended: an unfinished last line counts as a line. */
void yield_end(struct yield *yield);

/** What the metric's pattern found; NULL where there is no metric. */
const struct yield_series *yield_objective(const struct yield *yield);

/** Whether there is a metric and it was not found. */
bool yield_lacks_objective(const struct yield *yield);

#endif
