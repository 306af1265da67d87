/*
 * Opening SQLite's file with our settings, and its failures in our words.
 *
 * Not for what a sweep's database is: see store.c and create.c.
 */
#include "store/connection.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "store/place.h"
#include "store/schema.h"
#include "sweep/mem.h"

#define VALUE_MAX (16 * 1024 * 1024) /* [bytes] no value of ours comes near */
#define TEXT_MAX  (8 * 1024 * 1024)  /* [bytes] params of one trial */

/* A foreign or damaged file must not make SQLite do anything clever. */
static const char common_settings[] = "PRAGMA busy_timeout = 10000;"
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA cell_size_check = ON;"
                                      "PRAGMA mmap_size = 0;"
                                      "PRAGMA temp_store = MEMORY;"
                                      "PRAGMA cache_size = -1024;";

#define DAMAGE_ADVICE \
    "`sweep doctor --repair SWEEP` keeps it and makes another from the files of its trials"

static const struct {
    int rc; /* primary result code */
    enum sweep_code code;
    const char *advice;
} failures[] = {
    {SQLITE_FULL, SWEEP_NO_SPACE, "free some space and go on"},
    {SQLITE_BUSY, SWEEP_BUSY, "another program has it locked: close it and try again"},
    {SQLITE_LOCKED, SWEEP_BUSY, "another program has it locked: close it and try again"},
    {SQLITE_CORRUPT, SWEEP_DATABASE, DAMAGE_ADVICE},
    {SQLITE_NOTADB, SWEEP_DATABASE, DAMAGE_ADVICE},
    {SQLITE_CONSTRAINT, SWEEP_BUG, "the database refused a false record; please report this"},
    {SQLITE_TOOBIG, SWEEP_BAD_INPUT, "a value is too long to be recorded"},
    {SQLITE_IOERR, SWEEP_IO, "check the disk and the directory's permissions"},
    {SQLITE_CANTOPEN, SWEEP_IO, "check that the file and its directory can be read and written"},
    {SQLITE_READONLY, SWEEP_IO, "check that the file and its directory can be written"},
    {SQLITE_PERM, SWEEP_IO, "check the file's permissions"},
};

bool connection_fail(struct store *store, int rc, const char *doing, struct sweep_error *err)
{
    int error_number = store->db ? sqlite3_system_errno(store->db) : 0;
    const char *reason = store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc);
    int primary = rc & 0xff;

    if (primary == SQLITE_NOMEM)
        sweep_alloc_array(SIZE_MAX, SIZE_MAX); /* ends the process as any lack of memory does */
    if (primary == SQLITE_IOERR && (error_number == ENOSPC || error_number == EDQUOT))
        primary = SQLITE_FULL; /* SQLite knows ENOSPC of write() only, not of quotas and mmap */
    if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)
        reason = error_number ? strerrordesc_np(error_number) : reason;
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++)
        if (failures[i].rc == primary)
            return sweep_error_set(err, failures[i].code, "while %s '%s': %s; %s", doing,
                                   store->path, reason, failures[i].advice);
    return sweep_error_set(err, SWEEP_DATABASE, "while %s '%s': %s", doing, store->path, reason);
}

bool connection_damaged(struct store *store, const char *finding, struct sweep_error *err)
{
    return sweep_error_set(err, SWEEP_DATABASE, "'%s' is damaged: %s; " DAMAGE_ADVICE, store->path,
                           finding);
}

void connection_forget_metrics(struct store *store)
{
    for (size_t i = 0; i < store->metric_count; i++)
        sweep_free(store->metrics[i].name);
    store->metric_count = 0;
}

bool connection_execute(struct store *store, const char *text, const char *doing,
                        struct sweep_error *err)
{
    int rc = sqlite3_exec(store->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK || connection_fail(store, rc, doing, err);
}

/* Read one integer by a statement that is not worth keeping. */
static int query_integer(sqlite3 *db, const char *text, int64_t *out)
{
    sqlite3_stmt *handle = NULL;
    int rc = sqlite3_prepare_v2(db, text, -1, &handle, NULL);

    if (rc == SQLITE_OK && (rc = sqlite3_step(handle)) == SQLITE_ROW)
        *out = sqlite3_column_int64(handle, 0);
    sqlite3_finalize(handle);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Open the file and read its first page. @return SQLite's code */
int connection_open(struct store *store, const char *name, int flags)
{
    int64_t ignored;
    int rc = sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc != SQLITE_OK)
        return rc;
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    rc = sqlite3_exec(store->db, common_settings, NULL, NULL, NULL);
    return rc != SQLITE_OK ? rc : query_integer(store->db, "PRAGMA schema_version", &ignored);
}

/* `immutable` can be asked for in a URI only. */
int connection_open_frozen(struct store *store)
{
    struct strbuf uri;

    strbuf_init(&uri, 4 * PLACE_PATH_MAX);
    strbuf_append_text(&uri, "file:");
    for (const char *p = store->path; *p; p++)
        if (strchr("?#%", *p))
            strbuf_printf(&uri, "%%%02x", (unsigned char)*p);
        else
            strbuf_append_char(&uri, *p);
    strbuf_append_text(&uri, "?immutable=1");
    sqlite3_close(store->db);
    store->db = NULL;

    int rc = connection_open(store, strbuf_text(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);

    strbuf_release(&uri);
    return rc;
}

/* Nothing was ever made in it: SQLite takes an empty file for a database. */
static bool is_empty(sqlite3 *db)
{
    int64_t changes = 1;
    return query_integer(db, "PRAGMA schema_version", &changes) == SQLITE_OK && changes == 0;
}

bool connection_check_format(struct store *store, struct sweep_error *err)
{
    int64_t application = 0;
    int64_t format = 0;
    int rc = query_integer(store->db, "PRAGMA application_id", &application);

    if (rc == SQLITE_OK)
        rc = query_integer(store->db, "PRAGMA user_version", &format);
    if (rc != SQLITE_OK)
        return connection_fail(store, rc, "opening", err);
    if (is_empty(store->db))
        return connection_damaged(store, "nothing is in it", err);
    if (application != SCHEMA_APPLICATION || format < 1)
        return sweep_error_set(err, SWEEP_DATABASE,
                               "'%s' is an SQLite database, but not one of sweep's; " DAMAGE_ADVICE,
                               store->path);
    if (format > SCHEMA_FORMAT)
        return sweep_error_set(
            err, SWEEP_INCOMPATIBLE,
            "'%s' has format %lld and this sweep (version %s) knows formats up to "
            "%d: use the newer version that wrote it",
            store->path, (long long)format, SWEEP_VERSION, SCHEMA_FORMAT);
    return true;
}

struct store *connection_create(const char *path, enum store_access access)
{
    struct store *store = sweep_alloc(sizeof *store);

    store->path = sweep_strdup(path);
    store->access = access;
    strbuf_init(&store->text, TEXT_MAX);
    return store;
}
