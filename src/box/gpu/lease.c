/*
 * Files that are only ever locked, never written: so that any user can open any of them read only,
 * and nobody can fill them or point them elsewhere.
 */
#include "box/gpu/lease.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"

#define FOLDER         "sweep-gpu"
#define DIRECTORY_MODE 01777 /* as /tmp: everybody makes files, nobody removes another's */

/* Sticky: what cleans up old files leaves it alone (XDG Base Directory Specification, "periodic
 * clean-up"; tmpfiles.d(5)). */
#define FILE_MODE 01444
#define NAME_SIZE 128

#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK)

/* Holders of one GPU times the pieces that each may have; more is taken for too many. */
#define SPANS_MAX 1024

#define DOOR_TRIES    50
#define DOOR_PAUSE_NS 200000

/* --- the directory ---------------------------------------------------------------------------- */

/* The same for all users of the box: the first of these that can be had. */
static const char *const PLACES[] = {"/run/lock", "/tmp"};

/* With all its rights at once: killed before a chmod we would keep everybody else out for good. */
static bool make_directory(const char *path)
{
    mode_t mask = umask(0);
    bool is_made = mkdir(path, DIRECTORY_MODE) == 0 || errno == EEXIST;
    int error_number = errno;
    (void)umask(mask);
    errno = error_number;
    return is_made;
}

static int make_file(int dir_fd, const char *name, int flags)
{
    mode_t mask = umask(0);
    int fd = sys_open(dir_fd, name, flags | O_CREAT | O_EXCL, FILE_MODE);
    int error_number = errno;
    (void)umask(mask);
    errno = error_number;
    return fd;
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

/* That of all users, which an earlier version of ours made and did not get to open for them. */
static void mend_directory(int fd)
{
    struct stat status;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & 07777) == 0700)
        (void)fchmod(fd, DIRECTORY_MODE);
}

static int open_directory(const char *path, struct sweep_error *err)
{
    if (!make_directory(path)) {
        (void)sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make %s, for leases of GPUs",
                                    path);
        return -1;
    }
    int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
        (void)sweep_error_set(err, SWEEP_IO,
                              "%s is no place for leases of GPUs, because it is no directory, or a "
                              "link: remove it, or name another (SWEEP_GPU_LEASES)",
                              path);
    else if (fd < 0)
        (void)sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s, for leases of GPUs",
                                    path);
    if (fd < 0)
        return -1;
    if (check_directory(fd, path, err))
        return fd;
    sys_close(fd);
    return -1;
}

static const char *find_place(void)
{
    struct stat status;
    size_t i = 0;
    while (i + 1 < ARRAY_LENGTH(PLACES) &&
           (stat(PLACES[i], &status) != 0 || (status.st_mode & S_IWOTH) == 0))
        i++;
    return PLACES[i];
}

/* Somebody removed it: what the kernel still calls it by is where all others look for it. */
static bool revive_directory(int dir_fd)
{
    static const char mark[] = " (deleted)";
    char link[32];
    char path[PATH_MAX];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", dir_fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    size_t length = size < 0 ? 0 : (size_t)size;
    if (length < sizeof mark ||
        memcmp(path + length - (sizeof mark - 1), mark, sizeof mark - 1) != 0)
        return false;
    path[length - (sizeof mark - 1)] = '\0';
    int fd = open_directory(path, NULL);
    bool is_revived = fd >= 0 && dup3(fd, dir_fd, O_CLOEXEC) == dir_fd;
    sys_close(fd);
    return is_revived;
}

int lease_open_directory(const char *path, struct sweep_error *err)
{
    char place[PATH_MAX];
    if (path != NULL)
        return open_directory(path, err);
    (void)snprintf(place, sizeof place, "%s/" FOLDER, find_place());
    int fd = open_directory(place, err);
    if (fd >= 0)
        mend_directory(fd);
    return fd;
}

/* --- one file --------------------------------------------------------------------------------- */

static void name_file(const char *text, char name[NAME_SIZE])
{
    int size = snprintf(name, NAME_SIZE, "%s", text);
    for (int i = 0; i < size && i < NAME_SIZE - 1; i++)
        if (!isalnum((unsigned char)name[i]) && (i == 0 || strchr("-_.:", name[i]) == NULL))
            name[i] = '_';
}

