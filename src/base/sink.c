/*
 * Long texts on their way out. How a file appears whole is draft.c's.
 */
#include "base/sink.h"

#include <errno.h>

#include "base/sys.h"

#define PIECE 65536 /* [bytes] worth a write */

void sink_to_fd(struct sink *sink, int fd, const char *name)
{
    *sink = (struct sink){.name = name, .fd = fd};
    strbuf_init(&sink->text, SINK_TEXT_MAX);
}

bool sink_to_file(struct sink *sink, int dir_fd, const char *name, unsigned mode,
                  struct sweep_error *err)
{
    sink_to_fd(sink, -1, name);
    return draft_open(&sink->draft, dir_fd, name, mode, err);
}

static bool write_to_fd(struct sink *sink, struct sweep_error *err)
{
    if (sink->is_gone || sys_write(sink->fd, strbuf_text(&sink->text), sink->text.size))
        return true;
    sink->is_gone = errno == EPIPE;
    return sink->is_gone ||
           sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write to %s", sink->name);
}

static bool write_text(struct sink *sink, struct sweep_error *err)
{
    if (sink->text.truncated)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "one piece of %s is larger than %zu MiB",
                               sink->name, sink->text.maximum >> 20);
    bool done = sink->fd < 0 ? draft_write(&sink->draft, strbuf_view(&sink->text), err)
                             : write_to_fd(sink, err);
    strbuf_reset(&sink->text);
    return done;
}

bool sink_push(struct sink *sink, struct sweep_error *err)
{
    return sink->text.size < PIECE || write_text(sink, err);
}

bool sink_finish(struct sink *sink, struct sweep_error *err)
{
    return write_text(sink, err) && (sink->fd >= 0 || draft_publish(&sink->draft, err));
}

void sink_release(struct sink *sink)
{
    draft_discard(&sink->draft);
    strbuf_release(&sink->text);
}
