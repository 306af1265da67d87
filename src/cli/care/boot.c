/*
 * Writes the lines that `sweep doctor --at-boot` prints. What they run is resume_all.c's.
 */
#include "cli/care/boot.h"

#include <string.h>

#include "base/file.h"
#include "base/shell.h"
#include "cli/surroundings.h"
#include "view/term/text.h"
#include "json/json.h"

#define TEXT_MAX ((size_t)64 * 1024)

/* A text in which some signs are written twice and some behind a backslash. */
static void append_escaped(struct strbuf *out, const char *text, const char *doubled,
                           const char *slashed)
{
    for (; *text != '\0'; text++) {
        if (strchr(doubled, *text) != NULL)
            strbuf_append_char(out, *text);
        if (strchr(slashed, *text) != NULL)
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *text);
    }
}

/* A shell's words in a crontab, where a bare % is the end of the line. */
static void append_crontab(const char *directory, const char *program, struct strbuf *out)
{
    struct strbuf line;

    strbuf_init(&line, TEXT_MAX);
    strbuf_append_text(&line, "@reboot cd ");
    shell_append(&line, directory);
    strbuf_append_text(&line, " && ");
    shell_append(&line, program);
    strbuf_append_text(&line, " resume --all");
    append_escaped(out, strbuf_text(&line), "", "%");
    strbuf_release(&line);
}

/* The runners stay in the background, and with them the service. */
static void append_unit(const char *directory, const char *program, struct strbuf *out)
{
    strbuf_append_text(out, "[Unit]\nDescription=sweep: go on after a reboot\n\n"
                            "[Service]\nType=oneshot\nRemainAfterExit=yes\nWorkingDirectory=");
    append_escaped(out, directory, "%", "");
    strbuf_append_text(out, "\nExecStart=\"");
    append_escaped(out, program, "%$", "\"\\");
    strbuf_append_text(out, "\" resume --all\n\n[Install]\nWantedBy=default.target\n");
}

static void write_lines(const struct strbuf *crontab, const struct strbuf *unit, struct strbuf *out)
{
    struct json_writer w;

    json_init(&w, out);
    json_begin_object(&w);
    json_member_string_view(&w, "crontab", strbuf_view(crontab));
    json_member_string_view(&w, "unit", strbuf_view(unit));
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

static void append_lines(const struct strbuf *crontab, const struct strbuf *unit,
                         struct strbuf *out)
{
    strbuf_append_text(out, "# one line for `crontab -e`:\n");
    text_append_safe_lines(out, strbuf_view(crontab));
    strbuf_append_text(out, "\n\n# or ~/.config/systemd/user/sweep.service, and then:\n"
                            "# systemctl --user enable sweep && loginctl enable-linger\n");
    text_append_safe_lines(out, strbuf_view(unit));
}

bool boot_append(const struct invocation *call, struct strbuf *out, struct sweep_error *err)
{
    struct arena arena = {0};
    struct strbuf crontab;
    struct strbuf unit;
    const char *program = surroundings_program(&arena, err);
    const char *directory = program != NULL ? file_working_directory(&arena, err) : NULL;
    bool done = directory != NULL;

    if (done && (strchr(program, '\n') != NULL || strchr(directory, '\n') != NULL))
        done = sweep_error_set(err, SWEEP_BAD_INPUT,
                               "neither crontab nor systemd can name a path with several lines");
    strbuf_init(&crontab, TEXT_MAX);
    strbuf_init(&unit, TEXT_MAX);
    if (done) {
        append_crontab(directory, program, &crontab);
        append_unit(directory, program, &unit);
    }
    if (done && call->options.json)
        write_lines(&crontab, &unit, out);
    else if (done)
        append_lines(&crontab, &unit, out);
    strbuf_release(&crontab);
    strbuf_release(&unit);
    arena_release(&arena);
    return done;
}
