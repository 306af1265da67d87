/*
 * The life of a sweep's database: open, transactions, checkpoints, check, close.
 *
 * Not for creating it (create.c), nor for what is written and read (record.c, load.c).
 */
#include "store/store.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/connection.h"
#include "store/place.h"
#include "store/schema.h"
#include "sweep/mem.h"

#define CHECKPOINT_PAGES 1024                /* of 4 KiB: checkpoint each 4 MiB of log */
#define CHECKED_MAX      (256 * 1024 * 1024) /* [bytes] a larger one is not checked when opened */
#define CLOSE_TIMEOUT_MS 250                 /* a reader may keep the log from being emptied */

/* FULL: what was acknowledged to a person survives power loss, for one fdatasync per commit. */
static const char writer_settings[] = "PRAGMA foreign_keys = ON;"
                                      "PRAGMA synchronous = FULL;"
                                      "PRAGMA wal_autocheckpoint = 0;"
                                      "PRAGMA journal_size_limit = 67108864;";

static const char reader_settings[] = "PRAGMA query_only = ON;";

static int on_commit(void *context, sqlite3 *db, const char *schema, int pages)
{
    struct store *store = context;
    (void)db, (void)schema;

    if (pages < store->wal_pages) /* the log began anew */
        store->checkpoint_pages = CHECKPOINT_PAGES;
    store->wal_pages = pages;
    return SQLITE_OK;
}

/* Let SQLite check itself. */
static bool check_pages(struct store *store, enum statement_id id, struct sweep_error *err)
{
    struct statement s;
    bool sound = true;

    if (!statement_begin(&s, store, id, err))
        return false;
    if (statement_next(&s)) {
        const char *finding = statement_text(&s);

        if (!finding || strcmp(finding, "ok") != 0)
            sound = connection_damaged(store, finding ? finding : "unreadable", err);
    }
    return statement_end(&s, sound ? err : NULL) && sound;
}

/* A finished sweep in a directory where we may not write has no log beside it, and SQLite cannot
 * make one: then the file is read as it is. */
static bool open_reader(struct store *store, struct sweep_error *err)
{
    int rc = connection_open(store, store->path, SQLITE_OPEN_READONLY);

    if (((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY) &&
        place_is_frozen(store->path))
        rc = connection_open_frozen(store);
    if (rc != SQLITE_OK)
        return connection_fail(store, rc, "opening", err);
    return connection_check_format(store, err) &&
           connection_execute(store, reader_settings, "opening", err);
}

/* After a crash, before anything is added: 5 ms per MiB. */
static bool is_worth_checking(const struct store *store)
{
    struct stat info;

    return stat(store->path, &info) == 0 && info.st_size <= CHECKED_MAX;
}

static bool open_writer(struct store *store, struct sweep_error *err)
{
    if (!place_check(store->path, err))
        return false;

    bool was_closed = !place_has_log(store->path);
    int rc = connection_open(store, store->path, SQLITE_OPEN_READWRITE);

    if (rc != SQLITE_OK)
        return connection_fail(store, rc, "opening", err);
    if (!connection_check_format(store, err) ||
        !connection_execute(store, writer_settings, "opening", err))
        return false;
    sqlite3_wal_hook(store->db, on_commit, store);
    if (!connection_execute(store, "PRAGMA journal_mode = WAL", "opening", err))
        return false;
    return was_closed || !is_worth_checking(store) ||
           check_pages(store, STATEMENT_QUICK_CHECK, err);
}

/* What lies on a local disk can be seen from its own machine only. */
static void refuse_missing(const char *path, struct sweep_error *err)
{
    struct strbuf real;
    strbuf_init(&real, PLACE_PATH_MAX);
    place_resolve(path, &real);
    if (strcmp(strbuf_text(&real), path) == 0)
        sweep_error_set(err, SWEEP_NOT_FOUND, "there is no sweep's database at '%s'", path);
    else
        sweep_error_set(err, SWEEP_NOT_FOUND,
                        "the sweep's database is '%s' on the machine that runs it (see the file "
                        "'owner'), and not on this one; if it is gone there too: sweep doctor "
                        "--repair",
                        strbuf_text(&real));
    strbuf_release(&real);
}

struct store *store_open(const char *path, enum store_access access_mode, struct sweep_error *err)
{
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        refuse_missing(path, err);
        return NULL;
    }
    struct strbuf real;
    strbuf_init(&real, PLACE_PATH_MAX);
    place_resolve(path, &real);
    struct store *store = connection_create(strbuf_text(&real), access_mode);
    strbuf_release(&real);
    store->checkpoint_pages = CHECKPOINT_PAGES;

    bool ok = access_mode == STORE_WRITE ? open_writer(store, err) : open_reader(store, err);

    if (ok)
        return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    if (store->db && store->access == STORE_WRITE) {
        /* What cannot be moved now stays in the log, where it is as durable. */
        sqlite3_busy_timeout(store->db, CLOSE_TIMEOUT_MS);
        sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite3_close(store->db);
    connection_forget_metrics(store);
    sweep_free(store->metrics);
    strbuf_release(&store->text);
    sweep_free(store->path);
    sweep_free(store);
}

static bool run(struct store *store, enum statement_id id, struct sweep_error *err)
{
    struct statement s;

    return statement_begin(&s, store, id, err) && statement_run(&s, err);
}

/* Before a transaction and not after one: here a full disk still means that nothing was begun. */
static bool checkpoint(struct store *store, struct sweep_error *err)
{
    int in_log = 0;
    int moved = 0;
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);

    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
        return connection_fail(store, rc, "checkpointing", err);
    /* While a reader keeps the log from beginning anew, do not try at each commit. */
    store->checkpoint_pages = store->wal_pages + CHECKPOINT_PAGES;
    return true;
}

bool store_begin(struct store *store, struct sweep_error *err)
{
    if (store->wal_pages >= store->checkpoint_pages && !checkpoint(store, err))
        return false;
    return run(store, STATEMENT_BEGIN, err);
}

bool store_commit(struct store *store, struct sweep_error *err)
{
    return run(store, STATEMENT_COMMIT, err);
}

void store_rollback(struct store *store)
{
    connection_forget_metrics(store);
    if (!sqlite3_get_autocommit(store->db)) /* SQLite rolls back by itself after some failures */
        (void)!run(store, STATEMENT_ROLLBACK, NULL);
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}

bool store_check(struct store *store, struct sweep_error *err)
{
    struct statement s;
    bool sound = true;

    if (!check_pages(store, STATEMENT_INTEGRITY, err) ||
        !statement_begin(&s, store, STATEMENT_FOREIGN_KEYS, err))
        return false;
    if (statement_next(&s))
        sound = connection_damaged(store, "a row has lost the row that it belongs to", err);
    return statement_end(&s, sound ? err : NULL) && sound;
}
