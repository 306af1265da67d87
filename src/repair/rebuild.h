/*
 * A sweep's database, made anew from the files of its trials, and one that is there compared with
 * them.
 *
 *     struct rebuild rebuild = {.settings = &settings, .sweep = &sweep, .trials_fd = fd};
 *     if (rebuild_load(&rebuild, err) && !rebuild_agrees(&rebuild, store, err))
 *         ... rebuild_store(&rebuild, "sweep.db.rebuilt", err) ...
 *     rebuild_release(&rebuild);
 *
 * Trials, params, outcomes and reports come back as they were, values are reduced from the reports
 * as the engine does it, and arrivals follow the times at which things happened. What no file tells
 * is lost: events, requests, what attempts took of GPUs, what a strategy knew when it was asked,
 * and trials that were cancelled before they ran; those that were not started yet will be suggested
 * again. An attempt without a result counts as live, so that the next runner finds out that it is
 * lost. Unknown is never shown as success: a trial whose parameters are gone has failed.
 *
 * Ownership: rebuild_release() frees what was loaded; the rest is borrowed.
 */
#ifndef SWEEP_REPAIR_REBUILD_H
#define SWEEP_REPAIR_REBUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "repair/remains.h"
#include "run/settings.h"
#include "store/store.h"

struct rebuild {
    const struct run_settings *settings; /* of the sweep's YAML */
    const struct store_sweep *sweep;     /* its row, as it should be */
    const struct store_settings *set;    /* apart from its YAML, or NULL */
    int trials_fd;

    struct arena arena;
    struct remains *trials;   /* [trial_count] by number, from 1 without a gap */
    struct sweep_trial *rows; /* [trial_count] the same, judged */
    size_t trial_count;
    uint64_t unknown; /* trials without parameters */
    uint64_t reports;
    int64_t running_us; /* time in which at least one attempt ran */
};

/**
 * Read all files.
 *
 * @error SWEEP_NOT_FOUND when there is no trial; as remains_load()
 */
bool rebuild_load(struct rebuild *rebuild, struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Whether a database has everything that the files say. It may have more, and what its runner had
 * not recorded yet may be missing.
 *
 * @param[out] err  what it lacks or has otherwise, when it does not agree
 */
bool rebuild_agrees(const struct rebuild *rebuild, struct store *store,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/** Make a database at `path`, where there is none. */
bool rebuild_store(const struct rebuild *rebuild, const char *path, int64_t now_us,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

void rebuild_release(struct rebuild *rebuild);

#endif
