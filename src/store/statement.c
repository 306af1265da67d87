/*
 * All SQL but the schema, in one table, and the few lines that run it.
 *
 * Not for what the values mean: record.c writes them and load.c reads them, in this order.
 */
#include "store/statement.h"

#include <math.h>
#include <string.h>

#include "store/connection.h"
#include "store/schema.h"

#define RANKED SCHEMA_RANKED
#define REST   SCHEMA_REST

static const char *const sql[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",

    [STATEMENT_CREATE_SWEEP] =
        "INSERT INTO sweep(id, uuid, name, yaml, seed, maximize, objective, method, workdir,"
        " created_us, version) VALUES(1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_CREATE_PROGRESS] =
        "INSERT INTO progress(id, state, note, running_us) VALUES(1, ?, ?, ?)",
    [STATEMENT_UPDATE_SWEEP] =
        "UPDATE sweep SET name = ?, yaml = ?, objective = ?, maximize = ? WHERE id = 1",
    [STATEMENT_UPDATE_PROGRESS] =
        "UPDATE progress SET state = ?, note = ?, running_us = ? WHERE id = 1",

    [STATEMENT_RECORD_TRIAL] =
        "INSERT INTO trial(number, params, origin, retry_of, seen, pending, memo, created_us, "
        "state,"
        " reason, reason_detail, attempts, objective_kind, value, step, last, started_us,"
        " finished_us, duration_us, arrival)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_UPDATE_TRIAL] =
        "UPDATE trial SET state = ?, reason = ?, reason_detail = ?, attempts = ?,"
        " objective_kind = ?, value = ?, step = ?, last = ?, started_us = ?, finished_us = ?,"
        " duration_us = ?, arrival = ? WHERE number = ?",
    [STATEMENT_RECORD_ATTEMPT] = "INSERT INTO attempt(trial, number, token, boot_id, pid,"
                                 " pid_start, launched_us, fresh) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_RECORD_OUTCOME] =
        "UPDATE attempt SET outcome = ?, detail = ?, stop = ?, started_us = ?, ended_us = ?,"
        " duration_us = ?, cpu_us = ?, rss_peak_kb = ?, output_bytes = ?, output_dropped = ?,"
        " leftovers = ?, short_of = ?, arrival = ? WHERE trial = ? AND number = ?",
    [STATEMENT_FIND_METRIC] = "SELECT id FROM metric WHERE name = ?",
    [STATEMENT_RECORD_METRIC] = "INSERT INTO metric(name) VALUES(?)",
    [STATEMENT_RECORD_REPORT] =
        "INSERT INTO report(trial, attempt, sequence, metric, arrival, step, elapsed_ms, value)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(trial, attempt, sequence) DO NOTHING",
    [STATEMENT_RECORD_OFFSET] = "UPDATE attempt SET journal_offset = ?, journal_sequence = ?"
                                " WHERE trial = ? AND number = ?",
    [STATEMENT_RECORD_EVENT] =
        "INSERT INTO event(at_us, trial, attempt, kind, text) VALUES(?, ?, ?, ?, ?)",
    [STATEMENT_RECORD_WISH] = "UPDATE progress SET wish = ? WHERE id = 1",
    [STATEMENT_RECORD_TOLD] = "UPDATE attempt SET told = ? WHERE trial = ? AND number = ?",
    [STATEMENT_RECORD_GPU] =
        /* a rebuilt database does not know the models */
    "INSERT INTO gpu(uuid, name) VALUES(?, ?) "
    "ON CONFLICT(uuid) DO UPDATE SET name = excluded.name WHERE name = ''",
    [STATEMENT_RECORD_ATTEMPT_GPU] =
        "INSERT INTO attempt_gpu(trial, attempt, place, uuid) VALUES(?, ?, ?, ?)",
    [STATEMENT_RECORD_USAGE] =
        "INSERT OR REPLACE INTO usage(trial, attempt, watched_us, gpu_memory_bytes, gpu_busy_us,"
        " energy_mj, is_share, cpu_us, memory_bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [STATEMENT_RECORD_SETTING] = "INSERT INTO setting(key, value) VALUES(?, ?)"
                                 " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
    [STATEMENT_REMOVE_SETTING] = "DELETE FROM setting"
                                 " WHERE key = ?1 OR substr(key, 1, length(?1) + 1) = ?1 || '.'",
    [STATEMENT_RECORD_REQUEST] = "INSERT INTO request(id, at_us, verb, trial, body, done, reply) "
                                 "VALUES(?, ?, ?, ?, ?, ?, ?)",

    [STATEMENT_LOAD_SWEEP] =
        "SELECT uuid, name, yaml, seed, maximize, objective, method, workdir, created_us, state,"
        " note, wish, running_us, version FROM sweep JOIN progress USING(id)",
    [STATEMENT_HOLD] = "BEGIN",
    [STATEMENT_LOAD_OBJECTIVE] = "SELECT objective FROM sweep",
    [STATEMENT_COUNT_TRIALS] = "SELECT coalesce(max(number), 0) FROM trial",
    [STATEMENT_LOAD_TRIALS] =
        "SELECT number, params, origin, retry_of, seen, created_us, state, reason, reason_detail, "
        "attempts, "
        "objective_kind,"
        " value, step, last, started_us, finished_us, duration_us, arrival, pending, memo"
        " FROM trial WHERE number >= ? ORDER BY number LIMIT ?",
    [STATEMENT_LOAD_RETRIES] =
        "SELECT retry_of, number FROM trial WHERE retry_of IS NOT NULL ORDER BY retry_of, number",

    /* These say RANKED or REST as the schema's indexes do: else SQLite would not use them. */
    [STATEMENT_COUNT_REST] = "SELECT state, count(*) FROM trial WHERE " REST " GROUP BY state",
    [STATEMENT_COUNT_WITHDRAWN] = "SELECT count(*) FROM trial WHERE (" REST
                                  ") AND state = 5 AND reason = 9 AND reason_detail = 1",
    [STATEMENT_RANK_UP] =
        "SELECT number FROM trial WHERE " RANKED " ORDER BY value, number LIMIT ?1",
    [STATEMENT_RANK_DOWN] =
        "SELECT number FROM trial WHERE " RANKED " ORDER BY value DESC, number LIMIT ?1",
    [STATEMENT_RANK_REST] =
        "SELECT number FROM trial WHERE (" REST ") AND state = ?2 ORDER BY number LIMIT ?1",
    [STATEMENT_LAST_MIN] = "SELECT min(last) FROM trial WHERE " RANKED,
    [STATEMENT_LAST_MAX] = "SELECT max(last) FROM trial WHERE " RANKED,
    [STATEMENT_FIND_LAST] = "SELECT min(number) FROM trial WHERE " RANKED " AND last = ?1",

    [STATEMENT_LOAD_LIVE] =
        "SELECT trial, number, token, boot_id, pid, pid_start, launched_us, fresh, journal_offset,"
        " journal_sequence, told, outcome, detail, stop, started_us, ended_us, duration_us, cpu_us,"
        " rss_peak_kb, output_bytes, output_dropped, leftovers, short_of FROM attempt"
        " WHERE outcome IS NULL ORDER BY trial",
    [STATEMENT_LOAD_ATTEMPTS] =
        "SELECT trial, number, token, boot_id, pid, pid_start, launched_us, fresh, journal_offset,"
        " journal_sequence, told, outcome, detail, stop, started_us, ended_us, duration_us, cpu_us,"
        " rss_peak_kb, output_bytes, output_dropped, leftovers, short_of, arrival FROM attempt"
        " WHERE trial = ? ORDER BY number",
    [STATEMENT_LOAD_METRICS] = "SELECT id, name FROM metric ORDER BY id",
    [STATEMENT_LOAD_REPORTS] =
        "SELECT attempt, sequence, metric, arrival, step, elapsed_ms, value,"
        " attempt >= (SELECT coalesce(max(number), 0) FROM attempt WHERE trial = ?1 AND fresh = 1)"
        " FROM report"
        " WHERE trial = ?1 AND (?2 IS NULL OR metric = (SELECT id FROM metric WHERE name = ?2))"
        " ORDER BY arrival, attempt, sequence",

    /* Where a value could compare with others; a report of a failed trial counts too. */
    [STATEMENT_IS_UNSEEN] =
        "SELECT NOT EXISTS(SELECT 1 FROM trial WHERE objective_kind <> 0 OR state IN (2, 3))"
        " AND NOT EXISTS(SELECT 1 FROM report WHERE metric ="
        "  (SELECT id FROM metric WHERE name = (SELECT objective FROM sweep)))",

    /* What ended well, may still do so or has begun to: a failed trial is no evidence of anything,
     * but for one that failed because of what the metric was. */
    [STATEMENT_IS_FREE] =
        "SELECT NOT EXISTS(SELECT 1 FROM trial WHERE state IN (2, 3)"
        "  OR (state = 4 AND reason = 4))"
        " AND NOT EXISTS(SELECT 1 FROM attempt WHERE outcome IS NULL)"
        " AND NOT EXISTS(SELECT 1 FROM trial JOIN report ON report.trial = trial.number"
        "  WHERE state < 2 AND metric ="
        "  (SELECT id FROM metric WHERE name = (SELECT objective FROM sweep)))",
    [STATEMENT_IS_REVISED] = "SELECT EXISTS(SELECT 1 FROM event WHERE kind = 'revision')",
    [STATEMENT_FIND_HELD] = "SELECT coalesce(min(number), 0) FROM trial"
                            " WHERE number > ? AND state = 0 AND reason = 4",

    /* The outcome of a trial takes its number after all of its reports. So a report newer than all
     * outcomes belongs to a trial that is not finished, and the reports of the others, which may be
     * millions, need not be read. */
    [STATEMENT_LOAD_ARRIVAL] = "SELECT max("
                               "  (SELECT coalesce(max(arrival), 0) FROM trial),"
                               "  (SELECT coalesce(max(arrival), 0) FROM attempt),"
                               "  (SELECT coalesce(max(report.arrival), 0) FROM trial JOIN report"
                               "     ON report.trial = trial.number WHERE trial.state < 2))",
    [STATEMENT_LOAD_GPUS] = "SELECT uuid, name FROM attempt_gpu JOIN gpu USING(uuid)"
                            " WHERE trial = ? AND attempt = ? ORDER BY place",
    [STATEMENT_LOAD_USAGE] =
        "SELECT watched_us, gpu_memory_bytes, gpu_busy_us, energy_mj, is_share, cpu_us,"
        " memory_bytes FROM usage WHERE trial = ? AND attempt = ?",
    [STATEMENT_LOAD_TRIAL_USAGE] =
        "SELECT coalesce(watched_us, 0), gpu_memory_bytes, gpu_busy_us, energy_mj,"
        " coalesce(is_share, 0),"
        " nullif(max(coalesce(u.cpu_us, -1), iif(outcome < 3, a.cpu_us, -1)), -1),"
        " nullif(max(coalesce(memory_bytes, -1), iif(outcome < 3, rss_peak_kb * 1024, -1)), -1)"
        " FROM attempt a LEFT JOIN usage u ON u.trial = a.trial AND u.attempt = a.number"
        " WHERE a.trial = ?",
    [STATEMENT_LOAD_GPU_TIMES] =
        "SELECT g.uuid, coalesce(a.started_us, a.launched_us) AS since, a.ended_us, a.outcome"
        " FROM attempt_gpu g JOIN attempt a ON a.trial = g.trial AND a.number = g.attempt"
        " ORDER BY g.uuid, since",
    [STATEMENT_LOAD_ENERGY] = "SELECT sum(energy_mj) FROM usage",
    [STATEMENT_LOAD_EVENTS] = "SELECT at_us, trial, attempt, kind, text FROM event"
                              " WHERE ?1 = 0 OR trial = ?1 ORDER BY id",
    [STATEMENT_LOAD_SETTINGS] = "SELECT key, value FROM setting ORDER BY key",
    [STATEMENT_LOAD_NOTES] =
        "SELECT trial, text FROM event WHERE id IN"
        " (SELECT max(id) FROM event WHERE kind = 'note' GROUP BY trial) ORDER BY trial",
    [STATEMENT_FIND_RETRY] = "SELECT max(number) FROM trial WHERE retry_of = ?",
    [STATEMENT_FIND_REQUEST] = "SELECT at_us, verb, trial, body, done, reply FROM request"
                               " WHERE id = ?",
    [STATEMENT_QUICK_CHECK] = "PRAGMA quick_check(1)",
    [STATEMENT_INTEGRITY] = "PRAGMA integrity_check(1)",
    [STATEMENT_FOREIGN_KEYS] = "PRAGMA foreign_key_check",
};

