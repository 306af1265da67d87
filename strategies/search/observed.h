/*
 * What a history has to teach: each trial as a row of coordinates, and what came of it.
 *
 *     observed_update(observed, history);
 *     for (size_t i = 0; i < observed->count; i++)
 *         learn(observed_row(observed, i), &observed->trials[i]);
 *
 * Finished trials come first, in order of arrival, then the pending ones. Rows of finished trials
 * are kept from one update to the next; that is only a cache: where a history does not begin with
 * the one known, they are made anew.
 *
 * Ownership: opaque to write, open to read; observed_free().
 */
#ifndef SWEEP_SEARCH_OBSERVED_H
#define SWEEP_SEARCH_OBSERVED_H

#include <stddef.h>
#include <stdint.h>

#include "axis.h"
#include "sweep/history.h"

/** What there is to learn from a trial. */
enum observed_kind {
    OBSERVED_COMPLETE, /* its loss */
    OBSERVED_PRUNED,   /* that it was not worth going on; its loss at a step */
    OBSERVED_FAILED,   /* that the configuration fails, or has no finite value */
    OBSERVED_PENDING,  /* that it will be known anyway */
    OBSERVED_NOTHING   /* a machine or a person ended it */
};

/** One trial. */
struct observed_trial {
    uint64_t number;
    uint64_t arrival;
    enum observed_kind kind;
    double loss;  /* COMPLETE and PRUNED: finite, less is better */
    int64_t step; /* PRUNED: at which that was */
    const void *memo;
    size_t memo_size;
};

struct observed {
    const struct axes *axes;
    struct observed_trial *trials; /* [count] */
    size_t count;
    size_t finished; /* of them */
    double *rows;    /* [count x axes count] */
    size_t capacity;
};

/** @param axes  borrowed */
struct observed *observed_create(const struct axes *axes);

/** NULL is allowed. */
void observed_free(struct observed *observed);

/** Know exactly what `history` holds. Memos are borrowed from it until the next update. */
void observed_update(struct observed *observed, const struct sweep_history *history);

/** The coordinates of a trial [axes count]. */
const double *observed_row(const struct observed *observed, size_t index);

#endif
