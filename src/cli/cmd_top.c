/*
 * `sweep top`: the ranking. Not for all that is known of a trial: cmd_show.c.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "sweep/mem.h"
#include "view/record/rows.h"
#include "view/record/selection.h"
#include "view/record/standing.h"
#include "view/record/top_table.h"
#include "view/term/text.h"
#include "view/term/usage_text.h"

#define SCREEN_COUNT 20 /* trials that a screen shows where nobody says how many */

/* The sweeps that are looked at. */
struct sweeps {
    struct record *records; /* [count] */
    size_t count;
};

/* --- for programs ----------------------------------------------------------------------------- */

/* The rows of several sweeps say from which they are. */
static bool append_json(const struct sweeps *sweeps, const struct selection *selection,
                        struct strbuf *out, struct sweep_error *err)
{
    for (size_t i = 0; i < selection->count; i++) {
        const struct chosen *chosen = &selection->items[i];
        struct row_context context = record_row_context(chosen->record);
        context.sweep = sweeps->count > 1 ? chosen->record->sweep.name : NULL;
        if (!rows_append(chosen->record, &context, ROWS_JSONL, chosen->trial, out, err))
            return false;
    }
    return true;
}

/* --- for people ------------------------------------------------------------------------------- */

static void append_note(const struct record *record, struct strbuf *out)
{
    const char *note = record_note(record, 0);
    if (note == NULL)
        return;
    strbuf_append_text(out, "note: ");
    text_append_safe(out, strview_of(note));
    strbuf_append_char(out, '\n');
}

/* What it took of GPUs, if it had any. */
static void append_spending(struct record *record, struct strbuf *out)
{
    struct store_spending spending;
    if (!store_load_spending(record->store, clock_wall_us(), &spending, NULL) ||
        spending.gpu_us == 0)
        return;
    strbuf_append_text(out, "; took ");
    spending_text_append(&spending, record->document.config->budget.cost_per_gpu_hour, out);
}

static void append_heading(struct record *record, struct strbuf *out)
{
    struct standing standing = standing_take(record);
    const struct sweep_trial *best = record->best;
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
    append_spending(record, out);
    if (!standing.is_finished || standing.was_stopped) {
        strbuf_append_char(out, '\n');
        standing_append_state(&standing, record, out);
    }
    strbuf_append_text(out, "\n");
    append_note(record, out);
}

static bool append_warning(struct record *record, bool with_name, struct strbuf *out,
                           struct sweep_error *err)
{
    const struct sweep_trial *best = record->best;
    const struct sweep_trial *first = NULL;
    uint64_t number = 0;
    if (best != NULL &&
        !store_find_better_last(record->store, record->sweep.maximize, best->last, &number, err))
        return false;
    if (number == 0)
        return true;
    if (!record_load_trial(record, number, &first, err))
        return false;
    strbuf_append_char(out, '\n');
    if (with_name) {
        text_append_safe(out, strview_of(record->sweep.name));
        strbuf_append_text(out, ": ");
    }
    strbuf_append_text(out, "By the last ");
    text_append_safe(out, strview_of(record->document.config->metric.name));
    strbuf_printf(out, " trial %" PRIu64 " would be first: it ended at ", first->number);
    trial_text_number(first->last, out);
    strbuf_printf(out, ", trial %" PRIu64 " at ", best->number);
    trial_text_number(best->last, out);
    strbuf_append_text(out, ".\nThe best of a curve is only worth what it says if that step's "
                            "checkpoint was kept.\n");
    return true;
}

/* What is not there, and how to see it. */
static void append_rest(const struct sweeps *sweeps, const struct selection *selection,
                        const struct selection_wanted *wanted, struct strbuf *out)
{
    size_t total = 0;
    for (size_t i = 0; i < sweeps->count; i++)
        total += sweeps->records[i].tally.total;
    if (wanted->where != NULL)
        strbuf_printf(out, "\n%zu of %zu trials match", selection->matching, total);
    if (selection->count < selection->matching)
        strbuf_printf(out, "%s%zu of %zu are shown; -n N shows more",
                      wanted->where != NULL ? "; " : "\n", selection->count, selection->matching);
    if (wanted->where != NULL || selection->count < selection->matching)
        strbuf_append_char(out, '\n');
}

static void append_order(const struct selection *selection, const struct selection_wanted *wanted,
                         struct strbuf *out)
{
    if (!selection->has_one_ranking && wanted->sort == NULL)
        strbuf_append_text(out, "\nTheir objectives differ, so each is ranked by itself.\n");
}

