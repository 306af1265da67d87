/*
 * The sweeps in ./sweeps, each opened for its summary.
 */
#include "view/record/overview.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sweep/mem.h"
#include "view/term/table.h"
#include "view/term/text.h"
#include "json/json.h"

#define CELL_MAX 1024 /* [bytes] */

static int compare_lines(const void *a, const void *b)
{
    const struct overview_line *left = a;
    const struct overview_line *right = b;
    int64_t x = left->record.sweep.created_us;
    int64_t y = right->record.sweep.created_us;
    return x != y ? (x < y) - (x > y) : strcmp(left->name, right->name);
}

void overview_open(struct overview *overview)
{
    const char **names;
    *overview = (struct overview){0};
    overview->count = locate_names(&overview->arena, &names);
    overview->lines = sweep_alloc_array(overview->count, sizeof *overview->lines);
    for (size_t i = 0; i < overview->count; i++) {
        struct overview_line *line = &overview->lines[i];
        line->name = names[i];
        line->is_readable = record_open_summary(
            &line->record, locate_named(&overview->arena, names[i]), &line->reason);
        if (line->is_readable)
            line->standing = standing_take(&line->record);
    }
    if (overview->count > 0)
        qsort(overview->lines, overview->count, sizeof *overview->lines, compare_lines);
}

void overview_close(struct overview *overview)
{
    for (size_t i = 0; i < overview->count; i++)
        record_close(&overview->lines[i].record);
    sweep_free(overview->lines);
    arena_release(&overview->arena);
}

/* --- for programs ----------------------------------------------------------------------------- */

static void write_best(struct json_writer *w, const struct record *record)
{
    json_key(w, "best");
    if (record->best == NULL) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    json_member_unsigned(w, "trial", record->best->number);
    json_member_real(w, "value", record->best->value);
    json_end_object(w);
}

static void write_line(struct json_writer *w, const struct overview_line *line)
{
    const struct record *record = &line->record;
    const struct standing *standing = &line->standing;
    char created[CLOCK_TEXT_MAX];
    json_member_string(w, "state", standing_word(standing, record));
    json_member_unsigned(w, "finished", standing->finished);
    json_key(w, "expected");
    standing->expected > 0 ? json_put_unsigned(w, standing->expected) : json_put_null(w);
    json_member_unsigned(w, "running", standing->counts[SWEEP_TRIAL_RUNNING]);
    json_member_unsigned(w, "failed", standing->counts[SWEEP_TRIAL_FAILED]);
    json_member_string(w, "metric", record->document.config->metric.name);
    json_member_string(w, "goal", record->sweep.maximize ? "maximize" : "minimize");
    write_best(w, record);
    clock_format_utc(record->sweep.created_us, created);
    json_member_string(w, "created", created);
    json_member_real(w, "running_s", (double)record->sweep.running_us / 1e6);
    json_member_string(w, "note", record_note(record, 0));
}

void overview_append_json(const struct overview *overview, struct strbuf *out)
{
    for (size_t i = 0; i < overview->count; i++) {
        const struct overview_line *line = &overview->lines[i];
        struct json_writer w;
        json_init(&w, out);
        json_begin_object(&w);
        json_member_string(&w, "sweep", line->name);
        if (line->is_readable)
            write_line(&w, line);
        else
            json_member_string(&w, "error", line->reason.message);
        json_end_object(&w);
        strbuf_append_char(out, '\n');
    }
}

/* --- for people ------------------------------------------------------------------------------- */

static enum table_style style_of(const struct overview_line *line)
{
    if (!line->is_readable || strcmp(line->record.sweep.state, "broken") == 0)
        return TABLE_BAD;
    return line->standing.has_runner ? TABLE_STRONG : TABLE_PLAIN;
}

static void put_best(struct table *table, const struct record *record, struct strbuf *text)
{
    const char *metric = record->document.config->metric.name;
    strbuf_reset(text);
    if (record->best != NULL) {
        text_append_safe(text, strview_of(metric));
        strbuf_append_char(text, ' ');
        trial_text_number(record->best->value, text);
    }
    table_text(table, TABLE_PLAIN, strbuf_view(text));
}

static void put_line(struct table *table, const struct overview_line *line, bool has_notes,
                     struct strbuf *text)
{
    const struct record *record = &line->record;
    const struct standing *standing = &line->standing;
    const char *note = record_note(record, 0);
    char created[CLOCK_TEXT_MAX];
    char ran[CLOCK_TEXT_MAX] = "";
    table_cell(table, TABLE_PLAIN, "%s", standing_word(standing, record));
    if (standing->expected > 0)
        table_cell(table, TABLE_PLAIN, "%zu/%" PRIu64, standing->finished, standing->expected);
    else
        table_cell(table, TABLE_PLAIN, "%zu", standing->finished);
    put_best(table, record, text);
    clock_format_local(record->sweep.created_us, created);
    if (record->sweep.running_us > 0)
        clock_format_duration(record->sweep.running_us, ran);
    table_cell(table, TABLE_PLAIN, "%s", created);
    table_cell(table, TABLE_PLAIN, "%s", ran);
    if (has_notes)
        table_text(table, TABLE_PLAIN, strview_of(note != NULL ? note : ""));
}

static void put_unreadable(struct table *table, const struct overview_line *line)
{
    table_cell(table, TABLE_BAD, "unreadable");
    for (int i = 0; i < 4; i++)
        table_cell(table, TABLE_PLAIN, "%s", "");
    table_text(table, TABLE_PLAIN, strview_of(line->reason.message));
}

/* Why a sweep cannot be read stands among the notes too. */
static bool has_note(const struct overview_line *line)
{
    return !line->is_readable || record_note(&line->record, 0) != NULL;
}

void overview_append(const struct overview *overview, const struct terminal *terminal,
                     struct strbuf *out)
{
    static const struct table_column COLUMNS[] = {
        {.title = "sweep"},
        {.title = "state"},
        {.title = "trials", .right = true},
        {.title = "best"},
        {.title = "started", .rank = 3},
        {.title = "time", .right = true, .rank = 2},
        {.title = "note", .rank = 4}, /* the last: left out where there is none */
    };
    struct table table;
    struct strbuf text;
    bool has_notes = false;
    for (size_t i = 0; i < overview->count; i++)
        has_notes = has_notes || has_note(&overview->lines[i]);
    strbuf_init(&text, CELL_MAX);
    table_init(&table, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0] - (has_notes ? 0 : 1));
    for (size_t i = 0; i < overview->count; i++) {
        const struct overview_line *line = &overview->lines[i];
        table_text(&table, style_of(line), strview_of(line->name));
        if (line->is_readable)
            put_line(&table, line, has_notes, &text);
        else
            put_unreadable(&table, line);
    }
    table_format(&table, terminal, out);
    table_release(&table);
    strbuf_release(&text);
}
