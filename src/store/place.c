/*
 * What statfs() and access() tell about the place of a database.
 *
 * Not for opening it: see store.c.
 */
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/array.h"

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