static bool append_text(const struct invocation *call, const struct sweeps *sweeps,
                        const struct selection *selection, const struct selection_wanted *wanted,
                        struct strbuf *out, struct sweep_error *err)
{
    for (size_t i = 0; i < sweeps->count; i++)
        append_heading(&sweeps->records[i], out);
    append_order(selection, wanted, out);
    if (selection->count > 0) {
        strbuf_append_char(out, '\n');
        top_table_append(selection, sweeps->records, sweeps->count, TOP_TABLE_SCREEN,
                         &call->terminal, out);
    }
    append_rest(sweeps, selection, wanted, out);
    for (size_t i = 0; i < sweeps->count && wanted->sort == NULL && wanted->where == NULL; i++)
        if (!append_warning(&sweeps->records[i], sweeps->count > 1, out, err))
            return false;
    return true;
}

/* ---------------------------------------------------------------------------------------------- */

static struct selection_wanted choose_wanted(const struct invocation *call)
{
    const struct options *options = &call->options;
    bool is_screen = call->terminal.height > 0 && !options->json;
    size_t count = options->count < SIZE_MAX ? (size_t)options->count : SIZE_MAX;
    return (struct selection_wanted){
        .where = options->where,
        .sort = options->sort,
        .count = count == 0 && is_screen ? SCREEN_COUNT : count,
    };
}

/* A screen shows them too, whatever their place, where nobody asked for certain trials. */
static bool adds_running(const struct invocation *call, const struct selection_wanted *wanted)
{
    return call->options.count == 0 && wanted->where == NULL && wanted->sort == NULL;
}

static bool show(const struct invocation *call, const struct sweeps *sweeps,
                 const struct selection_wanted *wanted, struct sweep_error *err)
{
    struct selection selection;
    struct strbuf text;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = selection_make(&selection, sweeps->records, sweeps->count, wanted, err);
    if (done && call->options.json)
        done = append_json(sweeps, &selection, &text, err);
    else if (done)
        done = selection_follow(&selection, sweeps->records, sweeps->count,
                                adds_running(call, wanted), clock_wall_us(), err) &&
               append_text(call, sweeps, &selection, wanted, &text, err);
    done = done && output_print(&text, err);
    strbuf_release(&text);
    selection_release(&selection);
    return done;
}

static bool open_record(struct record *record, const char *operand, bool all,
                        struct sweep_error *err)
{
    bool done = all ? record_open(record, operand, err) : record_open_summary(record, operand, err);
    if (done)
        output_announce(record);
    return done;
}

static bool cmd_top(const struct invocation *call, enum exit_status *status,
                    struct sweep_error *err)
{
    struct selection_wanted wanted = choose_wanted(call);
    size_t count = call->operands.count > 0 ? call->operands.count : 1;
    struct sweeps sweeps = {sweep_alloc_array(count, sizeof *sweeps.records), count};
    bool done = true;
    *status = STATUS_OK;
    for (size_t i = 0; done && i < count; i++)
        done = open_record(&sweeps.records[i], call->operands.items[i],
                           selection_needs_all(&wanted), err);
    done = done && show(call, &sweeps, &wanted, err);
    for (size_t i = 0; i < count; i++)
        record_close(&sweeps.records[i]);
    sweep_free(sweeps.records);
    return done;
}

static const struct option_row COUNT = {
    .name = "count",
    .letter = 'n',
    .kind = OPTION_COUNT,
    .value = "N",
    .help = "how many (default: all; on a screen the first 20)",
    .offset = OPTION(count),
};

static const struct option_row SORT = {
    .name = "sort",
    .kind = OPTION_TEXT,
    .value = "EXPR",
    .help = "the smallest first, as in duration_s; -duration_s: the largest first",
    .offset = OPTION(sort),
};

const struct subcommand subcommand_top = {
    .name = "top",
    .operand = "[SWEEP ...]",
    .takes_several = true,
    .summary = "the ranking, of several sweeps side by side",
    .details = "EXPR is an expression over parameters, captured numbers and value, last, step,\n"
               "trial, state, reason, duration_s, attempts and sweep, and over what a trial\n"
               "took: energy (joule), gpu_memory (bytes, the most on one GPU), gpu_busy\n"
               "(percent), cpu (seconds), memory (bytes). Texts stand in single quotes, unusual\n"
               "names in double ones: \"learning-rate\". Where a name could be several things:\n"
               "params.NAME, captured.NAME, row.NAME.",
    .options = SUBCOMMAND_OPTIONS(&COUNT, &option_where, &SORT, &option_json),
    .run = cmd_top,
};
