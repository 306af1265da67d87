/*
 * `sweep check FILE`: what is wrong with a file, or what it would run, or find in a log. Starts
 * nothing.
 */
#include <inttypes.h>

#include "asker/external.h"
#include "cli/commands.h"
#include "cli/file/check_log.h"
#include "cli/output.h"
#include "cli/run/sample.h"
#include "directory/lookup.h"
#include "session/housing.h"
#include "session/settings.h"
#include "space/feasible.h"
#include "space/space.h"
#include "view/term/space_table.h"
#include "view/term/text.h"
#include "json/json.h"

/* Of a count: who checks a file can wait a second. */
#define COUNT_STEPS UINT64_C(2000000)

/* Of the draws that the share of what is allowed is estimated by. */
#define SHARE_SEED 0

/* --- for people ----------------------------------------------------------------------------- */

static void append_points(const struct sweep_space *space, struct strbuf *out)
{
    uint64_t points = 0;
    enum sweep_count kind = sweep_space_count_points(space, COUNT_STEPS, &points);
    if (kind == SWEEP_COUNT_INFINITE)
        strbuf_append_text(out, "space:   infinitely many points\n");
    else if (points == UINT64_MAX)
        strbuf_append_text(out, "space:   more than 10^19 points\n");
    else
        strbuf_printf(out, "space:   %s%" PRIu64 " point%s\n",
                      kind == SWEEP_COUNT_AT_MOST ? "at most " : "", points,
                      points == 1 ? "" : "s");
}

/* An estimate, but always the same one. */
static void append_share(const struct sweep_space *space, struct strbuf *out)
{
    struct space_share share;
    double low;
    double high;
    if (space_constraint_count(space) == 0 || !space_measure_share(space, SHARE_SEED, &share))
        return;
    space_share_interval(&share, &low, &high);
    strbuf_printf(
        out,
        "allowed: %.3g%% of all draws meet the constraints (between %.3g%% and %.3g%%: %" PRIu64
        " of %" PRIu64 " with seed %d)\n",
        100 * (double)share.feasible / (double)share.draws, 100 * low, 100 * high, share.feasible,
        share.draws, SHARE_SEED);
}

static void append_size(const struct settings *settings, struct strbuf *out)
{
    const struct run_settings *run = &settings->run;
    append_points(run->space, out);
    append_share(run->space, out);
    if (run->trials > 0)
        strbuf_printf(out, "budget:  %" PRIu64 " trial%s", run->trials,
                      run->trials == 1 ? "" : "s");
    else
        strbuf_append_text(out, "budget:  none");
    if (run->plan.seed != NULL)
        strbuf_printf(out, ", each configuration with %zu seed%s", run->plan.seed->choice_count,
                      run->plan.seed->choice_count == 1 ? "" : "s");
    if (settings->document->config->parallel > 0)
        strbuf_printf(out, ", %" PRIu32 " at a time\n", run->parallel);
    else
        strbuf_append_text(out, ", as many at a time as the machine has room for\n");
}

static void append_head(const struct settings *settings, struct strbuf *out)
{
    const struct config *config = settings->document->config;

    strbuf_append_text(out, "sweep:   ");
    text_append_safe(out, strview_of(config->name));
    strbuf_printf(out, "\nmethod:  %s", settings->strategy->name);
    if (settings->why != NULL)
        strbuf_printf(out, " (auto: %s)", settings->why);
    strbuf_append_text(out, "\nmetric:  ");
    if (config->metric.name != NULL) {
        strbuf_append_text(out, config->metric.objective.maximize ? "maximize " : "minimize ");
        text_append_safe(out, strview_of(config->metric.name));
        strbuf_append_text(out, config->metric.pattern == NULL ? ", found by its name" : "");
    } else {
        strbuf_append_text(out, "none: a trial is complete when it exits with 0");
    }
    strbuf_append_char(out, '\n');
}

static void append_report(const struct settings *settings, const struct terminal *terminal,
                          struct strbuf *out)
{
    const struct config *config = settings->document->config;

    append_head(settings, out);
    append_size(settings, out);
    strbuf_append_char(out, '\n');
    space_table_append(settings->run.space, terminal, out);
    if (settings->strategy == &external_strategy)
        return; /* nothing is started, so nobody knows its commands */
    strbuf_append_text(out, config->has_seed ? "\nThe first commands:\n"
                                             : "\nCommands such as (no seed is given):\n");
    sample_append(settings, config->seed, out);
}

/* --- for programs --------------------------------------------------------------------------- */

