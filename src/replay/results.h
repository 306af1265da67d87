/*
 * What the trials of a replay came to, by configuration and seed.
 *
 *     results_take(&results, &replay, &record);
 *     results.rows[0]                 the configuration with the best mean
 *
 * Ownership: everything lives in the arena of the replay's record.
 */
#ifndef SWEEP_REPLAY_RESULTS_H
#define SWEEP_REPLAY_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "replay/replay.h"
#include "trial/spread.h"

/** One configuration. */
struct results_row {
    const struct sweep_trial *origin;       /* the trial of the first sweep that it is taken from */
    const struct sweep_trial *const *cells; /* [seed_count] its trials; NULL: not begun */
    struct spread spread;                   /* of those that have a finite value */
    size_t failed;                          /* ended without one */
    size_t left;                            /* have not ended */
    bool is_lucky;   /* it had a better value in the sweep than its interval has */
    bool is_unlucky; /* a worse one */
};

struct results {
    const struct replay *replay;
    struct record *record;    /* of the replay */
    struct results_row *rows; /* [count] by mean, best first; then those without one */
    size_t count;
    struct spread lead;  /* of the first over the second, seed by seed; count 0: there is none */
    bool are_told_apart; /* the interval of `lead` does not hold 0 */
    bool ignores_seed;   /* whatever the seed, the value is the same: of all of them */
};

/** Find each trial's place, and compute. */
void results_take(struct results *results, const struct replay *replay, struct record *record);

/** Whether all trials have ended. */
bool results_are_complete(const struct results *results);

#endif
