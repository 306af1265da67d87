/*
 * What a runner writes: each function binds one row in the order of its SQL.
 *
 * Not for the SQL itself (statement.c), nor for the rules that the database keeps (schema.c).
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "store/connection.h"
#include "sweep/mem.h"
#include "json/json.h"
#include "json/params.h"

bool store_record_state(struct store *store, const char *state, const char *note,
                        int64_t running_us, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_UPDATE_PROGRESS, err))
        return false;
    statement_bind_text(&s, state);
    statement_bind_text(&s, note ? note : "");
    statement_bind_integer(&s, running_us);
    return statement_run(&s, err);
}

bool store_record_wish(struct store *store, const char *wish, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_WISH, err))
        return false;
    statement_bind_text(&s, wish);
    return statement_run(&s, err);
}

bool store_record_setting(struct store *store, const char *key, const char *value,
                          struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_REMOVE_SETTING, err))
        return false;
    statement_bind_text(&s, key);
    if (!statement_run(&s, err))
        return false;
    if (!value)
        return true;
    if (!statement_begin(&s, store, STATEMENT_RECORD_SETTING, err))
        return false;
    statement_bind_text(&s, key);
    statement_bind_text(&s, value);
    return statement_run(&s, err);
}

bool store_record_revision(struct store *store, const struct store_sweep *sweep,
                           struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_UPDATE_SWEEP, err))
        return false;
    statement_bind_text(&s, sweep->name);
    statement_bind_blob(&s, sweep->yaml.size ? sweep->yaml.data : "", sweep->yaml.size);
    statement_bind_text(&s, sweep->objective);
    statement_bind_integer(&s, sweep->maximize);
    return statement_run(&s, err);
}

/* SQLite would store a nan as NULL without a word; the kind beside it says which it was. */
static double stored_value(const struct sweep_trial *trial)
{
    switch (trial->objective) {
    case SWEEP_OBJECTIVE_FINITE:
        return trial->value;
    case SWEEP_OBJECTIVE_POSITIVE_INFINITE:
        return INFINITY;
    case SWEEP_OBJECTIVE_NEGATIVE_INFINITE:
        return -INFINITY;
    case SWEEP_OBJECTIVE_NONE:
    case SWEEP_OBJECTIVE_NAN:
        break;
    }
    return NAN;
}

/* The part of a trial that changes: the same columns when it is inserted and when it is updated. */
static void bind_changing(struct statement *s, const struct sweep_trial *trial)
{
    bool is_known = trial->objective != SWEEP_OBJECTIVE_NONE;

    statement_bind_integer(s, trial->state);
    statement_bind_integer(s, trial->reason);
    statement_bind_integer(s, trial->reason_detail);
    statement_bind_integer(s, trial->attempts);
    statement_bind_integer(s, trial->objective);
    statement_bind_real(s, stored_value(trial));
    statement_bind_unless(s, is_known ? trial->step : SWEEP_STEP_NONE, SWEEP_STEP_NONE);
    statement_bind_real(s, trial->last);
    statement_bind_unless(s, trial->started_us, 0);
    statement_bind_unless(s, trial->finished_us, 0);
    statement_bind_integer(s, trial->duration_us);
    statement_bind_unless(s, (int64_t)trial->arrival, 0);
}

static void format_pending(const struct sweep_trial *trial, struct strbuf *out)
{
    struct json_writer writer;

    json_init(&writer, out);
    json_begin_array(&writer);
    for (size_t i = 0; i < trial->pending_count; i++)
        json_put_unsigned(&writer, trial->pending[i]);
    json_end_array(&writer);
}

/* The texts of a trial, both in the store's one buffer, each with its final NUL. */
static bool format_texts(struct store *store, const struct sweep_space *space,
                         const struct sweep_trial *trial, size_t *pending_at,
                         struct sweep_error *err)
{
    struct json_writer writer;

    strbuf_reset(&store->text);
    json_init(&writer, &store->text);
    params_write(&writer, space, trial->params);
    strbuf_append_char(&store->text, '\0');
    *pending_at = store->text.size;
    format_pending(trial, &store->text);
    if (store->text.truncated)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the parameters of trial %" PRIu64 " are longer than %zu bytes",
                               trial->number, store->text.maximum);
    return true;
}

bool store_record_trial(struct store *store, const struct sweep_space *space,
                        const struct sweep_trial *trial, struct sweep_error *err)
{
    struct statement s;
    size_t pending_at;

    if (!format_texts(store, space, trial, &pending_at, err) ||
        !statement_begin(&s, store, STATEMENT_RECORD_TRIAL, err))
        return false;
    statement_bind_unsigned(&s, trial->number);
    statement_bind_text(&s, strbuf_text(&store->text));
    statement_bind_integer(&s, trial->origin);
    statement_bind_unless(&s, (int64_t)trial->retry_of, 0);
    statement_bind_unsigned(&s, trial->seen);
    statement_bind_text(&s, trial->pending_count ? strbuf_text(&store->text) + pending_at : NULL);
    statement_bind_blob(&s, trial->memo_size ? trial->memo : NULL, trial->memo_size);
    statement_bind_unless(&s, trial->created_us, 0);
    bind_changing(&s, trial);
    return statement_run(&s, err);
}

