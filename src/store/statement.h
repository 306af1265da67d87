/*
 * The prepared statements of an open store, and how one is run.
 *
 *     struct statement s;
 *     if (!statement_begin(&s, store, STATEMENT_LOAD_EVENTS, err))
 *         return false;
 *     statement_bind_unsigned(&s, trial);
 *     while (statement_next(&s))
 *         at_us = statement_integer(&s);
 *     return statement_end(&s, err);
 *
 * Each is prepared at its first use and kept. Values are bound, and columns read, one after the
 * other in the order in which the SQL names them. A failure on the way is remembered and said by
 * statement_end().
 */
#ifndef SWEEP_STORE_STATEMENT_H
#define SWEEP_STORE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strview.h"
#include "sweep/error.h"

enum statement_id {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_ROLLBACK,
    STATEMENT_CREATE_SWEEP,
    STATEMENT_CREATE_PROGRESS,
    STATEMENT_UPDATE_SWEEP,
    STATEMENT_UPDATE_PROGRESS,
    STATEMENT_RECORD_TRIAL,
    STATEMENT_UPDATE_TRIAL,
    STATEMENT_RECORD_ATTEMPT,
    STATEMENT_RECORD_OUTCOME,
    STATEMENT_FIND_METRIC,
    STATEMENT_RECORD_METRIC,
    STATEMENT_RECORD_REPORT,
    STATEMENT_RECORD_OFFSET,
    STATEMENT_RECORD_EVENT,
    STATEMENT_RECORD_WISH,
    STATEMENT_RECORD_TOLD,
    STATEMENT_RECORD_REQUEST,
    STATEMENT_RECORD_SETTING,
    STATEMENT_RECORD_GPU,
    STATEMENT_RECORD_ATTEMPT_GPU,
    STATEMENT_RECORD_USAGE,
    STATEMENT_REMOVE_SETTING,
    STATEMENT_LOAD_SWEEP,
    STATEMENT_HOLD,
    STATEMENT_LOAD_OBJECTIVE,
    STATEMENT_COUNT_TRIALS,
    STATEMENT_IS_UNSEEN,
    STATEMENT_IS_FREE,
    STATEMENT_IS_REVISED,
    STATEMENT_FIND_HELD,
    STATEMENT_LOAD_TRIALS,
    STATEMENT_LOAD_RETRIES,
    STATEMENT_COUNT_REST,
    STATEMENT_COUNT_WITHDRAWN,
    STATEMENT_RANK_UP,
    STATEMENT_RANK_DOWN,
    STATEMENT_RANK_REST,
    STATEMENT_LAST_MIN,
    STATEMENT_LAST_MAX,
    STATEMENT_FIND_LAST,
    STATEMENT_LOAD_LIVE,
    STATEMENT_LOAD_ATTEMPTS,
    STATEMENT_LOAD_METRICS,
    STATEMENT_LOAD_REPORTS,
    STATEMENT_LOAD_ARRIVAL,
    STATEMENT_LOAD_EVENTS,
    STATEMENT_LOAD_GPUS,
    STATEMENT_LOAD_USAGE,
    STATEMENT_LOAD_TRIAL_USAGE,
    STATEMENT_LOAD_GPU_TIMES,
    STATEMENT_LOAD_ENERGY,
    STATEMENT_LOAD_NOTES,
    STATEMENT_LOAD_SETTINGS,
    STATEMENT_FIND_REQUEST,
    STATEMENT_FIND_RETRY,
    STATEMENT_QUICK_CHECK,
    STATEMENT_INTEGRITY,
    STATEMENT_FOREIGN_KEYS,
    STATEMENT_COUNT
};

struct store;

/** One run of a prepared statement. */
struct statement {
    struct store *store;
    sqlite3_stmt *handle;
    enum statement_id id;
    int parameter; /* bound last */
    int column;    /* read last */
    int rc;        /* the first failure, or SQLITE_OK */
};

bool statement_begin(struct statement *statement, struct store *store, enum statement_id id,
                     struct sweep_error *err) SWEEP_MUST_CHECK;

void statement_bind_integer(struct statement *statement, int64_t value);

/** Bind all 64 bits; above INT64_MAX it is shown as negative. */
void statement_bind_unsigned(struct statement *statement, uint64_t value);

/** Bind NULL for `none`, else the value. */
void statement_bind_unless(struct statement *statement, int64_t value, int64_t none);

/** Bind a real; NaN becomes NULL. */
void statement_bind_real(struct statement *statement, double value);

/** Bind a text (NULL allowed); it must live until statement_end(). */
void statement_bind_text(struct statement *statement, const char *text);

/** Bind bytes; they must live until statement_end(). `data` NULL binds NULL. */
void statement_bind_blob(struct statement *statement, const void *data, size_t size);

/** Go to the next row. @return false at the end or after a failure */
bool statement_next(struct statement *statement);

int64_t statement_integer(struct statement *statement);
uint64_t statement_unsigned(struct statement *statement);

/** The next column, or `none` where it is NULL. */
int64_t statement_integer_or(struct statement *statement, int64_t none);

/** The next column; NULL reads as NaN. */
double statement_real(struct statement *statement);

/** The next column, valid until the next statement_next(); NULL is NULL. */
const char *statement_text(struct statement *statement);

/** The next column, valid until the next statement_next(). */
struct strview statement_blob(struct statement *statement);

/** End the run, so that it can begin again. @return whether all went well */
bool statement_end(struct statement *statement, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Run a statement that gives no rows to its end. */
bool statement_run(struct statement *statement, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
