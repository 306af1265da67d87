/*
 * Results in words. What they are is results.c's.
 */
#include "replay/report.h"

#include <inttypes.h>

#include "base/array.h"
#include "directory/locate.h"
#include "space/space.h"
#include "sweep/mem.h"
#include "trial/ranking.h"
#include "view/term/table.h"
#include "view/term/text.h"
#include "view/term/trial_text.h"
#include "json/json.h"
#include "json/params.h"

#define CELL_MAX    1024 /* [bytes] */
#define SEEDS_SHOWN 10

/* The parameters say what won: on a narrow screen they outlive what others can be computed from. */
static const struct table_column COLUMNS[] = {
    {"rank", true, 0},          {"trial", true, 0}, {"in sweep", false, 0}, {"mean", false, 0},
    {"95% interval", false, 0}, {"sd", false, 2},   {"n", true, 3},         {"failed", true, 4},
};

/* --- the table -------------------------------------------------------------------------------- */

static void append_interval(const struct spread *spread, const char *between, struct strbuf *out)
{
    trial_text_number(spread->low, out);
    strbuf_append_text(out, between);
    trial_text_number(spread->high, out);
}

static void put_number(struct table *table, enum table_style style, bool is_there, double value,
                       struct strbuf *text)
{
    if (is_there)
        trial_text_number(value, text);
    else
        strbuf_append_char(text, '-');
    table_text(table, style, strbuf_view(text));
    strbuf_reset(text);
}

static bool is_shown(const struct results *results, size_t index)
{
    const struct sweep_space *space = results->replay->record->space;
    return trial_text_is_searched(sweep_space_parameter(space, index)) &&
           !replay_is_seed(results->replay, index);
}

static void put_row(struct table *table, const struct results *results, size_t index,
                    struct strbuf *text)
{
    const struct results_row *row = &results->rows[index];
    const struct spread *spread = &row->spread;
    const struct sweep_space *space = results->replay->record->space;
    enum table_style style = index == 0 && spread->count > 0 ? TABLE_STRONG : TABLE_PLAIN;
    spread->count > 0 ? table_cell(table, style, "%zu", index + 1) : table_cell(table, style, "-");
    table_cell(table, style, "%" PRIu64, row->origin->number);
    put_number(table, style, ranking_is_eligible(row->origin), row->origin->value, text);
    put_number(table, style, spread->count > 0, spread->mean, text);
    if (spread->count >= 2)
        append_interval(spread, " .. ", text);
    else
        strbuf_append_char(text, '-');
    table_text(table, style, strbuf_view(text));
    strbuf_reset(text);
    put_number(table, style, spread->count >= 2, spread->sd, text);
    table_cell(table, style, "%zu", spread->count);
    table_cell(table, row->failed > 0 ? TABLE_BAD : TABLE_FAINT, "%zu", row->failed);
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        if (!is_shown(results, i))
            continue;
        trial_text_param(&row->origin->params[i], text);
        table_text(table, style, strbuf_view(text));
        strbuf_reset(text);
    }
}

static void append_table(const struct results *results, const struct terminal *terminal,
                         struct strbuf *out)
{
    const struct sweep_space *space = results->replay->record->space;
    size_t width = sweep_space_count(space) + ARRAY_LENGTH(COLUMNS);
    struct table_column *columns = sweep_alloc_array(width, sizeof *columns);
    struct table table;
    struct strbuf text;
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(COLUMNS); i++)
        columns[count++] = COLUMNS[i];
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (is_shown(results, i))
            columns[count++] =
                (struct table_column){.title = sweep_space_parameter(space, i)->name, .rank = 1};
    strbuf_init(&text, CELL_MAX);
    table_init(&table, columns, count);
    for (size_t i = 0; i < results->count; i++)
        put_row(&table, results, i, &text);
    table_format(&table, terminal, out);
    table_release(&table);
    strbuf_release(&text);
    sweep_free(columns);
}

/* --- the sentences ---------------------------------------------------------------------------- */

static void append_head(const struct results *results, struct strbuf *out)
{
    const struct replay *replay = results->replay;
    size_t shown = replay->seed_count < SEEDS_SHOWN ? replay->seed_count : SEEDS_SHOWN;
    text_append_safe(out, strview_of(locate_operand(results->record->location.path)));
    strbuf_printf(out, ": %zu configuration%s of ", results->count, results->count == 1 ? "" : "s");
    text_append_safe(out, strview_of(replay->record->sweep.name));
    strbuf_append_text(out, replay->seed_count == 1 ? " with seed " : " with seeds ");
    for (size_t k = 0; k < shown; k++)
        strbuf_printf(out, "%s%" PRIu32, k > 0 ? ", " : "", replay->seeds[k]);
    if (shown < replay->seed_count)
        strbuf_printf(out, " and %zu more", replay->seed_count - shown);
    strbuf_append_text(out, results->count > 1 ? ", the same for all\n" : "\n");
}

