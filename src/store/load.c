/*
 * What is read back: each function reads rows in the order of its SQL and doubts them, since a file
 * may have been damaged in ways that SQLite cannot see.
 *
 * Not for the SQL itself (statement.c), nor for captures.c, which chooses among reports.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "store/connection.h"
#include "store/rows.h"
#include "trial/reason.h"
#include "json/params.h"

static bool damaged(struct store *store, const char *what, uint64_t number, struct sweep_error *err)
{
    char finding[64];

    snprintf(finding, sizeof finding, "%s %" PRIu64 " makes no sense", what, number);
    connection_damaged(store, finding, err);
    return false; /* as that does, but here clang-tidy sees it */
}

/* End a statement whose rows were read as far as they made sense. */
static bool end(struct statement *s, bool sound, struct sweep_error *err)
{
    return statement_end(s, sound ? err : NULL) && sound;
}

static char *copy_text(struct statement *s, struct arena *arena)
{
    const char *text = statement_text(s);

    return text ? arena_strdup(arena, text) : NULL;
}

bool store_load_sweep(struct store *store, struct arena *arena, struct store_sweep *out,
                      struct sweep_error *err)
{
    struct statement s;
    bool sound = false;

    if (!statement_begin(&s, store, STATEMENT_LOAD_SWEEP, err))
        return false;
    *out = (struct store_sweep){0};
    if (statement_next(&s)) {
        const char *uuid = statement_text(&s);

        snprintf(out->uuid, sizeof out->uuid, "%s", uuid ? uuid : "");
        out->name = copy_text(&s, arena);
        struct strview yaml = statement_blob(&s);

        out->yaml = (struct strview){arena_copy(arena, yaml), yaml.size};
        out->seed = statement_unsigned(&s);
        out->maximize = statement_integer(&s) != 0;
        out->objective = copy_text(&s, arena);
        out->method = copy_text(&s, arena);
        out->workdir = copy_text(&s, arena);
        out->created_us = statement_integer(&s);
        out->state = copy_text(&s, arena);
        out->note = copy_text(&s, arena);
        out->wish = copy_text(&s, arena);
        out->running_us = statement_integer(&s);
        out->version = copy_text(&s, arena);
        sound = out->name && out->method && out->workdir && out->state && out->note && out->wish &&
                out->version;
    }
    if (s.rc == SQLITE_OK && !sound)
        damaged(store, "sweep", 1, err);
    return end(&s, sound || s.rc != SQLITE_OK, err) && sound;
}

/* Read `[4,5,7]`; anything else gives false. */
static bool parse_pending(struct arena *arena, const char *text, struct sweep_trial *trial)
{
    size_t count = 1;
    size_t size = strlen(text);
    uint64_t *numbers;

    if (size < 3 || text[0] != '[' || text[size - 1] != ']')
        return false;
    for (const char *p = text; *p; p++)
        count += *p == ',';
    numbers = arena_alloc_array(arena, count, sizeof *numbers);
    text++;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(text, ",]");

        if (number_parse_uint64((struct strview){text, length}, &numbers[i]) != NUMBER_OK)
            return false;
        text += length + 1;
    }
    trial->pending = numbers;
    trial->pending_count = count;
    return true;
}

static bool read_evidence(struct statement *s, struct arena *arena, struct sweep_trial *trial)
{
    const char *pending = statement_text(s);
    struct strview memo = statement_blob(s);

    if (pending && !parse_pending(arena, pending, trial))
        return false;
    if (memo.size > SWEEP_MEMO_MAX)
        return false;
    if (memo.size) {
        trial->memo = arena_copy(arena, memo);
        trial->memo_size = memo.size;
    }
    return true;
}

/* A damaged infinity reads as NULL, which no CHECK sees: SQLite looks at the type alone there. */
static bool is_of_kind(double value, enum sweep_objective_kind kind)
{
    switch (kind) {
    case SWEEP_OBJECTIVE_NONE:
    case SWEEP_OBJECTIVE_NAN:
        return isnan(value);
    case SWEEP_OBJECTIVE_FINITE:
        return isfinite(value);
    case SWEEP_OBJECTIVE_POSITIVE_INFINITE:
        return isinf(value) && value > 0;
    case SWEEP_OBJECTIVE_NEGATIVE_INFINITE:
        return isinf(value) && value < 0;
    }
    return false;
}