static void write_commands(const struct settings *settings, struct json_writer *w)
{
    struct arena arena = {0};
    char **commands[SAMPLE_COMMANDS];
    size_t count = sample_commands(settings, settings->document->config->seed, &arena, commands);

    json_key(w, "commands");
    json_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        json_begin_array(w);
        for (char **word = commands[i]; *word != NULL; word++)
            json_put_string(w, *word);
        json_end_array(w);
    }
    json_end_array(w);
    arena_release(&arena);
}

/* The draws, where there is something that they may fail. */
static void write_share(const struct sweep_space *space, struct json_writer *w)
{
    struct space_share share;
    if (space_constraint_count(space) == 0 || !space_measure_share(space, SHARE_SEED, &share))
        return;
    json_member_unsigned(w, "draws", share.draws);
    json_member_unsigned(w, "allowed", share.feasible);
}

/* @param log  NULL: none was given */
static void write_report(const struct settings *settings, const struct yield *log,
                         const char *log_path, struct strbuf *out)
{
    const struct run_settings *run = &settings->run;
    struct json_writer w;
    uint64_t points;

    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "name", run->name);
    json_member_string(&w, "method", settings->strategy->name);
    json_member_string(&w, "metric", run->objective_name);
    json_member_string(&w, "goal", run->objective.maximize ? "maximize" : "minimize");
    json_key(&w, "points");
    enum sweep_count kind = sweep_space_count_points(run->space, COUNT_STEPS, &points);
    kind == SWEEP_COUNT_EXACT ? json_put_unsigned(&w, points) : json_put_null(&w);
    write_share(run->space, &w);
    json_key(&w, "budget");
    run->trials > 0 ? json_put_unsigned(&w, run->trials) : json_put_null(&w);
    json_member_unsigned(&w, "parallel", run->parallel);
    json_key(&w, "parameters");
    json_begin_array(&w);
    for (size_t i = 0; i < sweep_space_count(run->space); i++)
        json_put_string(&w, sweep_space_parameter(run->space, i)->name);
    json_end_array(&w);
    write_commands(settings, &w);
    if (log != NULL) {
        json_key(&w, "log");
        check_log_write(log, log_path, &w);
    }
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

/* --- the command ---------------------------------------------------------------------------- */

/* A log in which the metric is not found is a mistake too: of the file, or of the script. */
static bool report(const struct invocation *call, const struct settings *settings,
                   enum exit_status *status, struct sweep_error *err)
{
    const char *path = call->options.log;
    struct yield log = {0};
    struct strbuf text;

    strbuf_init(&text, OUTPUT_MAX);
    bool done = path == NULL || check_log_read(&log, &settings->run, path, err);
    if (done && call->options.json) {
        write_report(settings, path != NULL ? &log : NULL, path, &text);
    } else if (done) {
        append_report(settings, &call->terminal, &text);
        if (path != NULL)
            check_log_append(&log, settings, path, &call->terminal, &text);
    }
    if (done && path != NULL && yield_lacks_objective(&log))
        *status = STATUS_USAGE;
    done = done && output_print(&text, err);
    strbuf_release(&text);
    yield_release(&log);
    return done;
}

/* The file may be meant for another machine. */
static void warn_of_container(struct document *document, const struct invocation *call)
{
    struct ask_state state;
    struct sweep_error reason = {0};
    if (document->config != NULL &&
        !housing_look(document->config, call->environment, &state, &reason))
        diagnostics_add(&document->diagnostics, DIAGNOSTIC_WARNING,
                        document->config->trial.container.image_mark, "%s", reason.message);
}

static bool cmd_check(const struct invocation *call, enum exit_status *status,
                      struct sweep_error *err)
{
    struct document document;
    struct settings settings;

    *status = STATUS_OK;
    if (!document_read(&document, call->operand, CONFIG_NEEDS_COMMAND, err))
        return false;
    settings_prepare(&settings, &document);
    lookup_surroundings(&document, call->environment);
    lookup_command(&document, ".", call->environment);
    warn_of_container(&document, call);
    bool done = document_finish(&document, err) && report(call, &settings, status, err);
    document_release(&document);
    return done;
}

static const struct option_row LOG = {
    .name = "log",
    .kind = OPTION_TEXT,
    .value = "LOG",
    .help = "also say what the output of a trial in this file (- is standard input) would yield",
    .offset = OPTION(log),
};

const struct subcommand subcommand_check = {
    .name = "check",
    .rank = SUBCOMMAND_FIRST,
    .operand = "FILE",
    .summary = "say what is wrong with a YAML file, or what it would run",
    .details =
        "Prints the space, its size and three sample commands. Starts nothing. The exit code "
        "is 2 when\nthe file has mistakes, and when the metric is not found in LOG.",
    .options = SUBCOMMAND_OPTIONS(&LOG, &option_json),
    .run = cmd_check,
};
