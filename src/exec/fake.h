/*
 * A back end without processes: what becomes of each attempt is written in a table, time is the
 * caller's. It lets whole sweeps be played in microseconds.
 *
 *     struct fake_attempt rows[] = {{.trial = 2, .runs_ms = 30000, .end = ATTEMPT_EXITED,
 *                                    .detail = 1}};
 *     struct backend_state *state = fake_open(&(struct fake_world){.attempts = rows, .count = 1});
 *     backend_fake.launch(state, ...);
 *
 * Ownership: the world is borrowed until backend_fake.close().
 */
#ifndef SWEEP_EXEC_FAKE_H
#define SWEEP_EXEC_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exec/backend.h"

/** A report of the objective. */
struct fake_report {
    int64_t after_ms; /* since the attempt's launch, in increasing order */
    double value;
    int64_t step;
};

/** What becomes of an attempt. */
struct fake_attempt {
    uint64_t trial;           /* 0: of any trial */
    uint32_t number;          /* 0: any attempt */
    uint32_t launch_failures; /* how often its launch is refused first (SWEEP_BUSY) */
    int64_t runs_ms;          /* then it ends like this: */
    enum attempt_end end;
    int32_t detail;
    enum attempt_shortage short_of;
    enum attempt_stop stop;            /* TIMEOUT, PREEMPTED: nobody here has to ask for them */
    int64_t stops_in_ms;               /* how long it takes to end when told to stop */
    bool ignores_stop;                 /* unless forced */
    bool goes_on;                      /* from a checkpoint of an earlier one */
    const struct fake_report *reports; /* [report_count] */
    size_t report_count;
};

/** The first row that fits an attempt is its fate; without one it runs 1 s and exits 0. */
struct fake_world {
    const struct fake_attempt *attempts; /* [count] */
    size_t count;
};

struct backend_state *fake_open(const struct fake_world *world);

/** Take the next report that BACKEND_JOURNAL announced; false: none is left. */
bool fake_take_report(struct backend_state *state, struct attempt_key key,
                      struct fake_report *report);

/** Whether an attempt that is launched would go on from a checkpoint. */
bool fake_goes_on(struct backend_state *state, struct attempt_key key);

/** Its open() is fake_open() of an empty world. */
extern const struct backend backend_fake;

#endif
