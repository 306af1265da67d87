/*
 * The cheapest trial that is nearly as good as the best: `sweep best --within 1% --by duration`.
 *
 *     struct cheapest cheapest;
 *     if (!cheapest_find(&record, "1%", "duration", &cheapest, err)) ...
 *     cheapest_append_words(&cheapest, &record, &line);
 */
#ifndef SWEEP_CLI_LOOK_CHEAPEST_H
#define SWEEP_CLI_LOOK_CHEAPEST_H

#include "cli/look/record.h"

struct cheapest {
    const struct sweep_trial *trial;
    double cost;        /* its own */
    double best_cost;   /* of the best trial; NaN: not known */
    const char *within; /* as given */
    const char *by;
};

/**
 * Find it.
 *
 * @param record  opened with all; it has a best trial
 * @param within  `1%` of the best value, or `0.01` as it is
 * @param by      an expression; what is least is cheapest
 * @error SWEEP_USAGE when one of them is wrong or says nothing of any trial
 */
bool cheapest_find(const struct record *record, const char *within, const char *by,
                   struct cheapest *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append which it is, what it costs and how much worse it is, in one line without its end. */
void cheapest_append_words(const struct cheapest *cheapest, const struct record *record,
                           struct strbuf *out);

#endif
