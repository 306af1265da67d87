/*
 * Which trials keep what they saved in SWEEP_CHECKPOINT_DIR once they are finished.
 *
 *     checkpoints_init(&checkpoints, 3, maximize);
 *     number = checkpoints_choose(&checkpoints, trial);       a trial that has finished
 *     if (number != 0 && !checkpoints_remove(trials_fd, number, false, &bytes, err)) ...
 *
 * Ownership: checkpoints_release().
 */
#ifndef SWEEP_RUN_CHECKPOINTS_H
#define SWEEP_RUN_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/error.h"
#include "sweep/trial.h"

/** Every trial keeps them. */
#define CHECKPOINTS_ALL UINT32_MAX

struct checkpoint_keeper {
    uint64_t trial;
    double value;
};

struct checkpoints {
    uint32_t most; /* trials that keep them, or CHECKPOINTS_ALL */
    bool maximize;
    struct checkpoint_keeper *keepers; /* [count] from best to worst */
    size_t count;
};

/** @param most  at most 1000, or CHECKPOINTS_ALL */
void checkpoints_init(struct checkpoints *checkpoints, uint32_t most, bool maximize);
void checkpoints_release(struct checkpoints *checkpoints);

/**
 * Take a finished trial into account.
 *
 * @return the number of the trial whose checkpoints are to go: this one, or the one that it
 * displaces; 0: none
 */
uint64_t checkpoints_choose(struct checkpoints *checkpoints, const struct sweep_trial *trial);

/**
 * Remove the checkpoints of a finished trial, or only measure them.
 *
 * @param trials_fd   the sweep's `trials`
 * @param[out] bytes  grows by what they take on disk
 */
bool checkpoints_remove(int trials_fd, uint64_t trial, bool dry, uint64_t *bytes,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