static void append_metric(const struct results *results, struct strbuf *out)
{
    text_append_safe(out, strview_of(results->record->sweep.objective));
}

/* What the numbers are. */
static void append_key(const struct results *results, struct strbuf *out)
{
    strbuf_append_text(out, "in sweep: the ");
    append_metric(results, out);
    strbuf_append_text(out, " of the trial there\n95% interval: mean -+ t sd/sqrt(n), t the 0.975 "
                            "quantile of Student's\ndistribution with n - 1 degrees of freedom\n");
}

static void append_unfinished(const struct results *results, struct strbuf *out)
{
    size_t left = 0;
    for (size_t i = 0; i < results->count; i++)
        left += results->rows[i].left;
    if (left > 0)
        strbuf_printf(out, "so far: %zu trial%s not ended; the same command goes on with %s\n",
                      left, left == 1 ? " has" : "s have", left == 1 ? "it" : "them");
}

/* No statistics of what does not vary: its intervals would be points, and certain of nothing. */
static void append_ignorance(const struct results *results, struct strbuf *out)
{
    const char *name = results->replay->pass_as;
    strbuf_printf(out, "warning: whatever the seed, %s: the script seems to ignore ",
                  results->count == 1 ? "the value is the same"
                                      : "each configuration has one value only");
    if (name != NULL)
        text_append_safe(out, strview_of(name));
    else
        strbuf_append_text(out, "SWEEP_SEED (--pass-as NAME gives it as a parameter)");
    strbuf_append_text(out, ", or to be deterministic without it. These intervals mean nothing\n");
}

/* Where others vary: its interval is a point for the same reason. */
static void append_constants(const struct results *results, struct strbuf *out)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct results_row *row = &results->rows[i];
        if (row->spread.count >= 2 && row->spread.is_constant)
            strbuf_printf(out,
                          "trial %" PRIu64 ": all %zu values are the same, whatever the seed\n",
                          row->origin->number, row->spread.count);
    }
}

static void append_lead(const struct results *results, struct strbuf *out)
{
    const struct results_row *rows = results->rows;
    const struct spread *lead = &results->lead;
    if (results->count < 2 || rows[1].spread.count == 0)
        return;
    if (lead->count < 2) {
        strbuf_printf(out,
                      "trial %" PRIu64 " and trial %" PRIu64
                      " have %s value with the same seed: nobody can tell which is better\n",
                      rows[0].origin->number, rows[1].origin->number,
                      lead->count == 0 ? "no" : "only one");
        return;
    }
    strbuf_printf(out,
                  results->are_told_apart
                      ? "trial %" PRIu64 " is better than trial %" PRIu64 ": by "
                      : "trial %" PRIu64 " cannot be told from trial %" PRIu64 ": it is better by ",
                  rows[0].origin->number, rows[1].origin->number);
    trial_text_number(lead->mean, out);
    strbuf_append_text(out, ", 95% interval ");
    append_interval(lead, " .. ", out);
    strbuf_printf(out, " (%zu differences, seed by seed)\n", lead->count);
}

static void append_luck(const struct results *results, struct strbuf *out)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct results_row *row = &results->rows[i];
        if (!row->is_lucky && !row->is_unlucky)
            continue;
        strbuf_printf(out, "trial %" PRIu64 ": its value in the sweep, ", row->origin->number);
        trial_text_number(row->origin->value, out);
        strbuf_printf(out, ", is %s than the interval%s\n", row->is_lucky ? "better" : "worse",
                      row->is_lucky ? ": winner's luck, the mean is nearer the truth" : "");
    }
}

static const struct results_row *find_favourite(const struct results *results)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->rows[i].origin == results->replay->trials[0])
            return &results->rows[i];
    return results->rows;
}

static void append_order(const struct results *results, struct strbuf *out)
{
    const struct results_row *favourite = find_favourite(results);
    size_t rank = (size_t)(favourite - results->rows) + 1;
    if (rank > 1 && favourite->spread.count > 0)
        strbuf_printf(out, "the best of the sweep, trial %" PRIu64 ", is number %zu here\n",
                      favourite->origin->number, rank);
}

