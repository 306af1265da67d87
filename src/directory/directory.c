/*
 * Making, checking and locking the directory of a sweep.
 *
 * Not for the database in it (store) nor for the directories of trials (launch.c makes them).
 */
#include "directory/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sys.h"
#include "proc/identity.h"
#include "sweep/mem.h"

/* Both small files are lines of `key: value`. */
#define NOTE_MAX      4096
#define HOST_MAX      256
#define VALUE_MAX     256
#define US_PER_SECOND INT64_C(1000000)

#define UNKNOWN "unknown"

/* How often, and how long each time, for what a dead runner leaves: 2 s. */
#define HEIR_TRIES    200
#define HEIR_PAUSE_NS 10000000

#define DIRECTORY_MODE 0700
#define FILE_MODE      0600

static void host_name(char out[HOST_MAX])
{
    if (gethostname(out, HOST_MAX) != 0 || memchr(out, '\0', HOST_MAX) == NULL)
        memcpy(out, "localhost", sizeof "localhost");
}

/* The value of `key` in lines of `key: value`; "unknown" where it is missing. */
static void note_value(const struct strbuf *note, const char *key, char out[VALUE_MAX])
{
    struct strbuf value;
    strbuf_init(&value, VALUE_MAX - 1);
    size_t key_size = strlen(key);
    const char *line = strbuf_text(note);
    while (line != NULL && (strncmp(line, key, key_size) != 0 || line[key_size] != ':')) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    if (line != NULL) {
        const char *start = line + key_size + 1 + strspn(line + key_size + 1, " ");
        strbuf_append(&value, start, strcspn(start, "\n"));
    }
    const char *text = value.size > 0 ? strbuf_text(&value) : UNKNOWN;
    memcpy(out, text, strlen(text) + 1);
    strbuf_release(&value);
}

static bool open_directory(struct directory *directory, struct sweep_error *err)
{
    directory->fd = sys_open(AT_FDCWD, directory->path, O_RDONLY | O_DIRECTORY, 0);
    if (directory->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no directory %s", directory->path);
    if (directory->fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open the directory %s",
                                     directory->path);
    return true;
}

/* Where others may write without a sticky bit they could put another directory in place of ours. */
static bool check_parent(const struct directory *directory, struct sweep_error *err)
{
    struct stat parent;
    if (fstatat(directory->fd, "..", &parent, 0) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot look at the parent of %s",
                                     directory->path);
    if ((parent.st_mode & S_IWOTH) != 0 && (parent.st_mode & S_ISVTX) == 0)
        return sweep_error_set(err, SWEEP_IO,
                               "anybody may rename or replace %s, since its parent directory is "
                               "writable for all: remove that right (chmod o-w) or use another "
                               "place (--dir)",
                               directory->path);
    return true;
}

static bool describe_holder(const struct directory *directory, struct sweep_error *err)
{
    struct strbuf note;
    strbuf_init(&note, NOTE_MAX);
    char pid[VALUE_MAX] = UNKNOWN;
    char host[VALUE_MAX] = UNKNOWN;
    char started[VALUE_MAX] = UNKNOWN;
    if (file_read(directory->fd, "runner.lock", &note, NULL)) {
        note_value(&note, "pid", pid);
        note_value(&note, "host", host);
        note_value(&note, "started", started);
    }
    strbuf_release(&note);
    return sweep_error_set(err, SWEEP_BUSY,
                           "another runner is at work in %s: process %s on %s, started %s; it goes "
                           "on by itself, and `sweep top` shows how far it is",
                           directory->path, pid, host, started);
}

static bool is_alive(pid_t pid)
{
    uint64_t start;
    return identity_start_time(pid, &start) && identity_is_alive(pid, start);
}

/* A runner that was killed while it started a process: that has the lock too, until it executes its
 * program. */
static bool is_heir(const char *path)
{
    struct directory_runner runner;
    return directory_find_runner(path, &runner) ? !is_alive(runner.pid)
                                                : !directory_is_locked(path);
}

static bool lock_after_heirs(const struct directory *directory, struct sweep_error *err)
{
    const struct timespec pause = {.tv_nsec = HEIR_PAUSE_NS};
    for (int i = 0; i < HEIR_TRIES; i++) {
        if (file_lock(directory->lock_fd, "runner.lock", err))
            return true;
        if (err->code != SWEEP_BUSY || !is_heir(directory->path))
            return false;
        (void)nanosleep(&pause, NULL);
    }
    return false;
}

/* The kernel drops the lock with the process, so it is never stale; the text is for people. */
static bool take_lock(struct directory *directory, struct sweep_error *err)
{
    directory->lock_fd = sys_open(directory->fd, "runner.lock", O_RDWR | O_CREAT, FILE_MODE);
    if (directory->lock_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create %s/runner.lock",
                                     directory->path);
    struct sweep_error reason = {0};
    if (!lock_after_heirs(directory, &reason)) {
        if (reason.code == SWEEP_BUSY)
            return describe_holder(directory, err);
        return sweep_error_set(err, reason.code, "%s", reason.message);
    }
    char host[HOST_MAX];
    host_name(host);
    char started[CLOCK_TEXT_MAX];
    clock_format_utc(clock_wall_us(), started);
    struct strbuf note;
    strbuf_init(&note, NOTE_MAX);
    strbuf_printf(&note, "pid: %ld\nhost: %s\nstarted: %s\n", (long)getpid(), host, started);
    bool written = sys_truncate(directory->lock_fd, 0) &&
                   sys_pwrite(directory->lock_fd, note.data, note.size, 0);
    int error_number = errno;
    strbuf_release(&note);
    if (!written)
        return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write %s/runner.lock",
                                     directory->path);
    return true;
}

