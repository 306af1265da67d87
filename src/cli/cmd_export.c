/*
 * `sweep export`: trials as rows, as a table or in words, for other programs and for papers. Not
 * for screens: cmd_top.c.
 */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/array.h"
#include "cli/commands.h"
#include "cli/look/bundle.h"
#include "cli/look/methods.h"
#include "cli/look/rows.h"
#include "cli/look/selection.h"
#include "cli/look/top_table.h"
#include "cli/output.h"

#define BUNDLE_LOGS                                                              \
    3 /* the best trials whose output a bundle keeps, where nobody says how many \
       */

#define ENDINGS_MAX 1024 /* [bytes] all that are known, in words */

/* --- rows ------------------------------------------------------------------------------------- */

static bool append_rows(const struct selection *selection, struct record *record,
                        enum rows_format format, const char *separator, struct strbuf *out,
                        struct sweep_error *err)
{
    struct row_context context = record_row_context(record);
    if (format == ROWS_CSV)
        row_append_csv_header(out, &context);
    for (size_t i = 0; i < selection->count; i++) {
        if (i > 0)
            strbuf_append_text(out, separator);
        if (!rows_append(record, &context, format, selection->items[i].trial, out, err))
            return false;
    }
    return true;
}

static bool append_jsonl(const struct selection *selection, struct record *record,
                         struct strbuf *out, struct sweep_error *err)
{
    return append_rows(selection, record, ROWS_JSONL, "", out, err);
}

static bool append_csv(const struct selection *selection, struct record *record, struct strbuf *out,
                       struct sweep_error *err)
{
    return append_rows(selection, record, ROWS_CSV, "", out, err);
}

static bool append_json(const struct selection *selection, struct record *record,
                        struct strbuf *out, struct sweep_error *err)
{
    strbuf_append_char(out, '[');
    bool done = append_rows(selection, record, ROWS_JSONL, ",", out, err);
    strbuf_append_text(out, "]\n");
    return done;
}

/* --- for papers ------------------------------------------------------------------------------- */

static bool append_table(const struct selection *selection, struct record *record,
                         enum top_table_form form, struct strbuf *out)
{
    struct terminal none = {0};
    top_table_append(selection, record, 1, form, &none, out);
    return true;
}

static bool append_latex(const struct selection *selection, struct record *record,
                         struct strbuf *out, struct sweep_error *err)
{
    (void)err;
    return append_table(selection, record, TOP_TABLE_LATEX, out);
}

static bool append_markdown(const struct selection *selection, struct record *record,
                            struct strbuf *out, struct sweep_error *err)
{
    (void)err;
    return append_table(selection, record, TOP_TABLE_MARKDOWN, out);
}

static bool append_methods(const struct selection *selection, struct record *record,
                           struct strbuf *out, struct sweep_error *err)
{
    (void)selection, (void)err;
    methods_append(record, out);
    return true;
}

/* ---------------------------------------------------------------------------------------------- */

static const struct format {
    const char *name;
    bool is_ranked; /* best first; and without --where only complete trials */
    bool needs_all; /* looks at all trials, however many are asked for */
    /* NULL: it is a directory */
    bool (*append)(const struct selection *selection, struct record *record, struct strbuf *out,
                   struct sweep_error *err);
    const char *endings[2]; /* of the files that are in it; "/": a directory */
} FORMATS[] = {
    {"jsonl", false, false, append_jsonl, {".jsonl", ".ndjson"}}, /* the default */
    {"json", false, false, append_json, {".json"}},
    {"csv", false, false, append_csv, {".csv"}},
    {"latex", true, false, append_latex, {".tex"}},
    {"md", true, false, append_markdown, {".md", ".markdown"}},
    {"methods", false, true, append_methods, {NULL}},
    {"bundle", false, true, NULL, {"/"}},
};

static const struct format *find_format(const char *name, struct sweep_error *err)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FORMATS); i++)
        if (strcmp(FORMATS[i].name, name) == 0)
            return &FORMATS[i];
    sweep_error_set(err, SWEEP_BUG, "the format '%s' has no row in cmd_export.c", name);
    return NULL;
}

