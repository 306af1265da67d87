/*
 * Putting back what earlier runners recorded: trials, reports, live attempts.
 *
 * Attempts that still live are adopted, and those that ended meanwhile are found out: both come as
 * the back end's events in the first turn.
 */
#include "run/runner.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sys.h"
#include "journal/handshake.h"
#include "space/feasible.h"
#include "sweep/mem.h"
#include "trial/trial.h"

#define US_PER_MS 1000

static bool load_reports(struct runner *runner, struct arena *arena, uint64_t trial,
                         struct store_reports *out, struct sweep_error *err)
{
    *out = (struct store_reports){0};
    return !runner->settings->has_objective ||
           store_load_reports(runner->request->store, arena, trial,
                              runner->settings->objective_name, out, err);
}

/* Its shim looks for what the YAML said when it was started, which may have changed since. */
static void restore_patterns(struct runner *runner, struct live *live)
{
    char path[HANDSHAKE_PATH_MAX];
    handshake_path(live->key, HANDSHAKE_SPEC, path);
    static char *const nothing[] = {NULL};
    struct strbuf bytes;
    strbuf_init(&bytes, SPEC_SIZE_MAX);
    struct spec spec;
    if (file_read(runner->request->directory->trials_fd, path, &bytes, NULL) &&
        spec_parse(&runner->arena, strbuf_view(&bytes), &spec, NULL)) {
        gpus_adopt(runner, live->key, &spec);
        watching_begin(runner, live, spec.gpus);
        live->patterns = spec.patterns;
        live->pattern_count = spec.pattern_count;
    } else { /* somebody has removed it: nobody knows what it has or prints */
        watching_begin(runner, live, nothing);
    }
    strbuf_release(&bytes);
}

static bool adopt(struct runner *runner, const struct store_attempt *attempt,
                  struct sweep_error *err)
{
    struct live *live = live_add(runner, &attempt->identity, attempt->started_us);
    if (!store_load_usage(runner->request->store, live->key, &live->watching.usage, err))
        return false;
    live->offset = attempt->journal_offset;
    live->sequence = attempt->journal_sequence;
    live->has_news = true;
    restore_patterns(runner, live);
    return runner->request->backend->adopt(runner->attempts, &attempt->identity, err);
}

/* Attempts of one trial follow each other, and so do their reports. */
static bool restore_attempts(struct runner *runner, struct arena *arena, uint64_t trial,
                             const struct store_reports *reports, struct sweep_error *err)
{
    struct store_attempts attempts;
    if (!store_load_attempts(runner->request->store, arena, trial, &attempts, err))
        return false;
    size_t report = 0;
    for (size_t i = 0; i < attempts.count; i++) {
        const struct store_attempt *attempt = &attempts.items[i];
        uint32_t number = attempt->identity.key.number;
        if (attempt->fresh)
            engine_restore_fresh(runner->engine, trial);
        for (; report < reports->count && reports->items[report].key.number <= number; report++)
            engine_restore_report(runner->engine, trial, reports->items[report].value,
                                  reports->items[report].step);
        if (!attempt->live) {
            engine_restore_outcome(runner->engine, trial, &attempt->outcome);
            continue;
        }
        if (!adopt(runner, attempt, err))
            return false;
        engine_restore_stop(runner->engine, trial, attempt->told);
    }
    return true;
}

static bool restore_unfinished(struct runner *runner, const struct sweep_trial *trial,
                               struct sweep_error *err)
{
    if (trial_is_finished(trial->state) || trial->attempts == 0)
        return true;
    struct arena arena = {0};
    struct store_reports reports;
    bool restored = load_reports(runner, &arena, trial->number, &reports, err) &&
                    restore_attempts(runner, &arena, trial->number, &reports, err);
    arena_release(&arena);
    return restored;
}

static enum wish wish_of(const char *word)
{
    if (strcmp(word, "pause") == 0)
        return WISH_PAUSE;
    return strcmp(word, "stop") == 0 ? WISH_STOP : WISH_RUN;
}

static int by_arrival(const void *left, const void *right)
{
    const struct sweep_trial *a = *(const struct sweep_trial *const *)left;
    const struct sweep_trial *b = *(const struct sweep_trial *const *)right;
    bool a_finished = trial_is_finished(a->state);
    if (a_finished != trial_is_finished(b->state))
        return a_finished ? -1 : 1;
    uint64_t x = a_finished ? a->arrival : a->number;
    uint64_t y = a_finished ? b->arrival : b->number;
    return (x > y) - (x < y);
}

/* Finished ones in the order of arrival, as the engine saw them: patience counts from the best. */
static void restore_trials(struct runner *runner, const struct store_trials *trials)
{
    const struct sweep_trial **order = sweep_alloc_array(trials->count, sizeof *order);
    for (size_t i = 0; i < trials->count; i++)
        order[i] = &trials->items[i];
    qsort(order, trials->count, sizeof *order, by_arrival);
    for (size_t i = 0; i < trials->count; i++) {
        engine_restore_trial(runner->engine, order[i]);
        if (trial_is_finished(order[i]->state)) /* again where a runner died before it was done */
            actions_note_finished(runner, order[i]);
    }
    sweep_free(order);
}

/* Only where the points of the space can be used up does anybody count them. */
static bool restore_outside(struct runner *runner, const struct store_trials *trials,
                            struct sweep_error *err)
{
    const struct run_settings *settings = runner->settings;
    const struct sweep_space *searched =
        settings->plan.searched != NULL ? settings->plan.searched : settings->space;
    uint64_t points;
    if (trials->count == 0 || !sweep_space_size(searched, &points))
        return true;
    struct sweep_judge *judge = sweep_judge_create(searched, err);
    if (judge == NULL)
        return false;
    bool fits = true;
    for (size_t i = 0; i < trials->count && fits; i++)
        fits = space_fit(settings->space, judge, trials->items[i].params) == SPACE_FITS;
    if (!fits)
        engine_restore_outside(runner->engine);
    sweep_judge_free(judge);
    return true;
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
    runner->earlier_wish = runner->wish;
    engine_restore_running(runner->engine, runner->earlier_us / US_PER_MS);
    restore_trials(runner, &trials);
    if (!restore_outside(runner, &trials, err))
        return false;
    engine_restore_arrival(runner->engine, arrival);
    asker_restore(runner->asker, trials.items, trials.count);
    for (size_t i = 0; i < trials.count; i++)
        if (!restore_unfinished(runner, &trials.items[i], err))
            return false;
    return gpus_restore(runner, &trials, err) && spending_restore(runner, err);
}
