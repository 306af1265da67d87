/*
 * Opens sweeps for the commands that only look. The runner's side is session.c.
 */
#include "cli/look/record.h"

#include "cli/output.h"
#include "run/environment.h"
#include "space/space.h"
#include "trial/ranking.h"
#include "view/term/text.h"

#define LINE_MAX_BYTES 4096

static bool load(struct record *record, struct sweep_error *err)
{
    const char *path = arena_printf(&record->arena, "%s/" LOCATE_DATABASE, record->location.path);
    record->store = store_open(path, STORE_READ, err);
    if (record->store == NULL || !store_hold(record->store, err) ||
        !store_load_sweep(record->store, &record->arena, &record->sweep, err) ||
        !store_load_settings(record->store, &record->arena, &record->settings, err))
        return false;
    document_parse_with(&record->document, "space.yaml", record->sweep.yaml,
                        CONFIG_MAY_LACK_COMMAND, &record->settings);
    if (record->document.config == NULL)
        return sweep_error_set(err, SWEEP_INCOMPATIBLE, "its YAML is not understood any more: %s",
                               record->document.diagnostics.count > 0
                                   ? record->document.diagnostics.items[0].message
                                   : "no reason given");
    record->space = record->document.config->space;
    return true;
}

/* The number of the newest trial that is a retry; 0: none is. */
static uint64_t find_last_retry(const struct store_trials *trials)
{
    size_t count = trials->count;
    while (count > 0 && trials->items[count - 1].retry_of == 0)
        count--;
    return count;
}

static bool load_trials(struct record *record, bool outcomes_only, struct sweep_error *err)
{
    bool done = outcomes_only
                    ? store_load_outcomes(record->store, &record->arena, &record->trials, err)
                    : store_load_trials(record->store, record->space, &record->arena, false,
                                        &record->trials, err);
    if (!done)
        return false;
    record->best = ranking_best(record->trials.items, record->trials.count, record->sweep.maximize);
    record->last_retry = find_last_retry(&record->trials);
    return store_load_notes(record->store, &record->arena, &record->notes, err);
}

static bool load_trial(struct record *record, uint64_t number, struct sweep_error *err)
{
    struct sweep_trial *trial = arena_alloc(&record->arena, sizeof *trial);
    record->trials = (struct store_trials){trial, 1};
    return store_load_trial(record->store, record->space, &record->arena, number, trial, err);
}

static bool fail_reading(const struct record *record, struct sweep_error *err)
{
    return sweep_error_wrap(err, "while reading %s", record->location.path);
}

static bool open_all(struct record *record, const char *operand, bool outcomes_only,
                     struct sweep_error *err)
{
    *record = (struct record){0};
    if (!locate_sweep(&record->arena, operand, &record->location, err))
        return false;
    return (load(record, err) && load_trials(record, outcomes_only, err)) ||
           fail_reading(record, err);
}

bool record_open(struct record *record, const char *operand, struct sweep_error *err)
{
    return open_all(record, operand, false, err);
}

bool record_open_outcomes(struct record *record, const char *operand, struct sweep_error *err)
{
    return open_all(record, operand, true, err);
}

bool record_complete(struct record *record, const struct sweep_trial *trial,
                     struct sweep_error *err)
{
    struct sweep_trial *place = &record->trials.items[trial - record->trials.items];
    return store_load_trial(record->store, record->space, &record->arena, trial->number, place,
                            err) ||
           fail_reading(record, err);
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
    if (!load_trial(record, number, err))
        return sweep_error_wrap(err, "sweep %s", record->sweep.name);
    *trial = record->trials.items;
    return true;
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
    for (size_t i = record->last_retry; i-- > trial;)
        if (record->trials.items[i].retry_of == trial)
            return record->trials.items[i].number;
    return 0;
}

uint32_t record_trial_seed(const struct record *record, const struct sweep_trial *trial)
{
    uint32_t drawn = environment_seed(record->sweep.seed, trial->number);
    return space_seed(record->space, trial->params, drawn);
}

void record_close(struct record *record)
{
    store_close(record->store);
    document_release(&record->document);
    arena_release(&record->arena);
    *record = (struct record){0};
}

void record_announce(const struct record *record)
{
    if (record->location.alternatives < 2)
        return;
    struct strbuf line;
    strbuf_init(&line, LINE_MAX_BYTES);
    strbuf_append_text(&line, "sweep: ");
    text_append_safe(&line, strview_of(record->sweep.name));
    strbuf_printf(&line, ", the latest of %zu in ./" LOCATE_DIRECTORY "\n",
                  record->location.alternatives);
    output_warn(&line);
    strbuf_release(&line);
}

struct row_context record_row_context(struct record *record)
{
    const struct config *config = record->document.config;
    const char **names = arena_alloc_array(&record->arena, config->capture_count, sizeof *names);
    for (size_t i = 0; i < config->capture_count; i++)
        names[i] = config->captures[i].name;
    return (struct row_context){
        .space = record->space,
        .seed = record->sweep.seed,
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
