/*
 * Making a new database, complete or not at all.
 *
 * Not for opening an existing one: see store.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sync.h"
#include "base/sys.h"
#include "store/connection.h"
#include "store/place.h"
#include "store/schema.h"
#include "store/store.h"

static bool insert_sweep(struct store *store, const struct store_sweep *sweep,
                         struct sweep_error *err)
{
    struct statement s;

    if (!statement_begin(&s, store, STATEMENT_CREATE_SWEEP, err))
        return false;
    statement_bind_text(&s, sweep->uuid);
    statement_bind_text(&s, sweep->name);
    statement_bind_blob(&s, sweep->yaml.size ? sweep->yaml.data : "", sweep->yaml.size);
    statement_bind_unsigned(&s, sweep->seed);
    statement_bind_integer(&s, sweep->maximize);
    statement_bind_text(&s, sweep->objective);
    statement_bind_text(&s, sweep->method);
    statement_bind_text(&s, sweep->workdir);
    statement_bind_integer(&s, sweep->created_us);
    statement_bind_text(&s, SWEEP_VERSION);
    if (!statement_run(&s, err) || !statement_begin(&s, store, STATEMENT_CREATE_PROGRESS, err))
        return false;
    statement_bind_text(&s, sweep->state);
    statement_bind_text(&s, sweep->note ? sweep->note : "");
    statement_bind_integer(&s, sweep->running_us);
    return statement_run(&s, err);
}

static bool insert_settings(struct store *store, const struct store_settings *settings,
                            struct sweep_error *err)
{
    for (size_t i = 0; settings != NULL && i < settings->count; i++)
        if (!store_record_setting(store, settings->items[i].key, settings->items[i].value, err))
            return false;
    return true;
}

/* Nobody else knows the file yet and it is synced as a whole, so no journal is needed. */
static bool fill(struct store *store, const struct store_sweep *sweep,
                 const struct store_settings *settings, struct sweep_error *err)
{
    int rc = connection_open(store, store->path, SQLITE_OPEN_READWRITE);

    if (rc != SQLITE_OK)
        return connection_fail(store, rc, "creating", err);
    if (!connection_execute(store, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN",
                            "creating", err))
        return false;
    rc = schema_migrate(store->db, 0);
    if (rc != SQLITE_OK)
        return connection_fail(store, rc, "creating", err);
    return insert_sweep(store, sweep, err) && insert_settings(store, settings, err) &&
           connection_execute(store, "COMMIT; PRAGMA journal_mode = WAL", "creating", err);
}

/* What an interrupted creation may have left. */
static void remove_remains(const char *path)
{
    static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
    struct strbuf name;

    strbuf_init(&name, PLACE_PATH_MAX);
    for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
        strbuf_reset(&name);
        strbuf_printf(&name, "%s%s", path, suffixes[i]);
        sys_unlink(AT_FDCWD, strbuf_text(&name));
    }
    strbuf_release(&name);
}

static bool sync_file(const char *path, struct sweep_error *err)
{
    int fd = sys_open(AT_FDCWD, path, O_RDWR, 0);
    bool ok = fd >= 0 && sys_fsync(fd);

    if (!ok)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make '%s' durable", path);
    sys_close(fd);
    return ok;
}

/* Give the finished file its name, durably. */
static bool publish(const char *from, const char *to, struct sweep_error *err)
{
    struct strbuf directory;
    bool ok = false;
    int fd = -1;

    strbuf_init(&directory, PLACE_PATH_MAX);
    place_directory(to, &directory);
    if (!sync_file(from, err))
        goto out;
    fd = sys_open(AT_FDCWD, strbuf_text(&directory), O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0 || !sys_rename(AT_FDCWD, from, to)) {
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create '%s'", to);
        goto out;
    }
    ok = sync_directory(fd, strbuf_text(&directory), err);
out:
    sys_close(fd);
    strbuf_release(&directory);
    return ok;
}

/* Make a complete database at `path`. */
static bool build(const char *path, const struct store_sweep *sweep,
                  const struct store_settings *settings, struct sweep_error *err)
{
    struct store *store = NULL;
    bool ok;

    remove_remains(path);
    int fd = sys_open(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL, 0600);

    if (fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create '%s'", path);
    sys_close(fd);
    store =
        connection_create(path, STORE_READ); /* READ: nothing is to be checkpointed at its close */
    ok = fill(store, sweep, settings, err);
    store_close(store);
    return ok;
}

/* Under another name first: sweep.db is there complete or not at all, whenever we are killed. */
struct store *store_create(const char *path, const struct store_sweep *sweep,
                           const struct store_settings *settings, struct sweep_error *err)
{
    struct strbuf chosen;
    struct strbuf temporary;
    bool ok;

    if (access(path, F_OK) == 0) {
        sweep_error_set(err, SWEEP_BUSY, "'%s' exists already", path);
        return NULL;
    }
    strbuf_init(&chosen, PLACE_PATH_MAX);
    strbuf_init(&temporary, PLACE_PATH_MAX);
    ok = place_choose(path, &chosen, err);
    strbuf_printf(&temporary, "%s.tmp", strbuf_text(&chosen));
    ok = ok && build(strbuf_text(&temporary), sweep, settings, err) &&
         publish(strbuf_text(&temporary), strbuf_text(&chosen), err) &&
         place_link(path, strbuf_text(&chosen), err);
    if (!ok && chosen.size > 0) {
        remove_remains(strbuf_text(&temporary));
        place_abandon(path, strbuf_text(&chosen));
    }
    strbuf_release(&temporary);
    strbuf_release(&chosen);
    return ok ? store_open(path, STORE_WRITE, err) : NULL;
}
