/*
 * `sweep export`: trials as rows, as a table or in words, for other programs and for papers. Not
 * for screens: cmd_top.c.
 */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "view/record/bundle.h"
#include "view/record/methods.h"
#include "view/record/rows.h"
#include "view/record/selection.h"
#include "view/record/top_table.h"

#define BUNDLE_LOGS                                                              \
    3 /* the best trials whose output a bundle keeps, where nobody says how many \
       */

#define ENDINGS_MAX 1024 /* [bytes] all that are known, in words */

/* --- rows ------------------------------------------------------------------------------------- */

/* Rows on their way out. */
struct writer {
    struct record *record;
    struct row_context context;
    enum rows_format format;
    const char *separator;
    size_t count; /* of rows so far */
    struct sink *sink;
};

static bool write_row(void *context, const struct sweep_trial *trial, struct sweep_error *err)
{
    struct writer *writer = context;
    struct strbuf *out = &writer->sink->text;
    if (writer->sink->is_gone)
        return true;
    if (writer->count++ > 0)
        strbuf_append_text(out, writer->separator);
    return rows_append(writer->record, &writer->context, writer->format, trial, out, err) &&
           sink_push(writer->sink, err);
}

static bool write_rows(struct record *record, const struct selection_wanted *wanted,
                       enum rows_format format, struct sink *sink, struct sweep_error *err)
{
    struct writer writer = {.record = record,
                            .context = record_row_context(record),
                            .format = format,
                            .separator = "",
                            .sink = sink};
    if (format == ROWS_CSV)
        row_append_csv_header(&sink->text, &writer.context);
    return selection_each(record, wanted, write_row, &writer, err);
}

static bool write_jsonl(struct record *record, const struct selection_wanted *wanted,
                        struct sink *sink, struct sweep_error *err)
{
    return write_rows(record, wanted, ROWS_JSONL, sink, err);
}

static bool write_csv(struct record *record, const struct selection_wanted *wanted,
                      struct sink *sink, struct sweep_error *err)
{
    return write_rows(record, wanted, ROWS_CSV, sink, err);
}

static bool write_json(struct record *record, const struct selection_wanted *wanted,
                       struct sink *sink, struct sweep_error *err)
{
    struct writer writer = {.record = record,
                            .context = record_row_context(record),
                            .format = ROWS_JSONL,
                            .separator = ",",
                            .sink = sink};
    strbuf_append_char(&sink->text, '[');
    bool done = selection_each(record, wanted, write_row, &writer, err);
    strbuf_append_text(&sink->text, "]\n");
    return done;
}

/* --- for papers ------------------------------------------------------------------------------- */

static bool write_table(struct record *record, const struct selection_wanted *wanted,
                        enum top_table_form form, struct sink *sink, struct sweep_error *err)
{
    struct terminal none = {0};
    struct selection selection;
    bool done = selection_make(&selection, record, 1, wanted, err);
    if (done)
        top_table_append(&selection, record, 1, form, &none, &sink->text);
    selection_release(&selection);
    return done;
}

static bool write_latex(struct record *record, const struct selection_wanted *wanted,
                        struct sink *sink, struct sweep_error *err)
{
    return write_table(record, wanted, TOP_TABLE_LATEX, sink, err);
}

static bool write_markdown(struct record *record, const struct selection_wanted *wanted,
                           struct sink *sink, struct sweep_error *err)
{
    return write_table(record, wanted, TOP_TABLE_MARKDOWN, sink, err);
}

static bool write_methods(struct record *record, const struct selection_wanted *wanted,
                          struct sink *sink, struct sweep_error *err)
{
    (void)wanted;
    return methods_append(record, &sink->text, err);
}

/* ---------------------------------------------------------------------------------------------- */

static const struct format {
    const char *name;
    bool is_ranked; /* best first; and without --where only complete trials */
    bool needs_all; /* in memory */
    /* NULL: it is a directory */
    bool (*write)(struct record *record, const struct selection_wanted *wanted, struct sink *sink,
                  struct sweep_error *err);
    const char *endings[2]; /* of the files that are in it; "/": a directory */
} FORMATS[] = {
    {"jsonl", false, false, write_jsonl, {".jsonl", ".ndjson"}}, /* the default */
    {"json", false, false, write_json, {".json"}},
    {"csv", false, false, write_csv, {".csv"}},
    {"latex", true, true, write_latex, {".tex"}},
    {"md", true, true, write_markdown, {".md", ".markdown"}},
    {"methods", false, false, write_methods, {NULL}},
    {"bundle", false, false, NULL, {"/"}},
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
    struct output_target output;
    bool done = output_target_open(&output, call, err) &&
                format->write(record, &wanted, &output.sink, err) && sink_finish(&output.sink, err);
    output_target_close(&output);
    return done;
}

static bool deliver_bundle(const struct invocation *call, struct record *record,
                           struct sweep_error *err)
{
    const struct options *options = &call->options;
    size_t logs = options->count > 0 ? (size_t)options->count : BUNDLE_LOGS;
    mode_t ours = umask(call->umask);
    bool done = bundle_write(record, options->output, logs, clock_wall_us(), err);
    (void)umask(ours);
    return done;
}

static bool check_options(const struct options *options, const struct format *format,
                          struct sweep_error *err)
{
    if (format->write != NULL)
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
    return format->needs_all ? record_open(record, call->operand, err)
                             : record_open_summary(record, call->operand, err);
}

static bool cmd_export(const struct invocation *call, enum exit_status *status,
                       struct sweep_error *err)
{
    struct record record = {0};
    const struct format *format = choose_format(&call->options, err);
    *status = STATUS_OK;
    bool done = format != NULL && check_options(&call->options, format, err) &&
                open_record(call, &record, format, err);
    if (done)
        output_announce(&record);
    if (done && format->write == NULL)
        done = deliver_bundle(call, &record, err);
    else if (done)
        done = deliver(call, &record, format, err);
    record_close(&record);
    return done;
}

static const struct option_row OUTPUT = {
    .name = "output",
    .letter = 'o',
    .kind = OPTION_TEXT,
    .value = "FILE",
    .help = "write to a file, whose ending says the format where --format does not: .csv, .tex",
    .offset = OPTION(output),
};

static const char *const FORMAT_CHOICES[] = {"jsonl", "json",    "csv",    "latex",
                                             "md",    "methods", "bundle", NULL};
static const struct option_row FORMAT = {
    .name = "format",
    .kind = OPTION_CHOICE,
    .value = "FORMAT",
    .help =
        "jsonl (default), json or csv: all trials by number; latex or md: the ranking of the "
        "complete ones as a table; methods: a paragraph for a paper; bundle: a directory for an "
        "archive, with everything (-o DIR)",
    .choices = FORMAT_CHOICES,
    .offset = OPTION(format),
};

static const struct option_row COUNT = {
    .name = "count",
    .letter = 'n',
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "only the first N; in a bundle the output of the N best trials (default: 3)",
    .offset = OPTION(count),
};

const struct subcommand subcommand_export = {
    .name = "export",
    .operand = "[SWEEP]",
    .summary = "trials as rows for other programs, as tables and words for papers",
    .options = SUBCOMMAND_OPTIONS(&FORMAT, &option_where, &COUNT, &OUTPUT),
    .run = cmd_export,
};