/* `.csv`, or `/` of a directory, or NULL: neither `rows` nor `.rows` has one. */
static const char *ending_of(const char *path)
{
    size_t size = strlen(path);
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (size > 0 && slash == path + size - 1)
        return slash;
    const char *point = strrchr(name, '.');
    return point != name ? point : NULL;
}

static void list_endings(struct strbuf *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FORMATS); i++)
        for (size_t k = 0; k < ARRAY_LENGTH(FORMATS[i].endings); k++)
            if (FORMATS[i].endings[k] != NULL)
                strbuf_printf(out, "%s%s (%s)", out->size > 0 ? ", " : "", FORMATS[i].endings[k],
                              FORMATS[i].name);
}

static const struct format *find_by_ending(const char *path, struct sweep_error *err)
{
    const char *ending = ending_of(path);
    struct strbuf known;
    if (ending == NULL)
        return &FORMATS[0];
    for (size_t i = 0; i < ARRAY_LENGTH(FORMATS); i++)
        for (size_t k = 0; k < ARRAY_LENGTH(FORMATS[i].endings); k++)
            if (FORMATS[i].endings[k] != NULL && strcasecmp(FORMATS[i].endings[k], ending) == 0)
                return &FORMATS[i];
    strbuf_init(&known, ENDINGS_MAX);
    list_endings(&known);
    sweep_error_set(err, SWEEP_USAGE,
                    "-o: '%s' says no format by its ending; known are %s; or say it "
                    "with --format",
                    path, strbuf_text(&known));
    strbuf_release(&known);
    return NULL;
}

/* What is said counts more than what the file's name lets expect. */
static const struct format *choose_format(const struct options *options, struct sweep_error *err)
{
    if (options->format != NULL)
        return find_format(options->format, err);
    return options->output != NULL ? find_by_ending(options->output, err) : &FORMATS[0];
}

static struct selection_wanted choose_wanted(const struct options *options,
                                             const struct format *format)
{
    return (struct selection_wanted){
        .where = options->where != NULL ? options->where
                 : format->is_ranked    ? "row.state = 'complete'"
                                        : NULL,
        .count = options->count < SIZE_MAX ? (size_t)options->count : SIZE_MAX,
        .by_number = !format->is_ranked,
    };
}

static bool deliver(const struct invocation *call, struct record *record,
                    const struct format *format, struct sweep_error *err)
{
    struct selection_wanted wanted = choose_wanted(&call->options, format);
    struct selection selection;
    struct strbuf text;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = selection_make(&selection, record, 1, &wanted, err) &&
                format->append(&selection, record, &text, err) && output_deliver(call, &text, err);
    strbuf_release(&text);
    selection_release(&selection);
    return done;
}

static bool deliver_bundle(const struct invocation *call, struct record *record,
                           struct sweep_error *err)
{
    const struct options *options = &call->options;
    size_t logs = options->count > 0 ? (size_t)options->count : BUNDLE_LOGS;
    mode_t ours = umask(call->umask);
    bool done = bundle_write(record, options->output, logs, err);
    (void)umask(ours);
    return done;
}

static bool check_options(const struct options *options, const struct format *format,
                          struct sweep_error *err)
{
    if (format->append != NULL)
        return true;
    if (options->output == NULL || strcmp(options->output, "-") == 0)
        return sweep_error_set(err, SWEEP_USAGE, "a bundle is a directory: --format bundle -o DIR");
    if (options->where != NULL)
        return sweep_error_set(err, SWEEP_USAGE, "a bundle has all trials: --where is not for it");
    return true;
}

static bool open_record(const struct invocation *call, struct record *record,
                        const struct format *format, struct sweep_error *err)
{
    struct selection_wanted wanted = choose_wanted(&call->options, format);
    bool needs_all = selection_needs_all(&wanted) || format->needs_all;
    return needs_all ? record_open(record, call->operand, err)
                     : record_open_summary(record, call->operand, err);
}

bool cmd_export(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct record record = {0};
    const struct format *format = choose_format(&call->options, err);
    *status = STATUS_OK;
    bool done = format != NULL && check_options(&call->options, format, err) &&
                open_record(call, &record, format, err);
    if (done)
        record_announce(&record);
    if (done && format->append == NULL)
        done = deliver_bundle(call, &record, err);
    else if (done)
        done = deliver(call, &record, format, err);
    record_close(&record);
    return done;
}
