/*
 * `sweep best`: the best configuration, to be read, kept or run. Not for the ranking: cmd_top.c.
 */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/standing.h"
#include "run/environment.h"
#include "trial/trial.h"
#include "view/export/shell.h"
#include "view/export/yaml.h"
#include "view/term/text.h"

/* --- as what ---------------------------------------------------------------------------------- */

static void append_exact(double value, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    strbuf_append_text(out, text);
}

/* `# val_acc: 0.9666666666666667 (maximize; last 0.941)` and the step. */
static void append_objective(const struct record *record, const struct sweep_trial *trial,
                             struct strbuf *out)
{
    const struct config_metric *metric = &record->document.config->metric;
    strbuf_append_text(out, "# ");
    text_append_safe(out, strview_of(metric->name));
    strbuf_append_text(out, ": ");
    append_exact(trial->value, out);
    strbuf_append_text(out, record->sweep.maximize ? " (maximize" : " (minimize");
    if (!(trial->last == trial->value)) {
        strbuf_append_text(out, "; last ");
        append_exact(trial->last, out);
    }
    strbuf_append_text(out, ")\n");
    if (trial->step == SWEEP_STEP_NONE)
        return;
    strbuf_append_text(out, "# ");
    text_append_safe(out, strview_of(metric->step != NULL ? metric->step : "step"));
    strbuf_printf(out, ": %" PRId64 "\n", trial->step);
}

static bool append_yaml(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                        struct sweep_error *err)
{
    (void)err;
    struct standing standing = standing_take(record);
    strbuf_append_text(out, "# sweep ");
    text_append_safe(out, strview_of(record->sweep.name));
    strbuf_append_text(out, ", ");
    standing_append_counts(&standing, out);
    if (!standing.is_finished) {
        strbuf_append_text(out, "\n# ");
        standing_append_state(&standing, record, out);
    }
    strbuf_append_char(out, '\n');
    append_objective(record, trial, out);
    strbuf_printf(out, "# trial: %" PRIu64 "\n# seed: %" PRIu64 "\n# SWEEP_SEED: %" PRIu32 "\n",
                  trial->number, record->sweep.seed,
                  environment_seed(record->sweep.seed, trial->number));
    yaml_append_params(out, record->space, trial->params);
    return true;
}

static bool append_json(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                        struct sweep_error *err)
{
    struct row_context context = record_row_context(record);
    return rows_append(record, &context, ROWS_JSONL, trial, out, err);
}

static bool append_command(struct record *record, const struct command *command,
                           const struct sweep_trial *trial, struct strbuf *out)
{
    shell_append_all(out, command_expand(&record->arena, command, record->space, trial->params));
    strbuf_append_char(out, '\n');
    return true;
}

static bool append_args(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                        struct sweep_error *err)
{
    static const struct command_item ARGS = {.is_args = true};
    static const struct command COMMAND = {&ARGS, 1};
    (void)err;
    return append_command(record, &COMMAND, trial, out);
}

static bool append_whole_command(struct record *record, const struct sweep_trial *trial,
                                 struct strbuf *out, struct sweep_error *err)
{
    const struct command *command = &record->document.config->command;
    if (command->count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "%s has no command; take another --format",
                               record->sweep.name);
    return append_command(record, command, trial, out);
}

static const struct format {
    const char *name;
    bool (*append)(struct record *record, const struct sweep_trial *trial, struct strbuf *out,
                   struct sweep_error *err);
} FORMATS[] = {
    {"yaml", append_yaml},
    {"json", append_json},
    {"args", append_args},
    {"command", append_whole_command},
};

