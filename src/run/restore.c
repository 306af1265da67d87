/*
 * Putting back what earlier runners recorded: trials, reports, live attempts.
 *
 * Attempts that still live are adopted, and those that ended meanwhile are found out: both come as
 * the back end's events in the first turn.
 */
#include "run/runner.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "trial/trial.h"

static bool restore_reports(struct runner *runner, struct arena *arena, uint64_t trial,
                            struct sweep_error *err)
{
    if (!runner->settings->has_objective)
        return true;
    struct store_reports reports;
    if (!store_load_reports(runner->request->store, arena, trial, runner->settings->objective_name,
                            &reports, err))
        return false;
    for (size_t i = 0; i < reports.count; i++)
        engine_restore_report(runner->engine, trial, reports.items[i].value, reports.items[i].step);
    return true;
}

/* Its shim looks for what the YAML said when it was started, which may have changed since. */
static void restore_patterns(struct runner *runner, struct live *live)
{
    char directory[HANDSHAKE_NAME_MAX];
    char file[HANDSHAKE_NAME_MAX];
    char path[2 * HANDSHAKE_NAME_MAX];
    handshake_trial_directory(live->key.trial, directory);
    handshake_file_name(HANDSHAKE_SPEC, live->key.number, file);
    (void)snprintf(path, sizeof path, "%s/%s", directory, file);
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    struct spec spec;
    if (file_read(runner->request->directory->trials_fd, path, &bytes, NULL) &&
        spec_parse(&runner->arena, strbuf_view(&bytes), &spec, NULL)) {
        live->patterns = spec.patterns;
        live->pattern_count = spec.pattern_count;
    }
    strbuf_release(&bytes);
}

static bool adopt(struct runner *runner, const struct store_attempt *attempt,
                  struct sweep_error *err)
{
    struct live *live = live_add(runner, attempt->identity.key, attempt->started_us);
    live->offset = attempt->journal_offset;
    live->sequence = attempt->journal_sequence;
    live->has_news = true;
    restore_patterns(runner, live);
    return runner->request->backend->adopt(runner->attempts, &attempt->identity, err);
}

static bool restore_attempts(struct runner *runner, struct arena *arena, uint64_t trial,
                             struct sweep_error *err)
{
    struct store_attempts attempts;
    if (!store_load_attempts(runner->request->store, arena, trial, &attempts, err))
        return false;
    uint32_t lost = 0;
    for (size_t i = 0; i < attempts.count; i++) {
        const struct store_attempt *attempt = &attempts.items[i];
        if (attempt->live) {
            if (!adopt(runner, attempt, err))
                return false;
            engine_restore_stop(runner->engine, trial, attempt->told);
        } else {
            enum attempt_end end = attempt->outcome.end;
            lost += end == ATTEMPT_LOST || end == ATTEMPT_REBOOTED;
        }
    }
    engine_restore_lost(runner->engine, trial, lost);
    return true;
}

static bool restore_unfinished(struct runner *runner, const struct sweep_trial *trial,
                               struct sweep_error *err)
{
    if (trial_is_finished(trial->state) || trial->attempts == 0)
        return true;
    struct arena arena = {0};
    bool restored = restore_reports(runner, &arena, trial->number, err) &&
                    restore_attempts(runner, &arena, trial->number, err);
    arena_release(&arena);
    return restored;
}

static enum wish wish_of(const char *word)
{
    if (strcmp(word, "pause") == 0)
        return WISH_PAUSE;
    return strcmp(word, "stop") == 0 ? WISH_STOP : WISH_RUN;
}

bool restore_all(struct runner *runner, struct sweep_error *err)
{
    const struct run_request *request = runner->request;
    struct store_sweep sweep;
    struct store_trials trials;
    uint64_t arrival = 0;
    if (!store_load_sweep(request->store, &runner->arena, &sweep, err) ||
        !store_load_trials(request->store, runner->settings->space, &runner->arena,
                           request->strategy->uses_results, &trials, err) ||
        !store_load_arrival(request->store, &arrival, err))
        return false;
    runner->earlier_us = sweep.running_us;
    runner->earlier_state = sweep.state;
    runner->earlier_note = sweep.note;
    runner->wish = wish_of(sweep.wish);
    for (size_t i = 0; i < trials.count; i++)
        engine_restore_trial(runner->engine, &trials.items[i]);
    engine_restore_arrival(runner->engine, arrival);
    asker_restore(runner->asker, trials.items, trials.count);
    for (size_t i = 0; i < trials.count; i++)
        if (!restore_unfinished(runner, &trials.items[i], err))
            return false;
    return true;
}
