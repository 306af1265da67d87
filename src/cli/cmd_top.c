/*
 * `sweep top`: the ranking. Not for all that is known of a trial: cmd_show.c.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/standing.h"
#include "trial/ranking.h"
#include "trial/trial.h"
#include "view/term/table.h"
#include "view/term/text.h"

#define CELL_MAX 1024 /* [bytes] */

/* The trials that are to be shown, from best to worst. */
struct ranking {
    const struct sweep_trial **trials; /* [count] */
    size_t count;
};

/* --- for programs ----------------------------------------------------------------------------- */

static bool append_json(struct record *record, const struct ranking *ranking, struct strbuf *out,
                        struct sweep_error *err)
{
    struct row_context context = record_row_context(record);
    for (size_t i = 0; i < ranking->count; i++)
        if (!rows_append(record, &context, ROWS_JSONL, ranking->trials[i], out, err))
            return false;
    return true;
}

/* --- for people ------------------------------------------------------------------------------- */

static void append_heading(struct record *record, struct strbuf *out)
{
    struct standing standing = standing_take(record);
    const struct sweep_trial *best = record_best(record);
    text_append_safe(out, strview_of(record->sweep.name));
    strbuf_append_text(out, ": ");
    standing_append_counts(&standing, out);
    if (best != NULL) {
        strbuf_append_text(out, "; best ");
        text_append_safe(out, strview_of(record->document.config->metric.name));
        strbuf_append_char(out, ' ');
        trial_text_number(best->value, out);
        strbuf_printf(out, " in trial %" PRIu64, best->number);
    }
    if (!standing.is_finished || standing.was_stopped) {
        strbuf_append_char(out, '\n');
        standing_append_state(&standing, record, out);
    }
    strbuf_append_text(out, "\n");
}

/* How the trials are shown. */
struct layout {
    struct trial_words words;
    bool is_split; /* value, step and last report in columns of their own: that is narrower */
};

static bool has_step_column(const struct layout *layout)
{
    return layout->is_split && layout->words.step_name != NULL;
}

static bool has_last_column(const struct layout *layout)
{
    return layout->is_split && layout->words.objective.reduce != REDUCE_LAST;
}

static size_t add_objective_columns(const struct layout *layout, struct table_column *columns)
{
    size_t used = 0;
    if (layout->words.metric != NULL)
        columns[used++] = (struct table_column){.title = layout->words.metric};
    if (has_step_column(layout))
        columns[used++] =
            (struct table_column){.title = layout->words.step_name, .right = true, .rank = 1};
    if (has_last_column(layout))
        columns[used++] = (struct table_column){.title = "last", .rank = 1};
    return used;
}

/* The columns; parameters give way to a narrow screen, the last ones first, then the time. */
static const struct table_column *make_columns(struct record *record, const struct layout *layout,
                                               size_t *count)
{
    size_t width = sweep_space_count(record->space);
    struct table_column *columns = arena_alloc_array(&record->arena, width + 6, sizeof *columns);
    size_t used = 0;
    columns[used++] = (struct table_column){.title = "trial", .right = true};
    used += add_objective_columns(layout, columns + used);
    columns[used++] = (struct table_column){.title = "state"};
    columns[used++] = (struct table_column){.title = "time", .right = true, .rank = 1};
    for (size_t i = 0; i < width; i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(record->space, i);
        if (trial_text_is_searched(parameter))
            columns[used++] = (struct table_column){.title = parameter->name, .rank = 2};
    }
    *count = used;
    return columns;
}

static enum table_style state_style(const struct sweep_trial *trial)
{
    switch (trial->state) {
    case SWEEP_TRIAL_FAILED:
        return TABLE_BAD;
    case SWEEP_TRIAL_COMPLETE:
        return TABLE_PLAIN;
    case SWEEP_TRIAL_WAITING:
    case SWEEP_TRIAL_RUNNING:
    case SWEEP_TRIAL_PRUNED:
    case SWEEP_TRIAL_CANCELLED:
        return TABLE_FAINT;
    }
    return TABLE_PLAIN;
}

/* Move what is in `text` to the next cell. */
static void put_cell(struct table *table, enum table_style style, struct strbuf *text)
{
    table_text(table, style, strbuf_view(text));
    strbuf_reset(text);
}

