/*
 * `sweep init [-o FILE] [-- COMMAND ...]`: writes a first space.yaml. Never runs the command and
 * never touches a file that is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/shell.h"
#include "base/sys.h"
#include "cli/commands.h"
#include "cli/file/starter.h"
#include "cli/output.h"
#include "directory/document.h"
#include "view/term/text.h"
#include "json/json.h"

#define DEFAULT_FILE "space.yaml"

/* For scripts without arguments; the parameters are those of the examples. */
static const char PYTHON_LINES[] =
    "import json, os\n"
    "    params = json.load(open(os.environ[\"SWEEP_PARAMS\"])) if \"SWEEP_PARAMS\" in os.environ "
    "else {}\n"
    "    lr = params.get(\"lr\", 0.001)\n";

/* What cannot be read back is not written: a word that is no UTF-8, or an odd sign. */
static bool check(const char *name, const struct strbuf *yaml, struct sweep_error *err)
{
    struct document document;

    document_parse(&document, name, strbuf_view(yaml), CONFIG_NEEDS_COMMAND);
    bool fine = document.config != NULL;
    if (!fine)
        sweep_error_set(err, SWEEP_BAD_INPUT,
                        "nothing was written: this command makes no valid YAML: %s",
                        document.diagnostics.items[0].message);
    document_release(&document);
    return fine;
}

static bool write_new(const struct invocation *call, const char *path, const struct strbuf *text,
                      struct sweep_error *err)
{
    struct strview view = strbuf_view(text);
    mode_t ours = umask(call->umask);
    int fd = sys_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    int reason = errno;

    (void)umask(ours);
    if (fd < 0 && reason == EEXIST)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "%s is there already and stays as it is; for another file: sweep "
                               "init -o FILE",
                               path);
    bool done = fd >= 0 && sys_write(fd, view.data, view.size);
    if (!done) {
        reason = fd < 0 ? reason : errno;
        sweep_error_set_errno(err, reason == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, reason,
                              "cannot write '%s'", path);
        if (fd >= 0)
            (void)sys_unlink(AT_FDCWD, path);
    }
    sys_close(fd);
    return done;
}

static void append_names(const struct starter *starter, bool searched, struct strbuf *out)
{
    const char *separator = "";

    for (size_t i = 0; i < starter->parameter_count; i++) {
        if (starter->parameters[i].guess.is_searched != searched)
            continue;
        strbuf_printf(out, "%s%s", separator, starter->parameters[i].name);
        separator = ", ";
    }
}

static void append_found(const struct starter *starter, struct strbuf *out)
{
    if (starter->parameter_count == 0)
        return;
    size_t start = out->size;
    strbuf_append_text(out, "to search: ");
    append_names(starter, true, out);
    strbuf_append_text(out, out->size - start == strlen("to search: ")
                                ? "nothing yet: write values: or min: and max: instead of a value:"
                                : "");
    strbuf_append_text(out, "\nthe same in each trial: ");
    start = out->size;
    append_names(starter, false, out);
    strbuf_append_text(out, out->size == start ? "nothing else\n" : "\n");
}

static void append_summary(const struct starter *starter, const char *path, struct strbuf *out)
{
    strbuf_append_text(out, "wrote ");
    text_append_safe(out, strview_of(path));
    strbuf_append_char(out, '\n');
    append_found(starter, out);
    if (starter_needs_file(starter)) {
        strbuf_append_char(out, '\n');
        text_append_safe(out, strview_of(starter->script));
        strbuf_printf(out,
                      " takes no arguments here. These lines read the parameters, and work without "
                      "sweep too:\n\n    %s\n",
                      PYTHON_LINES);
    }
    strbuf_append_text(out, "next: put the name of your metric in, then: sweep check ");
    shell_append(out, path);
    strbuf_append_char(out, '\n');
}

static void write_names(const struct starter *starter, bool searched, struct json_writer *w)
{
    json_begin_array(w);
    for (size_t i = 0; i < starter->parameter_count; i++)
        if (starter->parameters[i].guess.is_searched == searched)
            json_put_string(w, starter->parameters[i].name);
    json_end_array(w);
}

static void write_summary(const struct starter *starter, const char *path, struct strbuf *out)
{
    struct json_writer w;

    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "file", path);
    json_key(&w, "searched");
    write_names(starter, true, &w);
    json_key(&w, "constant");
    write_names(starter, false, &w);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

/* Write the file and say so. */
static bool deliver(const struct invocation *call, const struct starter *starter,
                    const struct strbuf *yaml, struct sweep_error *err)
{
    const char *path = call->options.output != NULL ? call->options.output : DEFAULT_FILE;
    struct strbuf summary;

    if (strcmp(path, "-") == 0)
        return output_print(yaml, err);
    strbuf_init(&summary, OUTPUT_MAX);
    if (call->options.json)
        write_summary(starter, path, &summary);
    else
        append_summary(starter, path, &summary);
    bool done = write_new(call, path, yaml, err) && output_print(&summary, err);
    strbuf_release(&summary);
    return done;
}

static bool cmd_init(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    struct arena arena = {0};
    struct starter starter;
    struct strbuf yaml;

    *status = STATUS_OK;
    strbuf_init(&yaml, CONFIG_SIZE_MAX);
    bool done = starter_read(&starter, &arena, call->command, err);
    if (done) {
        starter_append(&starter, &yaml);
        done = check(DEFAULT_FILE, &yaml, err) && deliver(call, &starter, &yaml, err);
    }
    strbuf_release(&yaml);
    arena_release(&arena);
    return done;
}

static const struct option_row OUTPUT = {
    .name = "output",
    .letter = 'o',
    .kind = OPTION_TEXT,
    .value = "FILE",
    .help = "the file to write (default: space.yaml)",
    .offset = OPTION(output),
};

const struct subcommand subcommand_init = {
    .name = "init",
    .rank = SUBCOMMAND_FIRST,
    .operand = "[-- COMMAND ...]",
    .summary = "write a first space.yaml for a training command",
    .details = "Guesses a range for each option of the command, which is only looked at, never "
               "run:\n\n  sweep init -- python train.py --lr 0.001 --batch-size 64 --epochs 30\n\n"
               "A file that is there already is never overwritten.",
    .options = SUBCOMMAND_OPTIONS(&OUTPUT, &option_json),
    .takes_command = true,
    .run = cmd_init,
};