static bool is_writing(enum statement_id id)
{
    return id < STATEMENT_LOAD_SWEEP;
}

static const char *doing(enum statement_id id)
{
    return is_writing(id) ? "writing" : "reading";
}

bool statement_begin(struct statement *statement, struct store *store, enum statement_id id,
                     struct sweep_error *err)
{
    sqlite3_stmt **slot = &store->statements[id];

    if (!*slot) {
        int rc = sqlite3_prepare_v3(store->db, sql[id], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);

        if (rc != SQLITE_OK)
            return connection_fail(store, rc, doing(id), err);
    }
    *statement = (struct statement){.store = store, .handle = *slot, .id = id};
    return true;
}

static void note(struct statement *statement, int rc)
{
    if (statement->rc == SQLITE_OK)
        statement->rc = rc;
}

void statement_bind_integer(struct statement *statement, int64_t value)
{
    note(statement, sqlite3_bind_int64(statement->handle, ++statement->parameter, value));
}

void statement_bind_unsigned(struct statement *statement, uint64_t value)
{
    statement_bind_integer(statement, (int64_t)value);
}

void statement_bind_unless(struct statement *statement, int64_t value, int64_t none)
{
    if (value == none)
        note(statement, sqlite3_bind_null(statement->handle, ++statement->parameter));
    else
        statement_bind_integer(statement, value);
}

