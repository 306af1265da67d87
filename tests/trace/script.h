/*
 * The input lines of a trace: settings, what is put back, the world, and what people do when.
 *
 *     # a comment
 *     settings parallel=2 trials=10 ahead=0 goal=maximize lost_max=5 not_started_max=3
 *     settings time=8h finish=30m patience=30 target=0.9 max_failures=10 retries=1
 *     space 4                            the strategy knows four points
 *     asks take 2s
 *     restore running 30s                earlier runners were up for so long
 *     restore trial 1 complete 0.5       (failed; waiting; held; running; attempts=2 lost=1
 * failed=1 saved=1 told=2) restore report 2 0.25 restore metric                     some trial has
 * reported it: all slots are open trial 3.1: runs 30s, reports 0.5 at 10s step 4, exits 1 trial *:
 * runs 10s, reports 0.5, exits 0 at 5s interrupt
 *
 * An attempt that `goes on` found a checkpoint; all others begin anew.
 *
 * How an attempt can end: `exits N`, `signal N`, `missing` (the command), `lost`, `rebooted`,
 * `preempted`, `timeout`, `stalled`, `crowded` (out of GPU memory), `starved` (of host memory).
 * Besides: `refused N` (launches), `ignores stop`, `stops in D`. People can `interrupt`,
 * `terminate`, `detach`, `hold`, `unhold`, `close`, `cancel N` (0: all), `add`, `again N`, `set
 * parallel=3 trials=20`; the box can have `capacity N`; the disk can `pause TEXT`, `unpause`; `kill
 * N` and `prune N` stop a trial behind the engine's back.
 *
 * Ownership: a script owns nothing outside itself; texts point into the line that was parsed, which
 * outlives it.
 */
#ifndef TRACE_SCRIPT_H
#define TRACE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "exec/fake.h"

#define SCRIPT_ROWS_MAX    32
#define SCRIPT_REPORTS_MAX 8

/** What people do. */
struct script_deed {
    int64_t at_ms;
    bool is_stop;                /* tell the back end to stop `trial` */
    enum engine_event_kind kind; /* else */
    enum engine_cause cause;
    enum sweep_origin origin;
    struct engine_settings settings;
    const char *text;
    uint64_t trial;
    enum attempt_stop stop;
    struct engine_spending spending; /* ENGINE_SPENT */
};

/** How attempts of earlier runners may have ended. */
enum script_end {
    SCRIPT_LOST,
    SCRIPT_FAILED,
    SCRIPT_SAVED,
    SCRIPT_ENDS
};

/** A trial that an earlier runner recorded, or a report of it. */
struct script_restore {
    struct sweep_trial trial;
    bool is_report;             /* trial.number, trial.value */
    uint32_t ends[SCRIPT_ENDS]; /* how earlier attempts ended */
    enum attempt_stop told;
};

struct script {
    struct engine_settings settings;
    uint64_t points; /* 0: endless */
    int64_t ask_ms;
    int64_t running_ms; /* of earlier runners */
    struct fake_attempt fates[SCRIPT_ROWS_MAX];
    struct fake_report reports[SCRIPT_ROWS_MAX][SCRIPT_REPORTS_MAX];
    size_t fate_count;
    struct script_deed deeds[SCRIPT_ROWS_MAX]; /* by time */
    size_t deed_count;
    struct script_restore restores[SCRIPT_ROWS_MAX];
    size_t restore_count;
    bool metric_seen;
};

void script_init(struct script *script);

/** Read one input line; it is cut into words in place. false: it makes no sense. */
bool script_parse_line(struct script *script, char *line);

#endif