/* False when a number is out of its range, or the value is not of its kind. */
static bool set_outcome(struct sweep_trial *trial, int64_t state, int64_t kind)
{
    if (state < 0 || state > SWEEP_TRIAL_CANCELLED || kind < 0 ||
        kind > SWEEP_OBJECTIVE_NEGATIVE_INFINITE)
        return false;
    trial->state = (enum sweep_trial_state)state;
    trial->objective = (enum sweep_objective_kind)kind;
    return is_of_kind(trial->value, trial->objective);
}

/* The columns after the parameters; false when a number is out of its range. */
static bool read_changing(struct statement *s, struct sweep_trial *trial)
{
    int64_t state = statement_integer(s);
    int64_t reason = statement_integer(s);

    trial->reason_detail = (int)statement_integer(s);
    trial->attempts = (uint32_t)statement_integer(s);

    int64_t kind = statement_integer(s);

    trial->value = statement_real(s);
    trial->step = statement_integer_or(s, SWEEP_STEP_NONE);
    trial->last = statement_real(s);
    trial->started_us = statement_integer(s);
    trial->finished_us = statement_integer(s);
    trial->duration_us = statement_integer(s);
    trial->arrival = statement_unsigned(s);
    if (reason < 0 || reason >= REASON_COUNT)
        return false;
    trial->reason = (enum sweep_reason)reason;
    return set_outcome(trial, state, kind);
}

/* What the loading of trials hands to that of one. */
struct trial_reader {
    struct store *store;
    const struct sweep_space *space;
    struct arena *arena;
    bool with_evidence;
};

static bool read_origin(struct statement *s, struct sweep_trial *trial)
{
    int64_t origin = statement_integer(s);

    trial->retry_of = statement_unsigned(s);
    if (origin < 0 || origin > SWEEP_FROM_RETRY)
        return false;
    trial->origin = (enum sweep_origin)origin;
    return true;
}

static bool read_trial(struct trial_reader *reader, struct statement *s, uint64_t expected,
                       struct sweep_value *params, struct sweep_trial *trial,
                       struct sweep_error *err)
{
    trial->number = statement_unsigned(s);

    const char *text = statement_text(s);

    bool has_origin = read_origin(s, trial);

    trial->seen = statement_unsigned(s);
    trial->created_us = statement_integer(s);
    trial->params = params;
    if (trial->number != expected || !text || !has_origin || !read_changing(s, trial) ||
        (reader->with_evidence && !read_evidence(s, reader->arena, trial)))
        return damaged(reader->store, "trial", expected, err);
    if (!params_read(reader->arena, reader->space, text, params, err))
        return sweep_error_wrap(err, "while loading trial %" PRIu64 " of '%s'", expected,
                                reader->store->path);
    return true;
}

/* Trials `first` to `first + count - 1`, which exist: numbers are dense. */
static bool read_range(struct trial_reader *reader, uint64_t first, size_t count,
                       struct store_trials *out, struct sweep_error *err)
{
    size_t width = sweep_space_count(reader->space);
    struct store_trials trials = {
        .items = arena_alloc_array(reader->arena, count, sizeof *trials.items)};
    struct sweep_value *values = arena_alloc_array(reader->arena, count * width, sizeof *values);
    struct statement s;
    bool sound = true;

    if (!statement_begin(&s, reader->store, STATEMENT_LOAD_TRIALS, err))
        return false;
    statement_bind_unsigned(&s, first);
    statement_bind_unsigned(&s, count);
    while (sound && trials.count < count && statement_next(&s)) {
        sound = read_trial(reader, &s, first + trials.count, values + trials.count * width,
                           &trials.items[trials.count], err);
        trials.count += sound;
    }
    if (!end(&s, sound, err))
        return false;
    if (trials.count < count)
        return damaged(reader->store, "trial", first + trials.count, err);
    *out = trials;
    return true;
}

bool store_load_trials(struct store *store, const struct sweep_space *space, struct arena *arena,
                       bool with_evidence, struct store_trials *out, struct sweep_error *err)
{
    struct trial_reader reader = {
        .store = store, .space = space, .arena = arena, .with_evidence = with_evidence};
    size_t count;

    /* Trials are only ever added, so a writer between the two statements does no harm. */
    return store_count_trials(store, &count, err) && read_range(&reader, 1, count, out, err);
}

