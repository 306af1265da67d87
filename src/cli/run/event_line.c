/*
 * Writes the lines for programs. When there is something to write is console.c's.
 */
#include "cli/run/event_line.h"

#include "json/json.h"

static const char *const event_names[] = {
    [RUN_STARTED] = "started",
    [RUN_TRIAL_STARTED] = "trial_started",
    [RUN_TRIAL_RETRIED] = "trial_retried",
    [RUN_TRIAL_ENDED] = "trial_ended",
    [RUN_MESSAGE] = "message",
    [RUN_HEARTBEAT] = "heartbeat",
    [RUN_TICK] = "tick",
};

static void write_progress(struct json_writer *w, const struct engine_progress *progress)
{
    json_member_unsigned(w, "finished", progress->finished);
    json_member_unsigned(w, "running", progress->running);
    json_key(w, "budget");
    progress->budget > 0 ? json_put_unsigned(w, progress->budget) : json_put_null(w);
    json_key(w, "best");
    progress->has_best ? json_put_unsigned(w, progress->best_trial) : json_put_null(w);
}

const char *event_line_name(enum run_notice_kind kind)
{
    return event_names[kind];
}

void event_line_append(const struct event_line *line, const struct row_context *rows,
                       struct strbuf *out)
{
    struct json_writer w;

    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "event", line->event);
    if (line->text != NULL) {
        json_member_string(&w, "text", line->text);
    }
    if (line->progress != NULL)
        write_progress(&w, line->progress);
    if (line->trial != NULL) {
        json_key(&w, "row");
        row_write_json(&w, rows, line->trial, line->captured);
    }
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}
