/*
 * What statfs() and access() tell about the place of a database.
 *
 * Not for opening it: see store.c.
 */
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sync.h"
#include "base/sys.h"

/* SQLite's log lives in memory shared between processes: "all processes using a database must be
 * on the same host computer" (sqlite.org/wal.html). Numbers: statfs(2) and the kernel's magic.h. */
static const struct {
    unsigned long magic;
    const char *name;
} unsafe[] = {
    {0x6969, "NFS"},        {0x517b, "SMB"},        {0xfe534d42, "SMB"},  {0xff534d42, "CIFS"},
    {0x65735546, "FUSE"},   {0x0bd00bd0, "Lustre"}, {0x47504653, "GPFS"}, {0x00c36400, "Ceph"},
    {0x19830326, "BeeGFS"}, {0x01021997, "9p"},     {0x5346414f, "AFS"},  {0x013661de, "GFS2"},
    {0x7461636f, "OCFS2"},
};

void place_directory(const char *path, struct strbuf *out)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        strbuf_append_char(out, '.');
    else
        strbuf_append(out, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *place_unsafe_name(unsigned long magic)
{
    for (size_t i = 0; i < ARRAY_LENGTH(unsafe); i++)
        if (unsafe[i].magic == magic)
            return unsafe[i].name;
    return NULL;
}

bool place_check(const char *path, struct sweep_error *err)
{
    struct strbuf directory;
    struct statfs info;
    const char *name = NULL;

    strbuf_init(&directory, PLACE_PATH_MAX);
    place_directory(path, &directory);
    /* A magic number has 32 bits; some systems sign-extend it. */
    if (statfs(strbuf_text(&directory), &info) == 0)
        name = place_unsafe_name((unsigned long)info.f_type & 0xffffffff);
    if (name)
        sweep_error_set(
            err, SWEEP_BAD_INPUT,
            "'%s' is on a %s file system, where a database that is being written can be "
            "damaged; choose a directory on a local disk with --dir",
            strbuf_text(&directory), name);
    strbuf_release(&directory);
    return !name;
}

/* SQLite's log lies beside the file itself, not beside a link to it. */
void place_resolve(const char *path, struct strbuf *out)
{
    char target[PATH_MAX];
    ssize_t size = readlink(path, target, sizeof target);

    if (size > 0 && target[0] == '/')
        strbuf_append(out, target, (size_t)size);
    else
        strbuf_append_text(out, path);
}

bool place_choose(const char *path, struct strbuf *chosen, struct sweep_error *err)
{
    char directory[] = PLACE_LOCAL "/sweep-XXXXXX";
    struct sweep_error reason = {0};

    if (place_check(path, &reason)) {
        strbuf_append_text(chosen, path);
        return true;
    }
    /* It is made for us alone, under a name that nobody could know before. */
    if (!place_check(directory, NULL) || mkdtemp(directory) == NULL)
        return sweep_error_set(err, reason.code, "%s", reason.message);
    strbuf_printf(chosen, "%s/sweep.db", directory);
    return sync_parent(AT_FDCWD, directory, err);
}

bool place_link(const char *path, const char *chosen, struct sweep_error *err)
{
    if (strcmp(path, chosen) == 0)
        return true;
    (void)sys_unlink(AT_FDCWD, path); /* one that leads nowhere */
    if (symlink(chosen, path) == 0)
        return sync_parent(AT_FDCWD, path, err);
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create '%s'", path);
}

void place_abandon(const char *path, const char *chosen)
{
    struct strbuf name;

    if (strcmp(path, chosen) == 0)
        return;
    strbuf_init(&name, PLACE_PATH_MAX);
    place_resolve(path, &name);
    if (strcmp(strbuf_text(&name), chosen) == 0) /* an older link leads to another's */
        (void)sys_unlink(AT_FDCWD, path);
    (void)sys_unlink(AT_FDCWD, chosen);
    strbuf_reset(&name);
    place_directory(chosen, &name);
    (void)rmdir(strbuf_text(&name));
    strbuf_release(&name);
}

bool place_has_log(const char *path)
{
    struct strbuf name;
    struct stat info;
    bool has_log;

    strbuf_init(&name, PLACE_PATH_MAX);
    strbuf_printf(&name, "%s-wal", path);
    has_log = stat(strbuf_text(&name), &info) == 0 ? info.st_size > 0 : errno != ENOENT;
    strbuf_release(&name);
    return has_log;
}

bool place_is_frozen(const char *path)
{
    struct strbuf directory;
    bool is_writable;

    strbuf_init(&directory, PLACE_PATH_MAX);
    place_directory(path, &directory);
    is_writable = faccessat(AT_FDCWD, strbuf_text(&directory), W_OK, AT_EACCESS) == 0;
    strbuf_release(&directory);
    return !is_writable && !place_has_log(path);
}
