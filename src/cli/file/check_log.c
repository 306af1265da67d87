/*
 * Reads a log and shows what was found in it. The finding is yield.c's.
 */
#include "cli/file/check_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "metrics/block_log.h"
#include "session/proposal.h"
#include "sweep/mem.h"
#include "view/term/table.h"
#include "view/term/text.h"
#include "view/term/trial_text.h"

#define BLOCK_BYTES ((size_t)1 << 20)
#define TEXT_MAX    ((size_t)64 * 1024)

/* --- reading -------------------------------------------------------------------------------- */

/* The file of a wandb run; `yield` has nothing else in it. */
static void feed_wandb(struct yield *yield, struct source_wandb *source, const char *data,
                       size_t size)
{
    struct wandb_number number;

    source_wandb_feed(source, data, size);
    while (source_wandb_next(source, &number))
        yield_log(yield, &number);
    yield->rows = source_wandb_rows(source);
}

static bool feed_all(struct yield *yield, int fd, const char *path, struct sweep_error *err)
{
    char *block = sweep_alloc(BLOCK_BYTES);
    struct source_wandb *source = NULL;
    ssize_t got = sys_read(fd, block, BLOCK_BYTES);

    if (got > 0 && block_log_is_head(block, (size_t)got))
        source = source_wandb_create(yield_step_name(yield->run));
    for (; got > 0; got = sys_read(fd, block, BLOCK_BYTES))
        if (source != NULL)
            feed_wandb(yield, source, block, (size_t)got);
        else
            yield_feed(yield, block, (size_t)got);
    if (got < 0 && errno == EISDIR)
        sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is a directory, expected a file", path);
    else if (got < 0)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read '%s'", path);
    yield_end(yield);
    source_wandb_free(source);
    sweep_free(block);
    return got == 0;
}

bool check_log_read(struct yield *yield, const struct run_settings *run, const char *path,
                    struct sweep_error *err)
{
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : sys_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0);

    *yield = (struct yield){0};
    if (fd < 0)
        return sweep_error_set_errno(err, errno == ENOENT ? SWEEP_NOT_FOUND : SWEEP_IO, errno,
                                     "cannot open '%s'", path);
    bool done = yield_init(yield, run, err) && feed_all(yield, fd, path, err);
    if (!is_input)
        sys_close(fd);
    return done;
}

/* --- for people ----------------------------------------------------------------------------- */

/* The word for a step: the captured number's name, wandb's step, or `report`. */
static const char *step_name(const struct run_settings *run, const struct yield_series *series)
{
    const char *name = yield_step_name(run);
    return name != NULL ? name : series->is_logged ? "step" : "report";
}

static void add_point(struct table *table, const char *step, const struct yield_point *point)
{
    struct strbuf text;

    strbuf_init(&text, TEXT_MAX);
    trial_text_number(point->value, &text);
    strbuf_printf(&text, " (%s %" PRId64 ")", step, point->step);
    table_text(table, TABLE_PLAIN, strbuf_view(&text));
    strbuf_release(&text);
}

static void add_number(struct table *table, double value)
{
    struct strbuf text;

    strbuf_init(&text, TEXT_MAX);
    trial_text_number(value, &text);
    table_text(table, TABLE_PLAIN, strbuf_view(&text));
    strbuf_release(&text);
}

static void append_table(const struct yield *yield, const struct terminal *terminal,
                         struct strbuf *out)
{
    static const struct table_column COLUMNS[] = {
        {"number", false, 0}, {"found", true, 0},    {"first", false, 2},
        {"last", false, 1},   {"smallest", true, 0}, {"largest", true, 0},
    };
    struct table table;

    table_init(&table, COLUMNS, 6);
    for (size_t i = 0; i < yield->run->pattern_count; i++) {
        const struct yield_series *series = &yield->series[i];
        if (series->count == 0)
            continue;
        table_cell(&table, TABLE_PLAIN, "%s", yield->run->patterns[i].name);
        table_cell(&table, TABLE_PLAIN, "%" PRIu64 "x", series->count);
        add_point(&table, step_name(yield->run, series), &series->first);
        add_point(&table, step_name(yield->run, series), &series->last);
        add_number(&table, series->min);
        add_number(&table, series->max);
    }
    table_format(&table, terminal, out);
    table_release(&table);
}

static bool found_any(const struct yield *yield)
{
    for (size_t i = 0; i < yield->run->pattern_count; i++)
        if (yield->series[i].count > 0)
            return true;
    return false;
}

static void append_value(const struct yield *yield, const struct settings *settings,
                         struct strbuf *out)
{
    const struct config_metric *metric = &settings->document->config->metric;
    const struct trial_words words = {.space = yield->run->space,
                                      .metric = metric->name,
                                      .step_name = metric->step,
                                      .objective = metric->objective};
    struct sweep_trial trial = {0};

