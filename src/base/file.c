/*
 * Whole files: read with a ceiling, replaced durably, locked.
 *
 * Not for files that grow record by record: see journal.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/sync.h"
#include "base/sys.h"

enum {
    READ_CHUNK = 65536
};

static bool read_all(int fd, const char *name, struct strbuf *out, struct sweep_error *err)
{
    char chunk[READ_CHUNK];
    ssize_t got;

    while ((got = sys_read(fd, chunk, sizeof chunk)) > 0) {
        strbuf_append(out, chunk, (size_t)got);
        if (out->truncated)
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "'%s' is longer than the %zu bytes allowed", name, out->maximum);
    }
    if (got < 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read '%s'", name);
    return true;
}

static bool check_regular(int fd, const char *name, struct sweep_error *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot look at '%s'", name);
    if (S_ISDIR(status.st_mode))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is a directory, expected a file", name);
    if (!S_ISREG(status.st_mode))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is not a regular file", name);
    return true;
}

bool file_read(int dir_fd, const char *name, struct strbuf *out, struct sweep_error *err)
{
    /* Without O_NONBLOCK the open of a FIFO would wait for a writer for ever. */
    int fd = sys_open(dir_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    bool done;

    if (fd < 0)
        return sweep_error_set_errno(err, errno == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, errno,
                                     "cannot open '%s'", name);
    done = check_regular(fd, name, err) && read_all(fd, name, out, err);
    sys_close(fd);
    return done;
}

bool file_replace(int dir_fd, const char *name, struct strview contents, unsigned mode,
                  struct sweep_error *err)
{
    struct draft draft;
    bool done = draft_open(&draft, dir_fd, name, mode, err) && draft_write(&draft, contents, err) &&
                draft_publish(&draft, err);

    draft_discard(&draft);
    return done;
}

/* Make one directory of a path. What exists and is a directory, or a link to one, is fine. */
static bool make_directory(const char *path, unsigned mode, struct sweep_error *err)
{
    struct stat status;

    if (sys_mkdir(AT_FDCWD, path, mode))
        return sync_parent(AT_FDCWD, path, err);
    if (errno != EEXIST)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot make the directory '%s'", path);
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' exists and is not a directory", path);
    return true;
}

bool file_make_directories(const char *path, unsigned mode, struct sweep_error *err)
{
    size_t length = strlen(path);
    struct strbuf part;
    bool done = true;

    strbuf_init(&part, PATH_MAX);
    for (size_t i = 0; i < length && done; i++) {
        bool is_end = path[i] != '/' && (path[i + 1] == '/' || path[i + 1] == '\0');

        strbuf_append_char(&part, path[i]);
        if (part.truncated)
            done = sweep_error_set_errno(err, SWEEP_IO, ENAMETOOLONG,
                                         "cannot make the directory '%s'", path);
        else if (is_end)
            done = make_directory(strbuf_text(&part), mode, err);
    }
    strbuf_release(&part);
    return done;
}

bool file_lock(int fd, const char *name, struct sweep_error *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
        return true;
    if (errno == EAGAIN || errno == EACCES)
        return sweep_error_set(err, SWEEP_BUSY, "'%s' is locked by another process", name);
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot lock '%s'", name);
}

bool file_is_locked(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    /* Where the question fails the answer is yes: nobody may act as if the owner were gone. */
    return fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

const char *file_working_directory(struct arena *arena, struct sweep_error *err)
{
    char path[PATH_MAX];
    if (getcwd(path, sizeof path) == NULL) {
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot tell the working directory");
        return NULL;
    }
    return arena_strdup(arena, path);
}
