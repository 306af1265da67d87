/*
 * `sweep best`: the best configuration, to be read, kept or run. Not for the ranking: cmd_top.c.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/say.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "directory/lookup.h"
#include "view/record/best_format.h"
#include "view/record/cheapest.h"
#include "view/record/standing.h"
#include "view/term/text.h"

/* --- why there is none ------------------------------------------------------------------------ */

static void append_where_to_look(struct record *record, uint64_t trial, struct strbuf *out)
{
    const char *operand = record_operand(record);
    strbuf_printf(out, "; look at: sweep show %s/%" PRIu64 ", sweep log %s/%" PRIu64, operand,
                  trial, operand, trial);
}

static void append_failures(struct record *record, const struct standing *standing,
                            const struct sweep_trial *trial, struct strbuf *out)
{
    if (standing->counts[SWEEP_TRIAL_FAILED] < standing->finished)
        strbuf_append_text(out, "none of its trials is complete; ");
    else if (standing->finished > 1)
        strbuf_append_text(out, "all its finished trials failed; ");
    strbuf_printf(out, "trial %" PRIu64 " ", trial->number);
    trial_text_state(trial, out);
    append_where_to_look(record, trial->number, out);
}

/* The first trial of a state that at least one is in. */
static bool load_first(struct record *record, enum sweep_trial_state state,
                       const struct sweep_trial **out, struct sweep_error *err)
{
    uint64_t number;
    return store_find_unranked(record->store, state, &number, err) &&
           record_load_trial(record, number, out, err);
}

/* One sentence: what is missing, and what to do. */
static bool append_reason(struct record *record, const struct standing *standing,
                          struct strbuf *out, struct sweep_error *err)
{
    const struct sweep_trial *first;
    assert(record->document.config != NULL); /* it was opened */
    const char *metric = record->document.config->metric.name;
    if (metric == NULL) {
        strbuf_printf(out,
                      "it has no metric, so none of its trials is the best; `sweep export %s` has "
                      "them all; to rank them, name a metric: in the YAML of a new sweep",
                      record_operand(record));
    } else if (standing->counts[SWEEP_TRIAL_COMPLETE] > 0) {
        if (!load_first(record, SWEEP_TRIAL_COMPLETE, &first, err))
            return false;
        strbuf_append_text(out, "no complete trial has a finite ");
        text_append_safe(out, strview_of(metric));
        append_where_to_look(record, first->number, out);
    } else if (standing->counts[SWEEP_TRIAL_FAILED] > 0) {
        if (!load_first(record, SWEEP_TRIAL_FAILED, &first, err))
            return false;
        append_failures(record, standing, first, out);
    } else {
        strbuf_append_text(out, "no trial is complete yet: ");
        standing_append_counts(standing, out);
        strbuf_append_text(out, "; ");
        standing_append_state(standing, record, out);
    }
    return true;
}

static bool tell_why_none(struct record *record, struct sweep_error *err)
{
    struct standing standing = standing_take(record);
    struct strbuf line;
    strbuf_init(&line, OUTPUT_MAX);
    strbuf_append_text(&line, "sweep: ");
    text_append_safe(&line, strview_of(record->sweep.name));
    strbuf_append_text(&line, " has no best trial: ");
    bool done = append_reason(record, &standing, &line, err);
    strbuf_append_char(&line, '\n');
    if (done)
        say(&line);
    strbuf_release(&line);
    return done;
}

/* ---------------------------------------------------------------------------------------------- */

static const struct best_format *choose_format(const struct options *options,
                                               struct sweep_error *err)
{
    const char *name = options->format;
    if (options->json && name != NULL && strcmp(name, "json") != 0) {
        sweep_error_set(err, SWEEP_USAGE, "--json and --format %s exclude each other", name);
        return NULL;
    }
    if (name == NULL)
        name = options->json ? "json" : "yaml";
    const struct best_format *format = best_format_find(name);
    if (format == NULL)
        sweep_error_set(err, SWEEP_BUG, "the format '%s' has no row in best_format.c", name);
    return format;
}

static bool deliver(const struct invocation *call, struct record *record,
                    const struct best_format *format, const struct sweep_trial *trial,
                    const char *remark, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, OUTPUT_MAX);
    lookup_surroundings(&record->document, call->environment);
    bool done = best_format_append(format, record, trial, remark, &text, err) &&
                output_deliver(call, &text, err);
    strbuf_release(&text);
    return done;
}

/* Where the format has no place for the words, standard error has. */
static void tell(const struct strbuf *words)
{
    struct strbuf line;
    strbuf_init(&line, OUTPUT_MAX);
    strbuf_printf(&line, "sweep: %s\n", strbuf_text(words));
    say(&line);
    strbuf_release(&line);
}