static bool check_owner(const struct directory *directory, struct sweep_error *err)
{
    struct strbuf note;
    strbuf_init(&note, NOTE_MAX);
    char mine[HOST_MAX];
    host_name(mine);
    char host[VALUE_MAX];
    bool ok = file_read(directory->fd, "owner", &note, err);
    if (ok) {
        note_value(&note, "host", host);
        if (strcmp(host, UNKNOWN) == 0)
            ok = sweep_error_set(err, SWEEP_BUSY,
                                 "%s/owner is damaged: it names no host; if no other one runs this "
                                 "sweep, remove it",
                                 directory->path);
        else if (strcmp(host, mine) != 0)
            ok = sweep_error_set(err, SWEEP_BUSY,
                                 "%s belongs to the host %s and this is %s: go on there, or, if "
                                 "that host will never run it again, remove %s/owner",
                                 directory->path, host, mine, directory->path);
    }
    strbuf_release(&note);
    return ok;
}

static bool write_owner(const struct directory *directory, const char *name,
                        struct sweep_error *err)
{
    char host[HOST_MAX];
    host_name(host);
    char boot_id[IDENTITY_BOOT_ID_MAX];
    identity_boot_id(boot_id);
    struct strbuf note;
    strbuf_init(&note, NOTE_MAX);
    strbuf_printf(&note, "host: %s\nboot: %s\ndatabase: %s/sweep.db\n", host, boot_id,
                  directory->path);
    int fd = sys_open(directory->fd, name, O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE);
    bool written = fd >= 0 && sys_write(fd, note.data, note.size) && sys_fsync(fd);
    int error_number = errno;
    sys_close(fd);
    strbuf_release(&note);
    if (!written)
        return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write %s/owner",
                                     directory->path);
    return true;
}

/* Whoever creates the file is the owner: on a shared file system locks of other hosts may not be
 * seen, but a name that exists is. It comes into being whole, by a link. */
static bool take_ownership(const struct directory *directory, struct sweep_error *err)
{
    if (faccessat(directory->fd, "owner", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return check_owner(directory, err);
    char name[32];
    (void)snprintf(name, sizeof name, "owner.%ld.tmp", (long)getpid());
    if (!write_owner(directory, name, err))
        return false;
    bool linked = linkat(directory->fd, name, directory->fd, "owner", 0) == 0;
    int error_number = errno;
    (void)sys_unlink(directory->fd, name);
    if (linked)
        return true;
    if (error_number == EEXIST)
        return check_owner(directory, err);
    return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot create %s/owner",
                                 directory->path);
}

static bool make_inside(const struct directory *directory, const char *name,
                        struct sweep_error *err)
{
    if (sys_mkdir(directory->fd, name, DIRECTORY_MODE) || errno == EEXIST)
        return true;
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot create %s/%s", directory->path,
                                 name);
}

/* Everything that recording a trial will need, tried once before any trial is started. */
static bool try_writing(const struct directory *directory, struct sweep_error *err)
{
    static const char probe[] = "sweep tries whether it can write here\n";
    int fd = sys_open(directory->fd, ".probe.tmp", O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE);
    bool ok = fd >= 0 && sys_write(fd, probe, sizeof probe - 1) && sys_fsync(fd);
    ok = ok && sys_rename(directory->fd, ".probe.tmp", ".probe") && sys_fsync(directory->fd);
    int error_number = errno;
    sys_close(fd);
    (void)sys_unlink(directory->fd, ok ? ".probe" : ".probe.tmp");
    if (!ok)
        return sweep_error_set_errno(err, SWEEP_IO, error_number,
                                     "cannot write durably to %s, so no trial was started",
                                     directory->path);
    return true;
}

