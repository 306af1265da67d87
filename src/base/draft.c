/*
 * Files that appear when they are whole.
 */
#include "base/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "base/sync.h"
#include "base/sys.h"

bool draft_open(struct draft *draft, int dir_fd, const char *name, unsigned mode,
                struct sweep_error *err)
{
    *draft = (struct draft){.dir_fd = dir_fd, .fd = -1, .name = name};
    strbuf_init(&draft->temporary, PATH_MAX);
    strbuf_printf(&draft->temporary, "%s.tmp", name);
    if (draft->temporary.truncated) {
        strbuf_reset(&draft->temporary);
        return sweep_error_set_errno(err, SWEEP_IO, ENAMETOOLONG, "cannot create '%s'", name);
    }
    /* O_TRUNC, not O_EXCL: a crash may have left such a file, and it means nothing. */
    draft->fd = sys_open(dir_fd, strbuf_text(&draft->temporary),
                         O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
    return draft->fd >= 0 ||
           sweep_error_set_errno(err, errno == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, errno,
                                 "cannot create '%s'", name);
}

bool draft_write(struct draft *draft, struct strview contents, struct sweep_error *err)
{
    return sys_write(draft->fd, contents.data, contents.size) ||
           sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write '%s'", draft->name);
}

bool draft_publish(struct draft *draft, struct sweep_error *err)
{
    if (!sys_fsync(draft->fd))
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot bring '%s' to the disk",
                                     draft->name);
    sys_close(draft->fd);
    draft->fd = -1;
    if (!sys_rename(draft->dir_fd, strbuf_text(&draft->temporary), draft->name))
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot replace '%s'", draft->name);
    strbuf_reset(&draft->temporary);
    return sync_parent(draft->dir_fd, draft->name, err);
}

void draft_discard(struct draft *draft)
{
    if (draft->temporary.size > 0) {
        sys_close(draft->fd);
        sys_unlink(draft->dir_fd, strbuf_text(&draft->temporary));
    }
    strbuf_release(&draft->temporary);
    draft->fd = -1;
}
