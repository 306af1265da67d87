/*
 * An open store: what the files of this room share.
 */
#ifndef SWEEP_STORE_CONNECTION_H
#define SWEEP_STORE_CONNECTION_H

#include <sqlite3.h>

#include "base/strbuf.h"
#include "store/statement.h"
#include "store/store.h"

/** A metric's name and its row. */
struct connection_metric {
    char *name;
    int64_t id;
};

struct store {
    sqlite3 *db;
    char *path;
    enum store_access access;
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* NULL: not prepared yet */
    int wal_pages;                             /* in the log after the last commit */
    int checkpoint_pages;                      /* checkpoint when it has so many */
    struct strbuf text;                        /* params and pending on their way in */
    struct connection_metric *metrics;         /* names seen since the last rollback */
    size_t metric_count;
    size_t metric_capacity;
};

/**
 * Turn SQLite's newest failure into an error of ours.
 *
 * @param doing  "reading", "writing", ...: completes "while ... '/path/sweep.db'"
 * @return false, always
 */
bool connection_fail(struct store *store, int rc, const char *doing, struct sweep_error *err);

/** Report damage that SQLite's own reading did not meet. @return false, always */
bool connection_damaged(struct store *store, const char *finding, struct sweep_error *err);

/** Forget the names of metrics: their rows may have been rolled back. */
void connection_forget_metrics(struct store *store);

/** Run SQL that gives nothing back and is not worth keeping. */
bool connection_execute(struct store *store, const char *text, const char *doing,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Open a file, with the settings that all connections share, and read its first page.
 *
 * @return SQLITE_OK or SQLite's code
 */
int connection_open(struct store *store, const char *name, int flags);

/** The same for store->path as a file that nobody changes, which needs no log beside it. */
int connection_open_frozen(struct store *store);

/** Check that it is a sweep's database, of a format that we know. */
bool connection_check_format(struct store *store, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Allocate a store that is not open; store_close() frees it. */
struct store *connection_create(const char *path, enum store_access access);

#endif