static bool open_trials(struct directory *directory, struct sweep_error *err)
{
    directory->trials_fd = sys_open(directory->fd, "trials", O_RDONLY | O_DIRECTORY, 0);
    if (directory->trials_fd < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s/trials",
                                     directory->path);
    return true;
}

static bool prepare(struct directory *directory, struct sweep_error *err)
{
    return check_parent(directory, err) && take_lock(directory, err) &&
           take_ownership(directory, err) && make_inside(directory, "trials", err) &&
           make_inside(directory, "control", err) && try_writing(directory, err) &&
           open_trials(directory, err);
}

/* So that the directory's own name outlives a power loss. */
static bool sync_parent(const struct directory *directory, struct sweep_error *err)
{
    int fd = sys_open(directory->fd, "..", O_RDONLY | O_DIRECTORY, 0);
    bool synced = fd >= 0 && sys_fsync(fd);
    int error_number = errno;
    sys_close(fd);
    if (!synced)
        return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot sync the parent of %s",
                                     directory->path);
    return true;
}

static bool set_path(struct directory *directory, const char *path, struct sweep_error *err)
{
    *directory = (struct directory){.fd = -1, .trials_fd = -1, .lock_fd = -1};
    char real[PATH_MAX];
    bool found = realpath(path, real) != NULL;
    if (!found && errno == ENOENT)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no directory %s", path);
    if (!found)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot find %s", path);
    directory->path = sweep_strdup(real);
    return true;
}

bool directory_create(struct directory *directory, const char *path, struct strview yaml,
                      struct sweep_error *err)
{
    *directory = (struct directory){.fd = -1, .trials_fd = -1, .lock_fd = -1};
    if (!file_make_directories(path, DIRECTORY_MODE, err))
        return false;
    bool created = set_path(directory, path, err) && open_directory(directory, err) &&
                   prepare(directory, err) && sync_parent(directory, err) &&
                   file_replace(directory->fd, "space.yaml", yaml, FILE_MODE, err);
    if (!created)
        directory_close(directory);
    return created;
}

bool directory_open(struct directory *directory, const char *path, struct sweep_error *err)
{
    bool opened =
        set_path(directory, path, err) && open_directory(directory, err) && prepare(directory, err);
    if (!opened)
        directory_close(directory);
    return opened;
}

static int open_lock(const char *path)
{
    int fd = sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    int lock_fd = fd < 0 ? -1 : sys_open(fd, "runner.lock", O_RDONLY | O_NONBLOCK, 0);
    sys_close(fd);
    return lock_fd;
}

/* The lock says so: the record of a runner that was killed still calls itself running. */
bool directory_is_locked(const char *path)
{
    int fd = open_lock(path);
    bool is_locked = fd >= 0 && file_is_locked(fd);
    sys_close(fd);
    return is_locked;
}

bool directory_find_runner(const char *path, struct directory_runner *runner)
{
    char bytes[NOTE_MAX];
    char value[VALUE_MAX];
    char mine[HOST_MAX];
    int64_t pid = 0;
    int fd = open_lock(path);
    bool is_locked = fd >= 0 && file_is_locked(fd);
    struct stat lock = {0}; /* a runner that takes it writes into it, once */
    is_locked = is_locked && fstat(fd, &lock) == 0;
    ssize_t size = is_locked ? sys_read(fd, bytes, sizeof bytes) : 0;
    sys_close(fd);
    if (size <= 0)
        return false;
    struct strbuf note;
    strbuf_init(&note, NOTE_MAX);
    strbuf_append(&note, bytes, (size_t)size);
    note_value(&note, "pid", value);
    bool found = number_parse_int64(strview_of(value), &pid) == NUMBER_OK && pid > 0;
    host_name(mine);
    note_value(&note, "host", value);
    found = found && strcmp(value, mine) == 0;
    strbuf_release(&note);
    if (found)
        *runner = (struct directory_runner){
            .pid = (pid_t)pid,
            .is_suspended = identity_is_suspended((pid_t)pid),
            .started_us =
                (int64_t)lock.st_mtim.tv_sec * US_PER_SECOND + lock.st_mtim.tv_nsec / 1000,
        };
    return found;
}

void directory_close(struct directory *directory)
{
    if (directory->path == NULL)
        return;
    sys_close(directory->lock_fd);
    sys_close(directory->trials_fd);
    sys_close(directory->fd);
    sweep_free(directory->path);
    *directory = (struct directory){.fd = -1, .trials_fd = -1, .lock_fd = -1};
}