bool store_load_range(struct store *store, const struct sweep_space *space, struct arena *arena,
                      struct store_range range, struct store_trials *out, struct sweep_error *err)
{
    struct trial_reader reader = {.store = store, .space = space, .arena = arena};
    size_t total;

    if (!store_count_trials(store, &total, err))
        return false;
    size_t left = range.first <= total ? total - range.first + 1 : 0;

    return read_range(&reader, range.first, range.count < left ? range.count : left, out, err);
}

bool store_hold(struct store *store, struct sweep_error *err)
{
    struct statement s;

    return statement_begin(&s, store, STATEMENT_HOLD, err) && statement_run(&s, err);
}

bool store_load_trial(struct store *store, const struct sweep_space *space, struct arena *arena,
                      uint64_t number, struct sweep_trial *out, struct sweep_error *err)
{
    struct trial_reader reader = {
        .store = store, .space = space, .arena = arena, .with_evidence = true};
    struct store_trials trials;
    size_t count;

    if (!store_count_trials(store, &count, err))
        return false;
    if (count == 0)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "there is no trial %" PRIu64 "; none was started yet", number);
    if (number < 1 || number > count)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "there is no trial %" PRIu64 "; the last one is %zu", number, count);
    if (!read_range(&reader, number, 1, &trials, err))
        return false;
    *out = trials.items[0];
    return true;
}

static bool read_outcome(struct statement *s, struct store_attempt *attempt)
{
    int64_t outcome = statement_integer_or(s, 0);

    attempt->live = outcome == 0;
    attempt->outcome.detail = (int32_t)statement_integer(s);

    int64_t stop = statement_integer(s);

    attempt->outcome.started_us = statement_integer(s);
    attempt->outcome.ended_us = statement_integer(s);
    attempt->outcome.duration_us = statement_integer(s);
    attempt->outcome.cpu_us = statement_integer(s);
    attempt->outcome.rss_peak_kb = statement_integer(s);
    attempt->outcome.output_bytes = statement_unsigned(s);
    attempt->outcome.output_dropped = statement_unsigned(s);
    attempt->outcome.leftovers = (uint32_t)statement_integer(s);

    int64_t short_of = statement_integer(s);

    attempt->arrival = statement_unsigned(s);
    if (outcome < 0 || outcome > ATTEMPT_REBOOTED || stop < 0 || stop > ATTEMPT_STOP_STALL ||
        short_of < 0 || short_of > ATTEMPT_SHORTAGE_MAX)
        return false;
    attempt->outcome.short_of = (enum attempt_shortage)short_of;
    attempt->outcome.end = (enum attempt_end)outcome;
    attempt->outcome.stop = (enum attempt_stop)stop;
    return true;
}

static bool read_attempt(struct statement *s, struct store_attempt *attempt)
{
    struct attempt_identity *identity = &attempt->identity;
    const char *text;

    identity->key.trial = statement_unsigned(s);
    identity->key.number = (uint32_t)statement_integer(s);
    text = statement_text(s);
    snprintf(identity->token, sizeof identity->token, "%s", text ? text : "");
    text = statement_text(s);
    snprintf(identity->boot_id, sizeof identity->boot_id, "%s", text ? text : "");
    identity->pid = (int32_t)statement_integer(s);
    identity->pid_start = statement_unsigned(s);
    attempt->started_us = statement_integer(s);
    attempt->fresh = statement_integer(s) != 0;
    attempt->journal_offset = statement_unsigned(s);
    attempt->journal_sequence = statement_unsigned(s);

    int64_t told = statement_integer(s);

    if (told < 0 || told > ATTEMPT_STOP_INTERRUPT)
        return false;
    attempt->told = (enum attempt_stop)told;
    return read_outcome(s, attempt);
}

bool store_load_attempts(struct store *store, struct arena *arena, uint64_t trial,
                         struct store_attempts *out, struct sweep_error *err)
{
    struct rows rows = {.size = sizeof(struct store_attempt)};
    struct statement s;
    bool sound = true;

