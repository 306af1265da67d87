/*
 * Files that are only ever locked, never written: so that any user can open any of them read only,
 * and nobody can fill them or point them elsewhere.
 */
#include "exec/gpu/lease.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"

#define FOLDER         "sweep-gpu"
#define DIRECTORY_MODE 01777 /* as /tmp: everybody makes files, nobody removes another's */
#define FILE_MODE      0444
#define NAME_SIZE      128

/* --- the directory ---------------------------------------------------------------------------- */

/* The same for all users of the box: the first of these that can be had. */
static const char *const PLACES[] = {"/run/lock", "/tmp"};

static bool make_directory(const char *path)
{
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST;
    return chmod(path, DIRECTORY_MODE) == 0; /* the mask does not get in the way of chmod */
}

/* In a directory of a stranger, or in which strangers can remove our files, a lock is worth
 * nothing. */
static bool check_directory(int fd, const char *path, struct sweep_error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot look at %s", path);
    bool others_write = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (others_write && (status.st_mode & S_ISVTX) == 0)
        return sweep_error_set(err, SWEEP_IO,
                               "%s is no place for leases of GPUs, because others can remove files "
                               "there: chmod +t it",
                               path);
    return true;
}

static int open_directory(const char *path, struct sweep_error *err)
{
    if (!make_directory(path)) {
        (void)sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make %s, for leases of GPUs",
                                    path);
        return -1;
    }
    int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0) {
        (void)sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s, for leases of GPUs",
                                    path);
        return -1;
    }
    if (check_directory(fd, path, err))
        return fd;
    sys_close(fd);
    return -1;
}

int lease_open_directory(const char *path, struct sweep_error *err)
{
    char place[PATH_MAX];
    struct stat status;
    if (path != NULL)
        return open_directory(path, err);
    for (size_t i = 0; i + 1 < ARRAY_LENGTH(PLACES); i++) {
        if (stat(PLACES[i], &status) != 0 || (status.st_mode & S_IWOTH) == 0)
            continue;
        (void)snprintf(place, sizeof place, "%s/" FOLDER, PLACES[i]);
        return open_directory(place, err);
    }
    (void)snprintf(place, sizeof place, "%s/" FOLDER, PLACES[ARRAY_LENGTH(PLACES) - 1]);
    return open_directory(place, err);
}

/* --- one file --------------------------------------------------------------------------------- */

static void name_file(const char *uuid, int share, char name[NAME_SIZE])
{
    int size = share == LEASE_WHOLE ? snprintf(name, NAME_SIZE, "%s", uuid)
                                    : snprintf(name, NAME_SIZE, "%s.%d", uuid, share);
    for (int i = 0; i < size && i < NAME_SIZE - 1; i++)
        if (!isalnum((unsigned char)name[i]) && (i == 0 || strchr("-_.:", name[i]) == NULL))
            name[i] = '_';
}

/* Where strangers can make files, the kernel may refuse O_CREAT for one that is there. */
static int open_file(int dir_fd, const char *name, struct sweep_error *err)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
    struct stat status;
    int fd = sys_open(dir_fd, name, flags, 0);
    if (fd < 0 && errno == ENOENT) {
        fd = sys_open(dir_fd, name, flags | O_CREAT | O_EXCL, FILE_MODE);
        if (fd >= 0)
            (void)fchmod(fd, FILE_MODE); /* what the mask took from others */
        else if (errno == EEXIST)
            fd = sys_open(dir_fd, name, flags, 0);
    }
    if (fd < 0) {
        (void)sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the lease of GPU %s", name);
        return -1;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    sys_close(fd);
    (void)sweep_error_set(err, SWEEP_IO, "the lease of GPU %s is no plain file", name);
    return -1;
}

static bool lock(int dir_fd, const char *uuid, int share, int operation, struct lease *lease,
                 struct sweep_error *err)
{
    char name[NAME_SIZE];
    name_file(uuid, share, name);
    int fd = open_file(dir_fd, name, err);
    if (fd < 0)
        return false;
    if (flock(fd, operation | LOCK_NB) == 0) {
        lease->fds[lease->fd_count++] = fd;
        return true;
    }
    int error_number = errno;
    sys_close(fd);
    if (error_number == EWOULDBLOCK)
        return sweep_error_set(err, SWEEP_BUSY, "another trial has GPU %s", uuid);
    return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot lock the lease of GPU %s",
                                 uuid);
}

bool lease_take(int dir_fd, const char *uuid, int share, struct lease *lease,
                struct sweep_error *err)
{
    struct lease taken = {0};
    bool done = share == LEASE_WHOLE ? lock(dir_fd, uuid, LEASE_WHOLE, LOCK_EX, &taken, err)
                                     : lock(dir_fd, uuid, LEASE_WHOLE, LOCK_SH, &taken, err) &&
                                           lock(dir_fd, uuid, share, LOCK_EX, &taken, err);
    if (done)
        *lease = taken;
    else
        lease_drop(&taken);
    return done;
}

bool lease_is_taken(int dir_fd, const char *uuid)
{
    struct lease lease = {0};
    bool is_free = lease_take(dir_fd, uuid, LEASE_WHOLE, &lease, NULL);
    lease_drop(&lease);
    return !is_free;
}

void lease_drop(struct lease *lease)
{
    for (size_t i = 0; i < lease->fd_count; i++)
        sys_close(lease->fds[i]);
    lease->fd_count = 0;
}
