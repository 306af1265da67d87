/*
 * Delivers what a command puts together. Lines of a running sweep go through console.c.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys.h"

static bool check_whole(const struct strbuf *text, struct sweep_error *err)
{
    if (text->truncated)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "the output is larger than %zu MiB",
                               text->maximum >> 20);
    return true;
}

bool output_print(const struct strbuf *text, struct sweep_error *err)
{
    if (!check_whole(text, err))
        return false;
    struct strview view = strbuf_view(text);
    if (sys_write(STDOUT_FILENO, view.data, view.size) || errno == EPIPE)
        return true;
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write to standard output");
}

/* A device or a pipe: written to, never replaced. */
static bool write_special(const char *path, const struct strbuf *text, struct sweep_error *err)
{
    struct strview view = strbuf_view(text);
    int fd = sys_open(AT_FDCWD, path, O_WRONLY | O_NOCTTY, 0);
    bool done = fd >= 0 && sys_write(fd, view.data, view.size);
    if (!done)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write '%s'", path);
    sys_close(fd);
    return done;
}

/* What a link leads to is replaced, not the link. */
static bool replace_file(const struct invocation *call, const char *path, const struct strbuf *text,
                         struct sweep_error *err)
{
    char real[PATH_MAX];
    const char *target = realpath(path, real) != NULL ? real : path;
    mode_t ours = umask(call->umask);
    bool done = file_replace(AT_FDCWD, target, strbuf_view(text), 0666, err);
    (void)umask(ours);
    return done;
}

bool output_deliver(const struct invocation *call, const struct strbuf *text,
                    struct sweep_error *err)
{
    const char *path = call->options.output;
    struct stat status;
    if (path == NULL || strcmp(path, "-") == 0)
        return output_print(text, err);
    if (!check_whole(text, err))
        return false;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is a directory, expected a file", path);
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
        return replace_file(call, path, text, err);
    return write_special(path, text, err);
}

void output_warn(const struct strbuf *text)
{
    struct strview view = strbuf_view(text);
    (void)!sys_write(STDERR_FILENO, view.data, view.size);
}