/* That with the best mean is not that with the best trial, whose seed may have been lucky. */
static void append_mean(const struct configuration *configuration, struct strbuf *out)
{
    const struct spread *spread = &configuration->spread;
    strbuf_printf(out, "%smean over %zu seed%s: ", out->size > 0 ? "; " : "", spread->count,
                  spread->count == 1 ? "" : "s");
    trial_text_number(spread->mean, out);
    if (spread->count < 2)
        return;
    strbuf_append_text(out, ", 95% interval ");
    trial_text_number(spread->low, out);
    strbuf_append_text(out, " .. ");
    trial_text_number(spread->high, out);
    strbuf_printf(out, "; trial %" PRIu64 " is the best of them", configuration->best->number);
}

/* One that takes all trials to find. */
static bool deliver_chosen(const struct invocation *call, struct record *record,
                           const struct best_format *format, struct sweep_error *err)
{
    const struct options *options = &call->options;
    const char *by = options->by != NULL ? options->by : "duration_s";
    struct configurations list;
    struct cheapest cheapest;
    struct strbuf words;
    bool done = true;
    strbuf_init(&words, OUTPUT_MAX);
    configurations_take(&list, record);
    const struct configuration *chosen = list.best;
    if (options->within != NULL) {
        done = cheapest_find(record, &list, options->within, by, &cheapest, err);
        chosen = done ? cheapest.configuration : NULL;
    }
    if (done && options->within != NULL)
        cheapest_append_words(&cheapest, &words);
    if (done && list.are_replicated)
        append_mean(chosen, &words);
    if (done && !format->has_header)
        tell(&words);
    done = done && deliver(call, record, format, chosen->best, strbuf_text(&words), err);
    strbuf_release(&words);
    return done;
}

/* All trials where it takes them; @param[out] all  whether it does */
static bool open_record(const struct invocation *call, struct record *record, bool *all,
                        struct sweep_error *err)
{
    const struct options *options = &call->options;
    *all = options->within != NULL;
    if (options->by != NULL && options->within == NULL)
        return sweep_error_set(err, SWEEP_USAGE,
                               "--by needs --within: how much worse than the best may it be?");
    if (*all)
        return record_open(record, call->operand, err);
    if (!record_open_summary(record, call->operand, err))
        return false;
    *all = configurations_are_replicated(record);
    if (!*all)
        return true;
    record_close(record);
    return record_open(record, call->operand, err);
}

static bool cmd_best(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    struct record record = {0};
    const struct best_format *format = choose_format(&call->options, err);
    bool takes_all = false;
    bool done = format != NULL && open_record(call, &record, &takes_all, err);
    if (done)
        output_announce(&record);
    if (done && record.best == NULL) {
        done = tell_why_none(&record, err);
        *status = STATUS_NO_RESULT;
    } else if (done && takes_all) {
        done = deliver_chosen(call, &record, format, err);
    } else if (done) {
        done = deliver(call, &record, format, record.best, NULL, err);
    }
    record_close(&record);
    return done;
}

static const char *const FORMAT_CHOICES[] = {"yaml",      "json", "args",  "command", "hydra",
                                             "lightning", "env",  "space", NULL};
static const struct option_row FORMAT = {
    .name = "format",
    .kind = OPTION_CHOICE,
    .value = "FORMAT",
    .help = "yaml (default), json, args (for a command line), command (all of it), hydra "
            "(overrides), lightning (YAML for --config), env (for a shell), space (a space.yaml "
            "that runs it once more)",
    .choices = FORMAT_CHOICES,
    .offset = OPTION(format),
};

static const struct option_row WITHIN = {
    .name = "within",
    .kind = OPTION_TEXT,
    .value = "1%|0.01|1se",
    .help = "not the best, but the cheapest that is at most so much worse: a share of its value, a "
            "difference, or (with replicates) the standard error of its mean",
    .offset = OPTION(within),
};

static const struct option_row BY = {
    .name = "by",
    .kind = OPTION_TEXT,
    .value = "EXPR",
    .help = "what --within calls cheap (default: duration_s): a captured number, or an expression "
            "as `sweep top --sort` takes it",
    .offset = OPTION(by),
};

const struct subcommand subcommand_best = {
    .name = "best",
    .rank = SUBCOMMAND_FIRST,
    .operand = "[SWEEP]",
    .summary = "the best configuration, as YAML",
    .options = SUBCOMMAND_OPTIONS(&FORMAT, &WITHIN, &BY, &option_output, &option_json),
    .run = cmd_best,
};
