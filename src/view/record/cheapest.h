/*
 * The cheapest configuration that is nearly as good as the best: `sweep best --within 1% --by
 * duration`.
 *
 *     struct cheapest cheapest;
 *     if (!cheapest_find(&record, &list, "1%", "duration", &cheapest, err)) ...
 *     cheapest_append_words(&cheapest, &line);
 */
#ifndef SWEEP_VIEW_RECORD_CHEAPEST_H
#define SWEEP_VIEW_RECORD_CHEAPEST_H

#include "view/record/configurations.h"

struct cheapest {
    const struct configurations *list;
    const struct configuration *configuration;
    double cost;        /* its own; with replicates means, as values are */
    double best_cost;   /* of the best one; NaN: not known */
    const char *within; /* as given */
    const char *by;
};

/**
 * Find it.
 *
 * @param record  opened with all
 * @param list    of it; has a best one
 * @param within  `1%` of the best value, `0.01` as it is, or `1se`: the standard error of the best
 *                mean
 * @param by      an expression; what is least is cheapest
 * @error SWEEP_USAGE when one of them is wrong or says nothing of any trial
 */
bool cheapest_find(struct record *record, const struct configurations *list, const char *within,
                   const char *by, struct cheapest *out, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Append which it is, what it costs and how much worse it is, in one line without its end. */
void cheapest_append_words(const struct cheapest *cheapest, struct strbuf *out);

#endif
