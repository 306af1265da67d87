/*
 * Delivers what a command puts together. Lines of a running sweep go through console.c.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
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

bool output_deliver(const struct invocation *call, const struct strbuf *text,
                    struct sweep_error *err)
{
    if (call->options.output == NULL)
        return output_print(text, err);
    if (!check_whole(text, err))
        return false;
    mode_t ours = umask(call->umask);
    bool done = file_replace(AT_FDCWD, call->options.output, strbuf_view(text), 0666, err);
    (void)umask(ours);
    return done;
}

void output_warn(const struct strbuf *text)
{
    struct strview view = strbuf_view(text);
    (void)!sys_write(STDERR_FILENO, view.data, view.size);
}
