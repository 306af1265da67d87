/*
 * Chooses the sweeps and starts their runners. One sweep in front of people is cmd_resume.c's.
 */
#include "cli/run/resume_all.h"

#include <string.h>

#include "cli/output.h"
#include "cli/run/background.h"
#include "directory/locate.h"
#include "view/record/record.h"
#include "view/record/standing.h"

/* Whether it waits for a runner, and nobody wants it otherwise. */
static bool wants_runner(const char *path)
{
    struct record record;
    bool wants = record_open_summary(&record, path, NULL);
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
        if (!background_resume(call, path, &pid, &reason))
            *status = STATUS_NO_RESULT;
        background_append(call, path, pid, &reason, &text);
    }
    if (text.size == 0 && !call->options.json)
        strbuf_append_text(&text, "no sweep in ./" LOCATE_DIRECTORY " was interrupted\n");
    bool done = output_print(&text, err);
    strbuf_release(&text);
    arena_release(&arena);
    return done;
}
