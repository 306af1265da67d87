/*
 * What the files of one trial say: params.json, and of each attempt its spec, journal and result.
 *
 * For rebuilding a database; a runner reads the same files as they grow (ingest.c).
 *
 * Ownership: everything lives in the arena.
 */
#ifndef SWEEP_REPAIR_REMAINS_H
#define SWEEP_REPAIR_REMAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "run/settings.h"
#include "store/store.h"

/** One attempt. */
struct remains_attempt {
    struct attempt_identity identity; /* without the supervisor, of which nothing is left */
    bool has_result;
    struct attempt_outcome outcome; /* with a result */
    uint64_t arrival;               /* for whoever puts all news into one order */
    bool fresh;
    struct store_gpus gpus; /* without their names, which no file has */
    bool looked;            /* its supervisor looked for the metric as the YAML names it today */
    int64_t started_us;
    uint64_t journal_offset;
    uint64_t journal_sequence;
    struct store_report *reports; /* [report_count] in the journal's order */
    size_t report_count;
};

/** One trial. */
struct remains {
    uint64_t trial;
    const struct sweep_value *params; /* [space count]; NULL: not known, and nothing else is */
    struct remains_attempt *attempts; /* [attempt_count] */
    size_t attempt_count;
};

/**
 * Read the files of trial `number`. What is missing or damaged counts as absent.
 *
 * @param trials_fd  the directory of all trials
 * @error SWEEP_BUSY when something of the trial still lives; SWEEP_INCOMPATIBLE when a newer
 * version wrote it; SWEEP_IO
 */
bool remains_load(struct remains *out, struct arena *arena, int trials_fd, uint64_t number,
                  const struct run_settings *settings, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
