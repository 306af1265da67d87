/*
 * The trials of a sweep by configuration: with replicates several of them differ in their seeds
 * alone, and what counts is their mean.
 *
 *     configurations_take(&list, &record);
 *     list.best->spread.mean
 *
 * Only trials with a finite value are looked at. Without replicates each is a configuration of its
 * own, also where two have the same params.
 *
 * Ownership: everything lives in the record's arena.
 */
#ifndef SWEEP_VIEW_RECORD_CONFIGURATIONS_H
#define SWEEP_VIEW_RECORD_CONFIGURATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "trial/spread.h"
#include "view/record/record.h"

struct configuration {
    const struct sweep_trial *const *trials; /* [spread.count] by number */
    const struct sweep_trial *best;          /* of them */
    struct spread spread;                    /* of their values */
};

struct configurations {
    const struct configuration *items; /* [count] */
    size_t count;
    const struct configuration *best; /* by mean; NULL: no trial has a value */
    bool are_replicated;
};

/** Whether a sweep has several seeds for each of them. */
bool configurations_are_replicated(const struct record *record);

/**
 * Group them.
 *
 * A mean of fewer values scatters more and would win too often: with replicates only the
 * configurations that have the most values are listed.
 *
 * @param record  opened with all its trials
 */
void configurations_take(struct configurations *list, struct record *record);

#endif