    objective_result(&yield->objective, &trial);
    strbuf_append_text(out, "This trial would have ");
    text_append_safe(out, strview_of(metric->name));
    strbuf_append_char(out, ' ');
    trial_text_value(&words, &trial, out);
}

/* What a pattern met that is no number, and what became of it. */
static void append_complaints(const struct yield *yield, size_t pattern, struct strbuf *out)
{
    const struct yield_series *series = &yield->series[pattern];

    if (series->refused > 0) {
        text_append_safe(out, strview_of(yield->run->patterns[pattern].name));
        strbuf_printf(out, ": %" PRIu64 "x what stands there is no number, first '",
                      series->refused);
        text_append_safe(out, strview_of(series->example));
        strbuf_append_text(out, "'\n");
    }
    if (series->is_switched_off) {
        text_append_safe(out, strview_of(yield->run->patterns[pattern].name));
        strbuf_append_text(out, ": its pattern takes too long on these lines; it is not tried on "
                                "the rest\n");
    }
}

static void append_captures(const struct yield *yield, struct strbuf *out)
{
    for (size_t i = 0; i < yield->run->pattern_count; i++) {
        append_complaints(yield, i, out);
        if (yield->series[i].count > 0 || &yield->series[i] == yield_objective(yield))
            continue;
        proposal_append_capture(yield, i, out);
        strbuf_append_char(out, '\n');
    }
}

/* Last, where it is seen. */
static void append_metric(const struct yield *yield, const struct settings *settings,
                          struct strbuf *out)
{
    strbuf_append_char(out, '\n');
    if (!yield->run->has_objective)
        strbuf_append_text(out, "There is no metric to look for.");
    else if (yield_lacks_objective(yield))
        proposal_append_metric(yield, out);
    else
        append_value(yield, settings, out);
    strbuf_append_char(out, '\n');
}

void check_log_append(const struct yield *yield, const struct settings *settings, const char *path,
                      const struct terminal *terminal, struct strbuf *out)
{
    strbuf_append_text(out, "\nIn ");
    text_append_safe(out, strview_of(path));
    strbuf_append_text(out, ", ");
    proposal_append_amount(yield, out);
    strbuf_append_text(out, ":\n");
    if (found_any(yield))
        append_table(yield, terminal, out);
    append_captures(yield, out);
    append_metric(yield, settings, out);
}

/* --- for programs --------------------------------------------------------------------------- */

static void write_point(struct json_writer *w, const char *key, const struct yield_point *point)
{
    json_key(w, key);
    json_begin_object(w);
    json_member_real(w, "value", point->value);
    json_member_integer(w, "step", point->step);
    json_end_object(w);
}

static void write_range(struct json_writer *w, uint64_t count, double min, double max)
{
    json_member_unsigned(w, "count", count);
    if (count == 0)
        return;
    json_member_real(w, "min", min);
    json_member_real(w, "max", max);
}

static void write_series(const struct yield *yield, size_t pattern, struct json_writer *w)
{
    const struct yield_series *series = &yield->series[pattern];

    json_begin_object(w);
    json_member_string(w, "name", yield->run->patterns[pattern].name);
    write_range(w, series->count, series->min, series->max);
    if (series->count > 0) {
        write_point(w, "first", &series->first);
        write_point(w, "last", &series->last);
    }
    json_member_unsigned(w, "refused", series->refused);
    json_end_object(w);
}

static void write_result(const struct yield *yield, struct json_writer *w)
{
    const struct yield_point point = {yield->objective.value, yield->objective.step};

    if (yield->run->has_objective && !yield_lacks_objective(yield)) {
        write_point(w, "result", &point);
    } else {
        json_key(w, "result");
        json_put_null(w);
    }
}

static void write_seen(const struct yield *yield, struct json_writer *w)
{
    size_t count;
    const struct census_row *rows = census_list(yield->census, &count);

    json_key(w, "seen");
    json_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(w);
        json_member_string(w, "name", rows[i].name);
        write_range(w, rows[i].count, rows[i].min, rows[i].max);
        json_member_boolean(w, "percent", rows[i].is_percent);
        json_end_object(w);
    }
    json_end_array(w);
}

void check_log_write(const struct yield *yield, const char *path, struct json_writer *w)
{
    json_begin_object(w);
    json_member_string(w, "file", path);
    json_member_unsigned(w, "lines", census_lines(yield->census));
    if (yield->rows > 0) {
        json_member_unsigned(w, "wandb_rows", yield->rows);
    }
    write_result(yield, w);
    json_key(w, "numbers");
    json_begin_array(w);
    for (size_t i = 0; i < yield->run->pattern_count; i++)
        write_series(yield, i, w);
    json_end_array(w);
    write_seen(yield, w);
    json_end_object(w);
}
