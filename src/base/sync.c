/*
 * fsync of directories.
 */
#include "base/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/sys.h"

bool sync_directory(int dir_fd, const char *name, struct sweep_error *err)
{
    if (!sys_fsync(dir_fd))
        return sweep_error_set_errno(err, SWEEP_IO, errno,
                                     "cannot bring the directory '%s' to the disk", name);
    return true;
}

bool sync_parent(int dir_fd, const char *name, struct sweep_error *err)
{
    const char *slash = strrchr(name, '/');
    struct strbuf parent;
    int fd;
    bool done;

    strbuf_init(&parent, PATH_MAX);
    if (slash)
        strbuf_append(&parent, name, slash == name ? 1 : (size_t)(slash - name));
    else
        strbuf_append_char(&parent, '.');
    fd = sys_open(dir_fd, strbuf_text(&parent), O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        done = sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the directory '%s'",
                                     strbuf_text(&parent));
    else
        done = sync_directory(fd, strbuf_text(&parent), err);
    sys_close(fd);
    strbuf_release(&parent);
    return done;
}