static const struct format *choose_format(const struct options *options, struct sweep_error *err)
{
    const char *name = options->format;
    if (options->json && name != NULL && strcmp(name, "json") != 0) {
        sweep_error_set(err, SWEEP_USAGE, "--json and --format %s exclude each other", name);
        return NULL;
    }
    if (name == NULL)
        name = options->json ? "json" : "yaml";
    for (size_t i = 0; i < ARRAY_LENGTH(FORMATS); i++)
        if (strcmp(FORMATS[i].name, name) == 0)
            return &FORMATS[i];
    sweep_error_set(err, SWEEP_BUG, "the format '%s' has no row here", name);
    return NULL;
}

/* --- why there is none ------------------------------------------------------------------------ */

static const struct sweep_trial *first_in_state(const struct record *record,
                                                enum sweep_trial_state state)
{
    for (size_t i = 0; i < record->trials.count; i++)
        if (record->trials.items[i].state == state)
            return &record->trials.items[i];
    return NULL;
}

static void append_where_to_look(struct record *record, uint64_t trial, struct strbuf *out)
{
    const char *operand = record_operand(record);
    strbuf_printf(out, "; look at: sweep show %s/%" PRIu64 ", sweep log %s/%" PRIu64, operand,
                  trial, operand, trial);
}

static void append_failures(struct record *record, const struct standing *standing,
                            struct strbuf *out)
{
    const struct sweep_trial *trial = first_in_state(record, SWEEP_TRIAL_FAILED);
    if (standing->counts[SWEEP_TRIAL_FAILED] < standing->finished)
        strbuf_append_text(out, "none of its trials is complete; ");
    else if (standing->finished > 1)
        strbuf_append_text(out, "all its finished trials failed; ");
    strbuf_printf(out, "trial %" PRIu64 " ", trial->number);
    trial_text_state(trial, out);
    append_where_to_look(record, trial->number, out);
}

/* One sentence: what is missing, and what to do. */
static void append_reason(struct record *record, const struct standing *standing,
                          struct strbuf *out)
{
    const char *metric = record->document.config->metric.name;
    if (metric == NULL) {
        strbuf_printf(out,
                      "it has no metric, so none of its trials is the best; `sweep export %s` has "
                      "them all; to rank them, name a metric: in the YAML of a new sweep",
                      record_operand(record));
    } else if (standing->counts[SWEEP_TRIAL_COMPLETE] > 0) {
        strbuf_append_text(out, "no complete trial has a finite ");
        text_append_safe(out, strview_of(metric));
        append_where_to_look(record, first_in_state(record, SWEEP_TRIAL_COMPLETE)->number, out);
    } else if (standing->counts[SWEEP_TRIAL_FAILED] > 0) {
        append_failures(record, standing, out);
    } else {
        strbuf_append_text(out, "no trial is complete yet: ");
        standing_append_counts(standing, out);
        strbuf_append_text(out, "; ");
        standing_append_state(standing, record, out);
    }
}

static void tell_why_none(struct record *record)
{
    struct standing standing = standing_take(record);
    struct strbuf line;
    strbuf_init(&line, OUTPUT_MAX);
    strbuf_append_text(&line, "sweep: ");
    text_append_safe(&line, strview_of(record->sweep.name));
    strbuf_append_text(&line, " has no best trial: ");
    append_reason(record, &standing, &line);
    strbuf_append_char(&line, '\n');
    output_warn(&line);
    strbuf_release(&line);
}

/* ---------------------------------------------------------------------------------------------- */

static bool deliver(const struct invocation *call, struct record *record,
                    const struct format *format, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, OUTPUT_MAX);
    bool done =
        format->append(record, record->best, &text, err) && output_deliver(call, &text, err);
    strbuf_release(&text);
    return done;
}

bool cmd_best(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct record record = {0};
    const struct format *format = choose_format(&call->options, err);
    bool done = format != NULL && record_open(&record, call->operand, err);
    if (done) {
        record_announce(&record);
        if (record.best != NULL) {
            done = deliver(call, &record, format, err);
        } else {
            tell_why_none(&record);
            *status = STATUS_NO_RESULT;
        }
    }
    record_close(&record);
    return done;
}