/* What is short passes; anything else in the way stays there. */
static void say_unopened(const char *name, int error_number, struct sweep_error *err)
{
    bool is_short = error_number == EMFILE || error_number == ENFILE || error_number == ENOMEM;
    if (error_number == EMFILE)
        (void)sweep_error_set(err, SWEEP_BUSY,
                              "cannot open the lease of %s, too many files are open: see "
                              "`ulimit -n`",
                              name);
    else
        (void)sweep_error_set_errno(err, is_short ? SWEEP_BUSY : SWEEP_IO, error_number,
                                    "cannot open the lease of %s", name);
}

static bool is_plain(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* Where strangers can make files, the kernel may refuse O_CREAT for one that is there. */
static int open_file(int dir_fd, const char *name, struct sweep_error *err)
{
    int fd = sys_open(dir_fd, name, OPEN_FLAGS, 0);
    if (fd < 0 && errno == ENOENT)
        fd = make_file(dir_fd, name, OPEN_FLAGS);
    if (fd < 0 && errno == ENOENT && revive_directory(dir_fd))
        fd = make_file(dir_fd, name, OPEN_FLAGS);
    if (fd < 0 && errno == EEXIST)
        fd = sys_open(dir_fd, name, OPEN_FLAGS, 0);
    if (fd < 0) {
        say_unopened(name, errno, err);
        return -1;
    }
    if (is_plain(fd))
        return fd;
    sys_close(fd);
    (void)sweep_error_set(err, SWEEP_IO, "the lease of %s is no plain file", name);
    return -1;
}

/* --- who has what ----------------------------------------------------------------------------- */

/* Units [start, end). */
struct span {
    uint32_t start;
    uint32_t end;
};

struct spans {
    struct span items[SPANS_MAX]; /* [count] */
    size_t count;
    uint32_t largest; /* units of the largest lock between them */
};

static bool push(struct spans *spans, uint32_t start, uint32_t end)
{
    if (start >= end)
        return true;
    if (spans->count == SPANS_MAX)
        return false;
    spans->items[spans->count++] = (struct span){start, end};
    return true;
}

/* The kernel names one lock that is in the way, not necessarily the first: what lies on both sides
 * of it is looked at again. */
static bool find_free(int fd, struct spans *free)
{
    struct spans open = {.items = {{0, LEASE_UNITS}}, .count = 1};
    free->count = 0;
    free->largest = 0;
    while (open.count > 0) {
        struct span span = open.items[--open.count];
        struct flock probe = {.l_type = F_WRLCK,
                              .l_whence = SEEK_SET,
                              .l_start = span.start,
                              .l_len = span.end - span.start};
        if (fcntl(fd, F_OFD_GETLK, &probe) != 0)
            return false;
        if (probe.l_type == F_UNLCK) {
            if (!push(free, span.start, span.end))
                return false;
            continue;
        }
        off_t end = probe.l_len == 0 ? LEASE_UNITS : probe.l_start + probe.l_len;
        if (end - probe.l_start > free->largest)
            free->largest = (uint32_t)(end - probe.l_start);
        if (probe.l_start > span.start && !push(&open, span.start, (uint32_t)probe.l_start))
            return false;
        if (end < span.end && !push(&open, (uint32_t)end, span.end))
            return false;
    }
    return true;
}

static uint32_t count_units(const struct spans *spans)
{
    uint32_t count = 0;
    for (size_t i = 0; i < spans->count; i++)
        count += spans->items[i].end - spans->items[i].start;
    return count;
}

static bool lock_span(int fd, struct span span)
{
    struct flock lock = {.l_type = F_RDLCK,
                         .l_whence = SEEK_SET,
                         .l_start = span.start,
                         .l_len = span.end - span.start};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Others hold it for microseconds; one that is suspended just then keeps everybody out. */
bool lease_open_door(int fd)
{
    const struct timespec pause = {.tv_nsec = DOOR_PAUSE_NS};
    for (int i = 0; i < DOOR_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        (void)nanosleep(&pause, NULL);
    }
    return false;
}

/* Behind the door. What was locked before a failure goes with the descriptor. */
static bool lock_units(int fd, const char *name, uint32_t units, struct sweep_error *err)
{
    struct spans free;
    if (!find_free(fd, &free))
        return sweep_error_set(err, SWEEP_IO, "cannot look at the leases of %s", name);
    if (count_units(&free) < units)
        return sweep_error_set(err, SWEEP_BUSY, "other trials have %s", name);
    for (size_t i = 0; i < free.count && units > 0; i++) {
        struct span span = free.items[i];
        if (span.end - span.start > units)
            span.end = span.start + units;
        if (!lock_span(fd, span))
            return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot lock the lease of %s", name);
        units -= span.end - span.start;
    }
    return true;
}

static bool is_in(const struct spans *spans, uint32_t unit)
{
    for (size_t i = 0; i < spans->count; i++)
        if (unit >= spans->items[i].start && unit < spans->items[i].end)
            return true;
    return false;
}

static bool lock_places(int fd, const char *name, const struct lease_wish *wish,
                        struct sweep_error *err)
{
    struct spans free;
    size_t taken = 0;
    if (!find_free(fd, &free))
        return sweep_error_set(err, SWEEP_IO, "cannot look at the leases of %s", name);
    for (size_t i = 0; i < wish->places.count && taken < wish->wanted; i++) {
        uint32_t unit = wish->places.units[i];
        if (is_in(&free, unit) && lock_span(fd, (struct span){unit, unit + 1}))
            wish->taken[taken++] = unit;
    }
    return taken == wish->wanted ||
           sweep_error_set(err, SWEEP_BUSY, "other trials have the %s", name);
}

/* Open the file, and its door. @return the descriptor, or -1 */
static int enter(int dir_fd, const char *file, struct sweep_error *err)
{
    int fd = open_file(dir_fd, file, err);
    if (fd < 0 || lease_open_door(fd))
        return fd;
    sys_close(fd);
    (void)sweep_error_set(err, SWEEP_BUSY, "somebody else is at the lease of %s", file);
    return -1;
}

static bool leave(int fd, bool is_taken, struct lease *lease)
{
    (void)flock(fd, LOCK_UN);
    if (is_taken)
        *lease = (struct lease){true, fd};
    else
        sys_close(fd);
    return is_taken;
}

int lease_open(int dir_fd, const char *name, struct sweep_error *err)
{
    char file[NAME_SIZE];
    name_file(name, file);
    return open_file(dir_fd, file, err);
}

int lease_find(int dir_fd, const char *name)
{
    char file[NAME_SIZE];
    name_file(name, file);
    int fd = sys_open(dir_fd, file, OPEN_FLAGS, 0);
    if (fd < 0 || is_plain(fd))
        return fd;
    sys_close(fd);
    return -1;
}

bool lease_is_removed(int fd)
{
    struct stat status;
    return fd >= 0 && fstat(fd, &status) == 0 && status.st_nlink == 0;
}

bool lease_take(int dir_fd, const char *name, uint32_t units, struct lease *lease,
                struct sweep_error *err)
{
    char file[NAME_SIZE];
    name_file(name, file);
    int fd = enter(dir_fd, file, err);
    return fd >= 0 && leave(fd, lock_units(fd, file, units, err), lease);
}

bool lease_take_places(int dir_fd, const char *name, const struct lease_wish *wish,
                       struct lease *lease, struct sweep_error *err)
{
    char file[NAME_SIZE];
    name_file(name, file);
    int fd = enter(dir_fd, file, err);
    return fd >= 0 && leave(fd, lock_places(fd, file, wish, err), lease);
}

size_t lease_free_places(int fd, const struct lease_places *places)
{
    struct spans free;
    size_t count = 0;
    bool is_known = fd >= 0 && find_free(fd, &free);
    for (size_t i = 0; i < places->count && is_known; i++)
        count += is_in(&free, places->units[i]);
    return count;
}

uint32_t lease_free(int fd)
{
    struct spans free;
    return fd >= 0 && find_free(fd, &free) ? count_units(&free) : 0;
}

uint32_t lease_soon(int fd)
{
    struct spans free;
    return fd >= 0 && find_free(fd, &free) ? count_units(&free) + free.largest : 0;
}

void lease_drop(struct lease *lease)
{
    if (lease->is_held)
        sys_close(lease->fd);
    lease->is_held = false;
}