void statement_bind_real(struct statement *statement, double value)
{
    note(statement, sqlite3_bind_double(statement->handle, ++statement->parameter, value));
}

void statement_bind_text(struct statement *statement, const char *text)
{
    note(statement,
         sqlite3_bind_text(statement->handle, ++statement->parameter, text, -1, SQLITE_STATIC));
}

void statement_bind_blob(struct statement *statement, const void *data, size_t size)
{
    note(statement,
         sqlite3_bind_blob64(statement->handle, ++statement->parameter, data, size, SQLITE_STATIC));
}

bool statement_next(struct statement *statement)
{
    if (statement->rc != SQLITE_OK)
        return false;
    int rc = sqlite3_step(statement->handle);

    statement->column = -1;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        statement->rc = rc;
    return rc == SQLITE_ROW;
}

int64_t statement_integer(struct statement *statement)
{
    return sqlite3_column_int64(statement->handle, ++statement->column);
}

uint64_t statement_unsigned(struct statement *statement)
{
    return (uint64_t)statement_integer(statement);
}

int64_t statement_integer_or(struct statement *statement, int64_t none)
{
    int64_t value = statement_integer(statement);

    return sqlite3_column_type(statement->handle, statement->column) == SQLITE_NULL ? none : value;
}

double statement_real(struct statement *statement)
{
    statement->column++;
    if (sqlite3_column_type(statement->handle, statement->column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(statement->handle, statement->column);
}

const char *statement_text(struct statement *statement)
{
    return (const char *)sqlite3_column_text(statement->handle, ++statement->column);
}

struct strview statement_blob(struct statement *statement)
{
    const void *data = sqlite3_column_blob(statement->handle, ++statement->column);
    int size = sqlite3_column_bytes(statement->handle, statement->column);

    return (struct strview){data, (size_t)size};
}

bool statement_end(struct statement *statement, struct sweep_error *err)
{
    bool ok = statement->rc == SQLITE_OK;

    if (!ok)
        connection_fail(statement->store, statement->rc, doing(statement->id), err);
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    return ok;
}

bool statement_run(struct statement *statement, struct sweep_error *err)
{
    while (statement_next(statement))
        continue;
    return statement_end(statement, err);
}
