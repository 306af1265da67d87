/*
 * When writing does not work: a full disk is waited out, a directory that is gone ends the run.
 *
 * While the disk is full nothing new is started, what happens is kept in the turn, and every few
 * seconds it is tried whether there is room again.
 */
#include "run/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/sys.h"

#define RETRY_MS 2000
#define CHECK_MS 2000

/* What must fit before it is worth trying again: some commits and the files of some attempts. */
#define ROOM_BYTES ((size_t)1024 * 1024)
#define ROOM_NAME  ".room"

/* With less than that there is none for anybody. */
#define FULL_BYTES ((uint64_t)64 * 1024)

/* UINT64_MAX where a file system does not count. */
static uint64_t free_bytes(const struct statvfs *status)
{
    uint64_t blocks = geteuid() == 0 ? status->f_bfree : status->f_bavail;
    return status->f_blocks > 0 ? blocks * status->f_frsize : UINT64_MAX;
}

bool trouble_anchor(struct runner *runner, struct sweep_error *err)
{
    const struct directory *directory = runner->request->directory;
    struct stat itself;
    struct stat database;
    if (fstat(directory->fd, &itself) != 0 || fstatat(directory->fd, "sweep.db", &database, 0) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot look at %s/sweep.db",
                                     directory->path);
    runner->anchor = (struct anchor){
        .directory_device = itself.st_dev,
        .directory_inode = itself.st_ino,
        .database_inode = database.st_ino,
        .check_ms = runner->now_ms + CHECK_MS,
    };
    return true;
}

/* Nobody can record these trials any more, so letting them go on would only heat the room. */
static void stop_all(struct runner *runner)
{
    for (size_t i = 0; i < runner->live_count; i++)
        runner->request->backend->stop(runner->attempts, runner->live[i]->key, ATTEMPT_STOP_CANCEL,
                                       false);
}

static void fail_gone(struct runner *runner)
{
    const char *path = runner->request->directory->path;
    struct stat itself;
    bool is_deleted = fstat(runner->request->directory->fd, &itself) != 0 || itself.st_nlink == 0;
    struct sweep_error err = {0};
    if (is_deleted && runner->live_count > 0)
        sweep_error_set(&err, SWEEP_IO,
                        "the directory %s was deleted while its sweep was running; %zu running "
                        "trial%s told to stop, since nothing can record %s",
                        path, runner->live_count, runner->live_count == 1 ? " was" : "s were",
                        runner->live_count == 1 ? "it" : "them");
    else if (is_deleted)
        sweep_error_set(&err, SWEEP_IO, "the directory %s was deleted while its sweep was running",
                        path);
    else
        sweep_error_set(&err, SWEEP_IO,
                        "the directory %s was moved or replaced while its sweep was running; "
                        "running trials go on, and resume finds them where it is now",
                        path);
    if (is_deleted)
        stop_all(runner);
    runner_fail(runner, &err);
}

static void fail_replaced(struct runner *runner)
{
    struct sweep_error err = {0};
    sweep_error_set(&err, SWEEP_DATABASE,
                    "%s/sweep.db was removed or replaced while its sweep was running; running "
                    "trials go on; put the right one back, then resume",
                    runner->request->directory->path);
    runner_fail(runner, &err);
}

/* Where the database lies, if a link leads to it: -1 where it lies beside the rest. The file itself
 * may not be opened and closed here, or the locks that SQLite has on it were gone. */
static int open_elsewhere(const struct runner *runner)
{
    char path[PATH_MAX];
    ssize_t size = readlinkat(runner->request->directory->fd, "sweep.db", path, sizeof path);
    if (size <= 0 || (size_t)size >= sizeof path)
        return -1;
    path[size] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return -1;
    *slash = '\0';
    return sys_open(runner->request->directory->fd, path, O_RDONLY | O_DIRECTORY, 0);
}

