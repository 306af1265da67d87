/*
 * A copy of the database as one file, consistent whatever a runner writes meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/sys.h"
#include "store/connection.h"

static bool fail(sqlite3 *copy, int rc, const char *path, struct sweep_error *err)
{
    int error_number = copy != NULL ? sqlite3_system_errno(copy) : 0;
    bool is_full = (rc & 0xff) == SQLITE_FULL || error_number == ENOSPC || error_number == EDQUOT;
    return sweep_error_set(err, is_full ? SWEEP_NO_SPACE : SWEEP_IO,
                           "cannot copy the database to '%s': %s", path, sqlite3_errstr(rc));
}

/* All pages in one step: our own reading transaction sees one moment. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return sqlite3_errcode(to);
    (void)sqlite3_backup_step(backup, -1);
    return sqlite3_backup_finish(backup);
}

bool store_backup(struct store *store, const char *path, struct sweep_error *err)
{
    sqlite3 *copy = NULL;
    if (access(path, F_OK) == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is there already", path);
    int rc = sqlite3_open_v2(
        path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = copy_pages(store->db, copy);
    /* A database in WAL mode could not be read from a medium that cannot be written. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    bool done = rc == SQLITE_OK || fail(copy, rc, path, err);
    sqlite3_close(copy);
    if (!done)
        (void)sys_unlink(AT_FDCWD, path);
    return done;
}