    if (!statement_begin(&s, store, trial ? STATEMENT_LOAD_ATTEMPTS : STATEMENT_LOAD_LIVE, err))
        return false;
    if (trial)
        statement_bind_unsigned(&s, trial);
    while (sound && statement_next(&s)) {
        struct store_attempt *attempt = rows_add(&rows);
        sound = read_attempt(&s, attempt);
        if (!sound)
            damaged(store, "an attempt of trial", attempt->identity.key.trial, err);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return end(&s, sound, err);
}

/* The names of metrics by id, each once. */
struct metric_names {
    const char **items; /* [count]; index: id - 1 */
    size_t count;
};

static bool load_names(struct store *store, struct arena *arena, struct metric_names *out,
                       struct sweep_error *err)
{
    struct rows rows = {.size = sizeof(const char *)};
    struct statement s;
    bool sound = true;

    if (!statement_begin(&s, store, STATEMENT_LOAD_METRICS, err))
        return false;
    while (sound && statement_next(&s)) {
        uint64_t id = statement_unsigned(&s);
        const char *name = statement_text(&s);

        *(const char **)rows_add(&rows) = arena_strdup(arena, name ? name : "");
        sound = id == rows.count; /* rows are never deleted, so ids have no gaps */
        if (!sound)
            damaged(store, "metric", id, err);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return end(&s, sound, err);
}

static bool read_report(struct statement *s, uint64_t trial, const struct metric_names *names,
                        struct store_report *out)
{
    out->key.trial = trial;
    out->key.number = (uint32_t)statement_integer(s);
    out->sequence = statement_unsigned(s);

    uint64_t metric = statement_unsigned(s);

    out->arrival = statement_unsigned(s);
    out->step = statement_integer_or(s, SWEEP_STEP_NONE);
    out->elapsed_ms = statement_integer(s);
    out->value = statement_real(s);
    out->counts = statement_integer(s) != 0;
    if (metric < 1 || metric > names->count)
        return false;
    out->metric = names->items[metric - 1];
    return true;
}

bool store_load_reports(struct store *store, struct arena *arena, uint64_t trial,
                        const char *metric, struct store_reports *out, struct sweep_error *err)
{
    struct metric_names names;
    struct rows rows = {.size = sizeof(struct store_report)};
    struct statement s;
    bool sound = true;

    if (!load_names(store, arena, &names, err) ||
        !statement_begin(&s, store, STATEMENT_LOAD_REPORTS, err))
        return false;
    statement_bind_unsigned(&s, trial);
    statement_bind_text(&s, metric);
    while (sound && statement_next(&s)) {
        sound = read_report(&s, trial, &names, rows_add(&rows));
        if (!sound)
            damaged(store, "a report of trial", trial, err);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return end(&s, sound, err);
}

bool store_load_arrival(struct store *store, uint64_t *out, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_LOAD_ARRIVAL, err))
        return false;
    *out = statement_next(&s) ? statement_unsigned(&s) : 0;
    return statement_end(&s, err);
}

bool store_load_events(struct store *store, struct arena *arena, uint64_t trial,
                       struct store_events *out, struct sweep_error *err)
{
    struct rows rows = {.size = sizeof(struct store_event)};
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_LOAD_EVENTS, err))
        return false;
    statement_bind_unsigned(&s, trial);
    while (statement_next(&s)) {
        struct store_event *event = rows_add(&rows);

        event->at_us = statement_integer(&s);
        event->key.trial = statement_unsigned(&s);
        event->key.number = (uint32_t)statement_integer(&s);
        event->kind = copy_text(&s, arena);
        event->text = copy_text(&s, arena);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return statement_end(&s, err);
}

bool store_load_notes(struct store *store, struct arena *arena, struct store_notes *out,
                      struct sweep_error *err)
{
    struct rows rows = {.size = sizeof(struct store_note)};
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_LOAD_NOTES, err))
        return false;
    while (statement_next(&s)) {
        struct store_note *note = rows_add(&rows);

        note->trial = statement_unsigned(&s);
        note->text = copy_text(&s, arena);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return statement_end(&s, err);
}

bool store_load_settings(struct store *store, struct arena *arena, struct store_settings *out,
                         struct sweep_error *err)
{
    struct rows rows = {.size = sizeof(struct store_setting)};
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_LOAD_SETTINGS, err))
        return false;
    while (statement_next(&s)) {
        struct store_setting *setting = rows_add(&rows);

        setting->key = copy_text(&s, arena);
        setting->value = copy_text(&s, arena);
    }
    out->items = rows_settle(&rows, arena, &out->count);
    return statement_end(&s, err);
}