/* Of the two file systems the one with less room. @return whether that is known */
static bool look_at_disks(const struct runner *runner, struct statvfs *status)
{
    struct statvfs other;
    bool is_known = fstatvfs(runner->request->directory->fd, status) == 0;
    int fd = open_elsewhere(runner);
    if (is_known && fd >= 0 && fstatvfs(fd, &other) == 0 && free_bytes(&other) < free_bytes(status))
        *status = other;
    sys_close(fd);
    return is_known && status->f_blocks > 0;
}

/* Try it: free blocks say nothing about quotas. */
static bool has_room_in(int dir_fd)
{
    int fd = sys_open(dir_fd, ROOM_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return false;
    static const char block[4096] = {1};
    bool fits = true;
    for (size_t size = 0; fits && size < ROOM_BYTES; size += sizeof block)
        fits = sys_write(fd, block, sizeof block);
    fits = fits && sys_fsync(fd);
    sys_close(fd);
    (void)sys_unlink(dir_fd, ROOM_NAME);
    return fits;
}

static bool has_room(const struct runner *runner)
{
    int fd = open_elsewhere(runner);
    bool fits = has_room_in(runner->request->directory->fd) && (fd < 0 || has_room_in(fd));
    sys_close(fd);
    return fits;
}

static void describe(const struct runner *runner, const struct sweep_error *reason, char *text,
                     size_t size)
{
    struct statvfs status;
    if (reason->code == SWEEP_BUSY)
        (void)snprintf(text, size, "another program holds the database; trying again");
    else if (look_at_disks(runner, &status))
        (void)snprintf(text, size,
                       "the disk or quota is full (%" PRIu64 " KiB free). Free at least %zu MiB "
                       "and it goes on by itself; running trials go on, nothing is lost",
                       free_bytes(&status) / 1024, ROOM_BYTES >> 20);
    else
        (void)snprintf(text, size, "the disk or quota is full");
}

void trouble_begin(struct runner *runner, const struct sweep_error *reason)
{
    runner->trouble.retry_ms = runner->now_ms + RETRY_MS;
    if (runner->trouble.is_active)
        return;
    runner->trouble.is_active = true;
    describe(runner, reason, runner->trouble.text, sizeof runner->trouble.text);
    struct engine_event event = runner_event(runner, ENGINE_PAUSE);
    event.text = runner->trouble.text;
    runner_feed(runner, &event);
}

/* Commits write over the log for long, and attempts wait for room where nobody sees it. */
static void notice_full(struct runner *runner)
{
    struct statvfs status;
    struct sweep_error reason = {.code = SWEEP_NO_SPACE};
    if (runner->request->purpose != RUN_SERVE && look_at_disks(runner, &status) &&
        free_bytes(&status) < FULL_BYTES)
        trouble_begin(runner, &reason);
}

bool trouble_check(struct runner *runner)
{
    struct anchor *anchor = &runner->anchor;
    const struct directory *directory = runner->request->directory;
    anchor->check_ms = runner->now_ms + CHECK_MS;
    struct stat status;
    if (fstatat(AT_FDCWD, directory->path, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        status.st_dev != anchor->directory_device || status.st_ino != anchor->directory_inode) {
        fail_gone(runner);
        return false;
    }
    if (fstatat(directory->fd, "sweep.db", &status, 0) != 0 ||
        status.st_ino != anchor->database_inode) {
        fail_replaced(runner);
        return false;
    }
    notice_full(runner);
    return true;
}

bool trouble_may_write(struct runner *runner)
{
    if (!runner->trouble.is_active)
        return true;
    if (runner->now_ms < runner->trouble.retry_ms)
        return false;
    runner->trouble.retry_ms = runner->now_ms + RETRY_MS;
    return has_room(runner);
}

void trouble_end(struct runner *runner)
{
    if (!runner->trouble.is_active)
        return;
    runner->trouble.is_active = false;
    const struct engine_event event = runner_event(runner, ENGINE_UNPAUSE);
    runner_feed(runner, &event);
}