static void append_failures(const struct results *results, struct strbuf *out)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct results_row *row = &results->rows[i];
        if (row->failed > 0)
            strbuf_printf(out, "trial %" PRIu64 ": %zu of %zu came to no value%s\n",
                          row->origin->number, row->failed, results->replay->seed_count,
                          row->spread.count > 0 ? "; the mean is that of the others" : "");
    }
}

/* Where nobody has said how the script takes its seed. */
static void append_pass_as(const struct replay *replay, struct strbuf *out)
{
    if (replay->is_pass_as_found) {
        strbuf_append_text(out, "the parameter '");
        text_append_safe(out, strview_of(replay->pass_as));
        strbuf_append_text(out, "' was given the seed, as SWEEP_SEED was\n");
    } else if (replay->pass_as == NULL) {
        strbuf_append_text(out, "only SWEEP_SEED changed, which the script has to read\n");
    }
}

void report_append(const struct results *results, const struct terminal *terminal,
                   struct strbuf *out)
{
    append_head(results, out);
    strbuf_append_char(out, '\n');
    append_table(results, terminal, out);
    strbuf_append_char(out, '\n');
    append_unfinished(results, out);
    append_failures(results, out);
    if (results->ignores_seed) {
        append_ignorance(results, out);
        return;
    }
    append_constants(results, out);
    append_order(results, out);
    append_lead(results, out);
    append_luck(results, out);
    append_pass_as(results->replay, out);
    append_key(results, out);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void write_real(struct json_writer *w, const char *key, bool is_there, double value)
{
    json_key(w, key);
    is_there ? json_put_real(w, value) : json_put_null(w);
}

static void write_spread(struct json_writer *w, const struct spread *spread)
{
    write_real(w, "mean", spread->count > 0, spread->mean);
    write_real(w, "low", spread->count >= 2, spread->low);
    write_real(w, "high", spread->count >= 2, spread->high);
    write_real(w, "sd", spread->count >= 2, spread->sd);
    json_member_unsigned(w, "n", spread->count);
}

static void write_cells(struct json_writer *w, const struct results *results,
                        const struct results_row *row)
{
    json_key(w, "values");
    json_begin_array(w);
    for (size_t k = 0; k < results->replay->seed_count; k++) {
        const struct sweep_trial *trial = row->cells[k];
        json_begin_object(w);
        json_member_unsigned(w, "seed", results->replay->seeds[k]);
        json_key(w, "trial");
        trial != NULL ? json_put_unsigned(w, trial->number) : json_put_null(w);
        write_real(w, "value", trial != NULL && ranking_is_eligible(trial),
                   trial != NULL ? trial->value : 0);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_row(struct json_writer *w, const struct results *results, size_t index)
{
    const struct results_row *row = &results->rows[index];
    json_begin_object(w);
    json_member_unsigned(w, "rank", index + 1);
    json_member_unsigned(w, "trial", row->origin->number);
    write_real(w, "value", ranking_is_eligible(row->origin), row->origin->value);
    json_key(w, "params");
    params_write(w, results->replay->record->space, row->origin->params);
    write_spread(w, &row->spread);
    json_member_unsigned(w, "failed", row->failed);
    json_member_unsigned(w, "left", row->left);
    json_member_boolean(w, "lucky", row->is_lucky);
    write_cells(w, results, row);
    json_end_object(w);
}

static void write_lead(struct json_writer *w, const struct results *results)
{
    json_key(w, "lead");
    if (results->count < 2) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    write_spread(w, &results->lead);
    json_member_boolean(w, "told_apart", results->are_told_apart);
    json_end_object(w);
}

void report_append_json(const struct results *results, struct strbuf *out)
{
    const struct replay *replay = results->replay;
    struct json_writer w;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "event", "replay");
    json_member_string(&w, "sweep", replay->record->sweep.name);
    json_member_string(&w, "replay", locate_operand(results->record->location.path));
    json_member_boolean(&w, "complete", results_are_complete(results));
    json_member_string(&w, "pass_as", replay->pass_as);
    json_key(&w, "seeds");
    json_begin_array(&w);
    for (size_t k = 0; k < replay->seed_count; k++)
        json_put_unsigned(&w, replay->seeds[k]);
    json_end_array(&w);
    json_member_real(&w, "confidence", SPREAD_CONFIDENCE);
    json_member_boolean(&w, "ignores_seed", results->ignores_seed);
    write_lead(&w, results);
    json_key(&w, "configurations");
    json_begin_array(&w);
    for (size_t i = 0; i < results->count; i++)
        write_row(&w, results, i);
    json_end_array(&w);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}
