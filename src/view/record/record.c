/*
 * Opens sweeps for the commands that only look. The runner's side is session.c.
 */
#include "view/record/record.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "journal/handshake.h"
#include "space/feasible.h"
#include "trial/trial.h"

static bool load(struct record *record, struct sweep_error *err)
{
    const char *path = arena_printf(&record->arena, "%s/" LOCATE_DATABASE, record->location.path);
    record->store = store_open(path, STORE_READ, err);
    if (record->store == NULL || !store_hold(record->store, err) ||
        !store_load_sweep(record->store, &record->arena, &record->sweep, err) ||
        !store_load_settings(record->store, &record->arena, &record->settings, err))
        return false;
    document_parse_with(&record->document, "space.yaml", record->sweep.yaml, CONFIG_WAS_READ,
                        &record->settings);
    if (record->document.config == NULL)
        return sweep_error_set(err, SWEEP_INCOMPATIBLE, "its YAML is not understood any more: %s",
                               record->document.diagnostics.count > 0
                                   ? record->document.diagnostics.items[0].message
                                   : "no reason given");
    record->space = record->document.config->space;
    return true;
}

static bool find_best(struct record *record, struct sweep_error *err)
{
    uint64_t number;
    if (!store_find_best(record->store, record->sweep.maximize, &number, err))
        return false;
    if (number > 0 && number <= record->trials.count)
        record->best = &record->trials.items[number - 1];
    return number == 0 || record->best != NULL ||
           record_load_trial(record, number, &record->best, err);
}

static bool load_trials(struct record *record, bool summary_only, struct sweep_error *err)
{
    return (summary_only || store_load_trials(record->store, record->space, &record->arena, false,
                                              &record->trials, err)) &&
           find_best(record, err) && store_load_tally(record->store, &record->tally, err) &&
           store_load_retries(record->store, &record->arena, &record->retries, err) &&
           store_load_notes(record->store, &record->arena, &record->notes, err);
}

static bool fail_reading(const struct record *record, struct sweep_error *err)
{
    /* The database's own errors name it already. */
    if (strstr(err->message, record->location.path) != NULL)
        return false;
    return sweep_error_wrap(err, "while reading %s", record->location.path);
}

static bool open_all(struct record *record, const char *operand, bool summary_only,
                     struct sweep_error *err)
{
    *record = (struct record){0};
    if (!locate_sweep(&record->arena, operand, &record->location, err))
        return false;
    return (load(record, err) && load_trials(record, summary_only, err)) ||
           fail_reading(record, err);
}

bool record_open(struct record *record, const char *operand, struct sweep_error *err)
{
    return open_all(record, operand, false, err);
}

bool record_open_summary(struct record *record, const char *operand, struct sweep_error *err)
{
    return open_all(record, operand, true, err);
}

bool record_load_trial(struct record *record, uint64_t number, const struct sweep_trial **out,
                       struct sweep_error *err)
{
    struct sweep_trial *trial = arena_alloc(&record->arena, sizeof *trial);
    *out = trial;
    return store_load_trial(record->store, record->space, &record->arena, number, trial, err);
}

bool record_open_trial(struct record *record, const char *operand, const struct sweep_trial **trial,
                       struct sweep_error *err)
{
    uint64_t number;
    *record = (struct record){0};
    if (!locate_trial(&record->arena, operand, &record->location, &number, err))
        return false;
    if (!load(record, err))
        return fail_reading(record, err);
    return record_load_trial(record, number, trial, err) ||
           sweep_error_wrap(err, "%s", record->sweep.name);
}

const char *record_note(const struct record *record, uint64_t trial)
{
    for (size_t i = 0; i < record->notes.count; i++)
        if (record->notes.items[i].trial == trial)
            return record->notes.items[i].text;
    return NULL;
}

uint64_t record_retry(const struct record *record, uint64_t trial)
{
    size_t low = 0;
    size_t high = record->retries.count;
    while (low < high) { /* the first one behind those of this trial */
        size_t middle = low + (high - low) / 2;
        if (record->retries.items[middle].of <= trial)
            low = middle + 1;
        else
            high = middle;
    }
    bool has_one = low > 0 && record->retries.items[low - 1].of == trial;
    return has_one ? record->retries.items[low - 1].number : 0;
}

uint32_t record_trial_seed(const struct record *record, const struct sweep_trial *trial)
{
    return trial_seed(record->space, record->sweep.seed, trial->number, trial->params);
}

void record_leave(struct record *record)
{
    store_close(record->store);
    record->store = NULL;
}

void record_close(struct record *record)
{
    store_close(record->store);
    document_release(&record->document);
    arena_release(&record->arena);
    *record = (struct record){0};
}

bool record_is_outside(const struct record *record, const struct sweep_trial *trial, bool *out,
                       struct sweep_error *err)
{
    const struct config *config = record->document.config;
    struct sweep_judge *judge = sweep_judge_create(config->searched, err);
    if (judge == NULL)
        return false;
    *out = space_fit(config->space, judge, trial->params) == SPACE_OUTSIDE;
    sweep_judge_free(judge);
    return true;
}

struct row_context record_row_context(struct record *record)
{
    const struct config *config = record->document.config;
    const char **names = arena_alloc_array(&record->arena, config->capture_count, sizeof *names);
    for (size_t i = 0; i < config->capture_count; i++)
        names[i] = config->captures[i].name;
    return (struct row_context){
        .space = record->space,
        .sweep_seed = record->sweep.seed,
        .captures = names,
        .capture_count = config->capture_count,
    };
}

struct trial_words record_words(const struct record *record)
{
    const struct config_metric *metric = &record->document.config->metric;
    return (struct trial_words){
        .space = record->space,
        .metric = metric->name,
        .step_name = metric->step,
        .objective = metric->objective,
    };
}

const char *record_operand(struct record *record)
{
    return locate_quoted(&record->arena, record->location.path);
}

const char *record_params_path(struct record *record, uint64_t number)
{
    char directory[HANDSHAKE_NAME_MAX];
    char real[PATH_MAX];
    const char *path = record->location.path;
    handshake_trial_directory(number, directory);
    return arena_printf(&record->arena, "%s/trials/%s/params.json",
                        realpath(path, real) != NULL ? real : path, directory);
}
