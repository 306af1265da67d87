/*
 * A trial and its replay with the same seed: whether they came out the same.
 *
 *     if (twin_load(&twin, &replay, &record, err))
 *         twin_append(&twin, &text);
 *
 * Ownership: everything lives in the arenas of the two records.
 */
#ifndef SWEEP_REPLAY_TWIN_H
#define SWEEP_REPLAY_TWIN_H

#include <stdbool.h>
#include <stddef.h>

#include "replay/replay.h"

/** One named number over the whole of both trials. */
struct twin_series {
    const char *metric;
    size_t before; /* how often it was reported then */
    size_t now;
    size_t same;      /* reports from the first on that agree, step and value */
    int64_t step;     /* of the first that does not, or SWEEP_STEP_NONE */
    double values[2]; /* then and now, where `same` is less than both */
};

struct twin {
    const struct replay *replay;
    struct record *record; /* of the replay */
    const struct sweep_trial *then;
    const struct sweep_trial *now; /* NULL: not begun */
    struct twin_series *series;    /* [series_count] those that were reported, the metric first */
    size_t series_count;
};

/** Find the trial of the replay, and compare. */
bool twin_load(struct twin *twin, const struct replay *replay, struct record *record,
               struct sweep_error *err) SWEEP_MUST_CHECK;

/** Whether it has ended. */
bool twin_is_complete(const struct twin *twin);

/** Whether both ended alike, with the same value to the last digit where there is one. */
bool twin_is_same(const struct twin *twin);

/** Append it for people. */
void twin_append(const struct twin *twin, struct strbuf *out);

/** Append it as one line of JSON. */
void twin_append_json(const struct twin *twin, struct strbuf *out);

#endif
