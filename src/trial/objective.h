/*
 * The objective of one trial, reduced over its reports as they come.
 *
 *     objective_init(&objective, &(struct objective_settings){.maximize = true});
 *     objective_report(&objective, value, step);
 *     objective_result(&objective, trial);
 *
 * Reports continue over attempts that went on from a checkpoint; one that began anew, began a new
 * curve: what no model of this trial has any more must not count.
 *
 * Ownership: objective_release() frees the window of REDUCE_MEAN.
 */
#ifndef SWEEP_TRIAL_OBJECTIVE_H
#define SWEEP_TRIAL_OBJECTIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/trial.h"

/** How reports become one value. */
enum reduce {
    REDUCE_BEST, /* in the direction of the goal: W&B's score */
    REDUCE_LAST,
    REDUCE_MIN,
    REDUCE_MAX,
    REDUCE_MEAN /* mean of the last `window` reports */
};

/** The most that `window` may be. */
#define OBJECTIVE_WINDOW_MAX 1000

struct objective_settings {
    enum reduce reduce;
    bool maximize;
    uint32_t window; /* REDUCE_MEAN: [1, OBJECTIVE_WINDOW_MAX] */
};

/** The reduction so far. */
struct objective {
    struct objective_settings settings;
    uint64_t reports;
    double value; /* reduced; NaN while only NaN was reported */
    int64_t step; /* where it was reported */
    double last;
    int64_t last_step;
    double *recent; /* [settings.window] REDUCE_MEAN only */
};

void objective_init(struct objective *objective, const struct objective_settings *settings);
void objective_release(struct objective *objective);

/** Forget all reports, keep the settings. */
void objective_reset(struct objective *objective);

/**
 * Add a report.
 *
 * NaN never improves best, min or max; infinities count as values.
 *
 * @param step  SWEEP_STEP_NONE: reports are counted from 1 instead
 */
void objective_report(struct objective *objective, double value, int64_t step);

/** Write kind, value, step and last into a trial. */
void objective_result(const struct objective *objective, struct sweep_trial *trial);

/** What a value is. */
enum sweep_objective_kind objective_kind(double value);

#endif
