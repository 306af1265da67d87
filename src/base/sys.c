/*
 * System calls on files, interruptions repeated.
 *
 * Not for messages: callers know what the file was for.
 */
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Whether a call is to be made again: it failed, and only because a signal came. */
static bool was_interrupted(ssize_t result)
{
    return result == -1 && errno == EINTR;
}

int sys_open(int dir_fd, const char *name, int flags, mode_t mode)
{
    int links = dir_fd == AT_FDCWD ? 0 : O_NOFOLLOW;
    int fd;

    do
        fd = openat(dir_fd, name, flags | links | O_CLOEXEC, mode);
    while (was_interrupted(fd));
    return fd;
}

/* What remains after `written` of `*size` bytes went out; a write of nothing must not loop. */
static bool advance(const char **data, size_t *size, ssize_t written)
{
    if (written < 0)
        return errno == EINTR;
    if (written == 0) {
        errno = EIO;
        return false;
    }
    *data += written;
    *size -= (size_t)written;
    return true;
}

bool sys_write(int fd, const void *data, size_t size)
{
    const char *next = data;

    while (size > 0)
        if (!advance(&next, &size, write(fd, next, size)))
            return false;
    return true;
}

bool sys_pwrite(int fd, const void *data, size_t size, off_t offset)
{
    const char *next = data;

    while (size > 0)
        if (!advance(&next, &size, pwrite(fd, next, size, offset + (next - (const char *)data))))
            return false;
    return true;
}

ssize_t sys_read(int fd, void *data, size_t size)
{
    ssize_t got;

    do
        got = read(fd, data, size);
    while (was_interrupted(got));
    return got;
}

bool sys_fsync(int fd)
{
    int result;

    do
        result = fsync(fd);
    while (was_interrupted(result));
    return result == 0;
}

bool sys_fdatasync(int fd)
{
    int result;

    do
        result = fdatasync(fd);
    while (was_interrupted(result));
    return result == 0;
}

bool sys_rename(int dir_fd, const char *from, const char *to)
{
    return renameat(dir_fd, from, dir_fd, to) == 0;
}

bool sys_mkdir(int dir_fd, const char *name, mode_t mode)
{
    return mkdirat(dir_fd, name, mode) == 0;
}

bool sys_unlink(int dir_fd, const char *name)
{
    return unlinkat(dir_fd, name, 0) == 0;
}

bool sys_truncate(int fd, off_t size)
{
    int result;

    do
        result = ftruncate(fd, size);
    while (was_interrupted(result));
    return result == 0;
}

void sys_close(int fd)
{
    int saved = errno;

    /* Never repeated: on Linux the descriptor is gone even after EINTR, and the number may already
     * be somebody else's. */
    if (fd >= 0)
        close(fd);
    errno = saved;
}
