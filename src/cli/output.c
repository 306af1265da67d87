/*
 * Delivers what a command puts together. Lines of a running sweep go through console.c.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/say.h"
#include "base/sys.h"
#include "view/term/text.h"

#define LINE_MAX_BYTES 4096

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
static bool open_special(struct output_target *output, const char *path, struct sweep_error *err)
{
    (void)snprintf(output->path, sizeof output->path, "'%s'", path);
    output->fd = sys_open(AT_FDCWD, path, O_WRONLY | O_NOCTTY, 0);
    sink_to_fd(&output->sink, output->fd, output->path);
    return output->fd >= 0 ||
           sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write to '%s'", path);
}

/* What a link leads to is replaced, not the link. */
static bool open_file(struct output_target *output, const struct invocation *call, const char *path,
                      struct sweep_error *err)
{
    bool is_there = realpath(path, output->path) != NULL;
    mode_t ours = umask(call->umask);
    bool done = sink_to_file(&output->sink, AT_FDCWD, is_there ? output->path : path, 0666, err);
    (void)umask(ours);
    return done;
}

bool output_target_open(struct output_target *output, const struct invocation *call,
                        struct sweep_error *err)
{
    const char *path = call->options.output;
    struct stat status;
    *output = (struct output_target){.fd = -1};
    if (path == NULL || strcmp(path, "-") == 0) {
        sink_to_fd(&output->sink, STDOUT_FILENO, "standard output");
        return true;
    }
    bool is_there = stat(path, &status) == 0;
    if (is_there && S_ISDIR(status.st_mode))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is a directory, expected a file", path);
    if (!is_there || S_ISREG(status.st_mode))
        return open_file(output, call, path, err);
    return open_special(output, path, err);
}

void output_target_close(struct output_target *output)
{
    sink_release(&output->sink);
    sys_close(output->fd);
}

bool output_deliver(const struct invocation *call, const struct strbuf *text,
                    struct sweep_error *err)
{
    struct output_target output;
    if (!check_whole(text, err))
        return false;
    bool done = output_target_open(&output, call, err);
    strbuf_append(&output.sink.text, strbuf_text(text), text->size);
    done = done && sink_finish(&output.sink, err);
    output_target_close(&output);
    return done;
}

void output_announce(const struct record *record)
{
    if (record->location.alternatives < 2)
        return;
    struct strbuf line;
    strbuf_init(&line, LINE_MAX_BYTES);
    strbuf_append_text(&line, "sweep: ");
    text_append_safe(&line, strview_of(record->sweep.name));
    strbuf_printf(&line, ", the latest of %zu in ./" LOCATE_DIRECTORY "\n",
                  record->location.alternatives);
    say(&line);
    strbuf_release(&line);
}
