/*
 * Chooses the sweeps and starts their runners. One sweep in front of people is cmd_resume.c's.
 */
#include "cli/resume_all.h"

#include <string.h>

#include "cli/background.h"
#include "cli/locate.h"
#include "cli/output.h"
#include "cli/record.h"
#include "cli/standing.h"
#include "view/term/text.h"
#include "json/json.h"

/* Whether it waits for a runner, and nobody wants it otherwise. */
static bool wants_runner(const char *path)
{
    struct record record;
    bool wants = record_open_outcomes(&record, path, NULL);
    if (wants) {
        struct standing standing = standing_take(&record);
        const char *word = standing_word(&standing, &record);
        bool has_command = record.document.config->command.count > 0;
        wants = has_command && !standing.has_runner &&
                (strcmp(word, "interrupted") == 0 || strcmp(word, "detached") == 0);
    }
    record_close(&record);
    return wants;
}

static bool start(const struct invocation *call, struct arena *arena, const char *path, pid_t *pid,
                  struct sweep_error *err)
{
    const struct options *options = &call->options;
    char *argv[8];
    size_t count = 0;
    argv[count++] = arena_strdup(arena, "sweep");
    argv[count++] = arena_strdup(arena, "resume");
    if (options->on_term != NULL)
        argv[count++] = arena_printf(arena, "--on-term=%s", options->on_term);
    if (options->verbose)
        argv[count++] = arena_strdup(arena, "--verbose");
    argv[count++] = arena_strdup(arena, "--");
    argv[count++] = arena_strdup(arena, path);
    argv[count] = NULL;
    const struct background_start background = {path, argv, call->environment};
    return background_start(&background, pid, err);
}

static void append_json(const char *path, const struct sweep_error *reason, pid_t pid,
                        struct strbuf *out)
{
    struct json_writer w;
    bool is_started = reason->code == SWEEP_OK;
    json_init(&w, out);
    json_begin_object(&w);
    json_key(&w, "sweep");
    json_put_string(&w, locate_operand(path));
    json_key(&w, "started");
    json_put_boolean(&w, is_started);
    json_key(&w, "pid");
    is_started ? json_put_integer(&w, pid) : json_put_null(&w);
    json_key(&w, "error");
    json_put_string(&w, is_started ? NULL : reason->message);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

static void append_text(const char *path, const struct sweep_error *reason, pid_t pid,
                        struct strbuf *out)
{
    text_append_safe(out, strview_of(locate_operand(path)));
    if (reason->code == SWEEP_OK)
        strbuf_printf(out, ": goes on in the background (process %ld); what it says: ", (long)pid);
    else
        strbuf_append_text(out, ": could not be started: ");
    if (reason->code == SWEEP_OK) {
        text_append_safe(out, strview_of(path));
        strbuf_append_text(out, "/" BACKGROUND_LOG);
    } else {
        text_append_safe(out, strview_of(reason->message));
    }
    strbuf_append_char(out, '\n');
}

bool resume_all(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct arena arena = {0};
    struct strbuf text;
    const char **names;
    size_t count = locate_names(&arena, &names);
    strbuf_init(&text, OUTPUT_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *path = locate_named(&arena, names[i]);
        struct sweep_error reason = {0};
        pid_t pid = 0;
        if (!wants_runner(path))
            continue;
        if (!start(call, &arena, path, &pid, &reason))
            *status = STATUS_NO_RESULT;
        (call->options.json ? append_json : append_text)(path, &reason, pid, &text);
    }
    if (text.size == 0 && !call->options.json)
        strbuf_append_text(&text, "no sweep in ./" LOCATE_DIRECTORY " was interrupted\n");
    bool done = output_print(&text, err);
    strbuf_release(&text);
    arena_release(&arena);
    return done;
}