/* Run an update that must hit its row. */
static bool run_update(struct statement *s, const char *what, struct attempt_key key,
                       struct sweep_error *err)
{
    if (!statement_run(s, err))
        return false;
    if (sqlite3_changes(s->store->db) == 0)
        return sweep_error_set(err, SWEEP_BUG,
                               "%s of trial %" PRIu64 "/%" PRIu32
                               " is to be recorded in '%s', which has no such row",
                               what, key.trial, key.number, s->store->path);
    return true;
}

bool store_update_trial(struct store *store, const struct sweep_trial *trial,
                        struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_UPDATE_TRIAL, err))
        return false;
    bind_changing(&s, trial);
    statement_bind_unsigned(&s, trial->number);
    return run_update(&s, "the state", (struct attempt_key){trial->number, trial->attempts}, err);
}

bool store_record_attempt(struct store *store, const struct attempt_identity *identity,
                          int64_t started_us, bool fresh, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_ATTEMPT, err))
        return false;
    statement_bind_unsigned(&s, identity->key.trial);
    statement_bind_integer(&s, identity->key.number);
    statement_bind_text(&s, identity->token);
    statement_bind_text(&s, identity->boot_id);
    statement_bind_integer(&s, identity->pid);
    statement_bind_unsigned(&s, identity->pid_start);
    statement_bind_integer(&s, started_us);
    statement_bind_integer(&s, fresh);
    return statement_run(&s, err);
}

bool store_record_told(struct store *store, struct attempt_key key, enum attempt_stop stop,
                       struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_TOLD, err))
        return false;
    statement_bind_integer(&s, stop);
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    return run_update(&s, "a decision", key, err);
}

bool store_record_outcome(struct store *store, struct attempt_key key,
                          const struct attempt_outcome *outcome, uint64_t arrival,
                          struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_OUTCOME, err))
        return false;
    statement_bind_integer(&s, outcome->end);
    statement_bind_integer(&s, outcome->detail);
    statement_bind_integer(&s, outcome->stop);
    statement_bind_integer(&s, outcome->started_us);
    statement_bind_integer(&s, outcome->ended_us);
    statement_bind_integer(&s, outcome->duration_us);
    statement_bind_integer(&s, outcome->cpu_us);
    statement_bind_integer(&s, outcome->rss_peak_kb);
    statement_bind_unsigned(&s, outcome->output_bytes);
    statement_bind_unsigned(&s, outcome->output_dropped);
    statement_bind_integer(&s, outcome->leftovers);
    statement_bind_integer(&s, outcome->short_of);
    statement_bind_unsigned(&s, arrival);
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    return run_update(&s, "the outcome", key, err);
}

static bool find_metric(struct store *store, const char *name, int64_t *id, struct sweep_error *err)
{
    struct statement s;

    *id = 0;
    if (!statement_begin(&s, store, STATEMENT_FIND_METRIC, err))
        return false;
    statement_bind_text(&s, name);
    if (statement_next(&s))
        *id = statement_integer(&s);
    if (!statement_end(&s, err))
        return false;
    if (*id > 0)
        return true;
    if (!statement_begin(&s, store, STATEMENT_RECORD_METRIC, err))
        return false;
    statement_bind_text(&s, name);
    if (!statement_run(&s, err))
        return false;
    *id = sqlite3_last_insert_rowid(store->db);
    return true;
}

/* A sweep has a handful of metrics and millions of reports: the names are looked up once. */
static bool intern_metric(struct store *store, const char *name, int64_t *id,
                          struct sweep_error *err)
{
    for (size_t i = 0; i < store->metric_count; i++)
        if (strcmp(store->metrics[i].name, name) == 0) {
            *id = store->metrics[i].id;
            return true;
        }
    if (!find_metric(store, name, id, err))
        return false;
    store->metrics = array_reserve(store->metrics, store->metric_count + 1, &store->metric_capacity,
                                   sizeof *store->metrics);
    store->metrics[store->metric_count++] =
        (struct connection_metric){.name = sweep_strdup(name), .id = *id};
    return true;
}

bool store_record_report(struct store *store, const struct store_report *report,
                         struct sweep_error *err)
{
    struct statement s;
    int64_t metric;

    if (!intern_metric(store, report->metric, &metric, err) ||
        !statement_begin(&s, store, STATEMENT_RECORD_REPORT, err))
        return false;
    statement_bind_unsigned(&s, report->key.trial);
    statement_bind_integer(&s, report->key.number);
    statement_bind_unsigned(&s, report->sequence);
    statement_bind_integer(&s, metric);
    statement_bind_unsigned(&s, report->arrival);
    statement_bind_unless(&s, report->step, SWEEP_STEP_NONE);
    statement_bind_integer(&s, report->elapsed_ms);
    statement_bind_real(&s, report->value);
    return statement_run(&s, err);
}

bool store_record_offset(struct store *store, struct attempt_key key, uint64_t offset,
                         uint64_t sequence, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_OFFSET, err))
        return false;
    statement_bind_unsigned(&s, offset);
    statement_bind_unsigned(&s, sequence);
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    return run_update(&s, "the journal", key, err);
}

bool store_record_event(struct store *store, int64_t at_us, struct attempt_key key,
                        const char *kind, const char *text, struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_RECORD_EVENT, err))
        return false;
    statement_bind_integer(&s, at_us);
    statement_bind_unsigned(&s, key.trial);
    statement_bind_integer(&s, key.number);
    statement_bind_text(&s, kind);
    statement_bind_text(&s, text ? text : "");
    return statement_run(&s, err);
}