static void put_objective(struct table *table, const struct layout *layout,
                          const struct sweep_trial *trial, enum table_style style,
                          struct strbuf *text)
{
    struct trial_words words = layout->words;
    if (layout->is_split) { /* then the value stands alone */
        words.step_name = NULL;
        words.objective.reduce = REDUCE_LAST;
    }
    bool has_value = trial->objective != SWEEP_OBJECTIVE_NONE;
    if (words.metric != NULL) {
        trial_text_value(&words, trial, text);
        put_cell(table, style, text);
    }
    if (has_step_column(layout)) {
        if (has_value && trial->step != SWEEP_STEP_NONE)
            strbuf_printf(text, "%" PRId64, trial->step);
        put_cell(table, style, text);
    }
    if (has_last_column(layout)) {
        if (has_value)
            trial_text_number(trial->last, text);
        put_cell(table, style, text);
    }
}

static void put_row(struct table *table, const struct layout *layout,
                    const struct sweep_trial *trial, bool is_best, struct strbuf *text)
{
    const struct sweep_space *space = layout->words.space;
    enum table_style style = is_best ? TABLE_STRONG : TABLE_PLAIN;
    char time[CLOCK_TEXT_MAX] = "";
    table_cell(table, style, "%" PRIu64, trial->number);
    put_objective(table, layout, trial, style, text);
    trial_text_state(trial, text);
    put_cell(table, state_style(trial), text);
    if (trial->duration_us > 0)
        clock_format_duration(trial->duration_us, time);
    table_text(table, TABLE_PLAIN, strview_of(time));
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        if (!trial_text_is_searched(sweep_space_parameter(space, i)))
            continue;
        trial_text_param(&trial->params[i], text);
        put_cell(table, style, text);
    }
}

static void fill_table(struct table *table, struct record *record, const struct layout *layout,
                       const struct ranking *ranking)
{
    const struct sweep_trial *best = record_best(record);
    struct strbuf text;
    size_t width;
    const struct table_column *columns = make_columns(record, layout, &width);
    strbuf_init(&text, CELL_MAX);
    table_init(table, columns, width);
    for (size_t i = 0; i < ranking->count; i++)
        put_row(table, layout, ranking->trials[i], ranking->trials[i] == best, &text);
    strbuf_release(&text);
}

static void append_table(const struct terminal *terminal, struct record *record,
                         const struct ranking *ranking, struct strbuf *out)
{
    struct layout layout = {.words = record_words(record)};
    struct table table;
    fill_table(&table, record, &layout, ranking);
    layout.is_split =
        layout.words.metric != NULL && terminal->width > 0 && table_width(&table) > terminal->width;
    if (layout.is_split) {
        table_release(&table);
        fill_table(&table, record, &layout, ranking);
    }
    table_format(&table, terminal, out);
    table_release(&table);
}

/* The trial that would be first if the last reports counted; the best one where it is not beaten
 * or no trial can be best. */
static const struct sweep_trial *first_by_last(const struct record *record,
                                               const struct sweep_trial *best)
{
    const struct sweep_trial *first = best;
    for (size_t i = 0; best != NULL && i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        bool is_number = trial->last == trial->last;
        if (ranking_is_eligible(trial) && is_number &&
            (first->last != first->last ||
             ranking_is_better(trial->last, first->last, record->sweep.maximize)))
            first = trial;
    }
    return first;
}

static void append_warning(const struct record *record, const struct sweep_trial *best,
                           struct strbuf *out)
{
    const struct sweep_trial *first = first_by_last(record, best);
    if (first == best)
        return;
    strbuf_append_text(out, "\nBy the last ");
    text_append_safe(out, strview_of(record->document.config->metric.name));
    strbuf_printf(out, " trial %" PRIu64 " would be first: it ended at ", first->number);
    trial_text_number(first->last, out);
    strbuf_printf(out, ", trial %" PRIu64 " at ", best->number);
    trial_text_number(best->last, out);
    strbuf_append_text(out, ".\nThe best of a curve is only worth what it says if that step's "
                            "checkpoint was kept.\n");
}

static bool append_ranking(const struct invocation *call, struct record *record, struct strbuf *out,
                           struct sweep_error *err)
{
    struct ranking ranking = {record_ranked(record), record->trials.count};
    if (call->options.count > 0 && call->options.count < ranking.count)
        ranking.count = (size_t)call->options.count;
    if (call->options.json)
        return append_json(record, &ranking, out, err);
    append_heading(record, out);
    if (ranking.count > 0) {
        strbuf_append_char(out, '\n');
        append_table(&call->terminal, record, &ranking, out);
    }
    append_warning(record, record_best(record), out);
    return true;
}

bool cmd_top(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct record record;
    struct strbuf text;
    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = record_open(&record, call->operand, err);
    if (done) {
        record_announce(&record);
        done = append_ranking(call, &record, &text, err) && output_print(&text, err);
    }
    strbuf_release(&text);
    record_close(&record);
    return done;
}
