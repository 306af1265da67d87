/*
 * All about one trial, in words. The same as JSON is facts.c's.
 */
#include "view/record/facts_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/shell.h"
#include "space/derive.h"
#include "space/space.h"
#include "trial/trial.h"
#include "view/record/attempt_output.h"
#include "view/record/last_line.h"
#include "view/record/sequel.h"
#include "view/term/table.h"
#include "view/term/text.h"
#include "view/term/usage_text.h"

#define CELL_MAX      1024 /* [bytes] */
#define SEQUEL_MAX    ((size_t)1 << 20)
#define VALUE_MAX     ((size_t)64 * 1024)
#define COMMAND_MAX   ((size_t)1 << 30)
#define REPORTS_SHOWN 5
#define LINES_SHOWN   10
#define TAIL_BYTES    ((size_t)16 * 1024) /* in which these lines are looked for */
#define LINE_COLUMNS  200                 /* of a line of output */

/* --- pieces ----------------------------------------------------------------------------------- */

static void append_spaces(struct strbuf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_append_char(out, ' ');
}

/* `  name      `, filled up to `width` and two columns more. */
static void append_name(struct strbuf *out, const char *name, size_t width)
{
    size_t start = out->size;
    append_spaces(out, 2);
    text_append_safe(out, strview_of(name));
    size_t used = text_width((struct strview){out->data + start, out->size - start});
    append_spaces(out, used < width + 4 ? width + 4 - used : 2);
}

static void widen(size_t *width, const char *name)
{
    size_t here = text_width(strview_of(name));
    *width = here > *width ? here : *width;
}

static void append_title(struct strbuf *out, const char *title)
{
    strbuf_printf(out, "\n%s\n", title);
}

/* --- what it is ------------------------------------------------------------------------------- */

static void append_relations(const struct facts *facts, struct strbuf *out)
{
    if (facts->trial->origin == SWEEP_FROM_PERSON)
        strbuf_append_text(out, "added by a person\n");
    if (facts->trial->retry_of > 0)
        strbuf_printf(out, "a retry of trial %" PRIu64 "\n", facts->trial->retry_of);
    if (facts->is_outside)
        strbuf_append_text(out, "outside of the space, which was changed since\n");
    if (facts->retried_as > 0)
        strbuf_printf(out, "run again as trial %" PRIu64 "\n", facts->retried_as);
}

static void append_heading(struct facts *facts, const struct trial_words *words, struct strbuf *out)
{
    strbuf_printf(out, "%s/%" PRIu64 ": ", record_operand(&facts->record), facts->trial->number);
    if (facts->current.is_running)
        current_append(&facts->current, words, out);
    else
        trial_text_state(facts->trial, out);
    last_line_append(facts->record.location.path, facts->trial, out);
    if (words->metric != NULL && !facts->current.is_running) {
        strbuf_append_text(out, "; ");
        text_append_safe(out, strview_of(words->metric));
        strbuf_append_char(out, ' ');
        trial_text_value(words, facts->trial, out);
    }
    strbuf_append_char(out, '\n');
    append_relations(facts, out);
}

static void append_params(const struct facts *facts, struct strbuf *out)
{
    struct arena arena = {0};
    const struct sweep_space *space = space_passed(facts->record.space);
    const struct sweep_value *params =
        space_pass(&arena, facts->record.space, facts->trial->params);
    size_t searched = sweep_space_count(space) - space_derived_count(facts->record.space);
    size_t width = 0;
    struct strbuf value;
    strbuf_init(&value, VALUE_MAX);
    for (size_t i = 0; i < sweep_space_count(space); i++)
        widen(&width, sweep_space_parameter(space, i)->name);
    append_title(out, "parameters");
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        if (params[i].kind == SWEEP_VALUE_NONE)
            continue;
        append_name(out, sweep_space_parameter(space, i)->name, width);
        strbuf_reset(&value);
        space_format_value(&params[i], &value);
        text_append_safe(out, strbuf_view(&value));
        strbuf_append_text(out, i < searched ? "\n" : "  (derived)\n");
    }
    strbuf_release(&value);
    arena_release(&arena);
}

static void append_captured(const struct facts *facts, struct strbuf *out)
{
    size_t width = 0;
    if (facts->captured.count == 0)
        return;
    for (size_t i = 0; i < facts->captured.count; i++)
        widen(&width, facts->captured.items[i].metric);
    append_title(out, "captured");
    for (size_t i = 0; i < facts->captured.count; i++) {
        append_name(out, facts->captured.items[i].metric, width);
        trial_text_number(facts->captured.items[i].value, out);
        strbuf_append_char(out, '\n');
    }
}

static void append_reports(const struct facts *facts, const struct trial_words *words,
                           struct strbuf *out)
{
    size_t count = facts->reports.count;
    if (count == 0)
        return;
    size_t first = count > REPORTS_SHOWN ? count - REPORTS_SHOWN : 0;
    strbuf_printf(out, "\nreports: %zu%s\n", count, first > 0 ? ", the last of them" : "");
    for (size_t i = first; i < count; i++) {
        strbuf_append_text(out, "  ");
        text_append_safe(out, strview_of(words->step_name != NULL ? words->step_name : "step"));
        strbuf_printf(out, " %" PRId64 "  ", facts_report_step(facts, i));
        trial_text_number(facts->reports.items[i].value, out);
        strbuf_append_text(out, facts->reports.items[i].counts
                                    ? "\n"
                                    : "  does not count: the trial began anew after it\n");
    }
}

/* --- what became of it ------------------------------------------------------------------------ */

static const char *const STOP_WORDS[] = {
    [ATTEMPT_STOP_NONE] = "",
    [ATTEMPT_STOP_TIMEOUT] = "timeout: ",
    [ATTEMPT_STOP_CANCEL] = "cancelled: ",
    [ATTEMPT_STOP_PRUNE] = "stopped early: ",
    [ATTEMPT_STOP_PREEMPTED] = "preempted: ",
    [ATTEMPT_STOP_INTERRUPT] = "interrupted: ",
    [ATTEMPT_STOP_STALL] = "stalled: ",
};

static const enum sweep_reason END_REASONS[] = {
    [ATTEMPT_EXITED] = SWEEP_REASON_EXIT_CODE,  [ATTEMPT_SIGNALED] = SWEEP_REASON_SIGNAL,
    [ATTEMPT_NOT_STARTED] = SWEEP_REASON_SPAWN, [ATTEMPT_LOST] = SWEEP_REASON_LOST,
    [ATTEMPT_REBOOTED] = SWEEP_REASON_REBOOT,
};

static void append_end(const struct store_attempt *attempt, struct strbuf *out)
{
    if (attempt->live) {
        strbuf_append_text(out, "running");
        return;
    }
    strbuf_append_text(out, STOP_WORDS[attempt->outcome.stop]);
    trial_format_reason(END_REASONS[attempt->outcome.end], attempt->outcome.detail, out);
}

static void append_remarks(const struct attempt_outcome *outcome, struct strbuf *out)
{
    if (outcome->output_dropped > 0) {
        trial_text_bytes(outcome->output_dropped, out);
        strbuf_append_text(out, " of it not kept");
    }
    if (outcome->leftovers > 0)
        strbuf_printf(out, "%s%" PRIu32 " process%s left over and killed",
                      outcome->output_dropped > 0 ? ", " : "", outcome->leftovers,
                      outcome->leftovers == 1 ? "" : "es");
}

static void put_cell(struct table *table, struct strbuf *text)
{
    table_text(table, TABLE_PLAIN, strbuf_view(text));
    strbuf_reset(text);
}

static void put_attempt(struct table *table, const struct store_attempt *attempt, int64_t age_us,
                        struct strbuf *text)
{
    const struct attempt_outcome *outcome = &attempt->outcome;
    char started[CLOCK_TEXT_MAX];
    char took[CLOCK_TEXT_MAX] = "";
    clock_format_local(attempt->started_us, started);
    bool is_known = facts_is_measured(attempt);
    if (is_known || outcome->duration_us > 0)
        clock_format_duration(outcome->duration_us, took);
    else if (attempt->live && age_us > 0)
        clock_format_duration(age_us, took);
    table_cell(table, TABLE_PLAIN, "%" PRIu32, attempt->identity.key.number);
    table_cell(table, TABLE_PLAIN, "%s", started);
    table_cell(table, TABLE_PLAIN, "%s", took);
    append_end(attempt, text);
    put_cell(table, text);
    if (is_known && outcome->rss_peak_kb > 0)
        trial_text_bytes((uint64_t)outcome->rss_peak_kb * 1024, text);
    put_cell(table, text);
    if (is_known)
        trial_text_bytes(outcome->output_bytes, text);
    put_cell(table, text);
    append_remarks(outcome, text);
    put_cell(table, text);
}

static void append_attempts(const struct terminal *terminal, const struct facts *facts,
                            struct strbuf *out)
{
    static const struct table_column COLUMNS[] = {
        {.title = "attempt", .right = true},
        {.title = "started", .rank = 4},
        {.title = "time", .right = true},
        {.title = "end"},
        {.title = "memory", .rank = 3},
        {.title = "output", .rank = 2},
        {.title = ""},
    };
    if (facts->attempts.count == 0)
        return;
    struct table table;
    struct strbuf text;
    strbuf_init(&text, CELL_MAX);
    table_init(&table, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < facts->attempts.count; i++)
        put_attempt(&table, &facts->attempts.items[i], facts->current.age_us, &text);
    strbuf_append_char(out, '\n');
    table_format(&table, terminal, out);
    table_release(&table);
    strbuf_release(&text);
}

static void append_sequel(const struct facts *facts, struct strbuf *out)
{
    struct strbuf lines;
    strbuf_init(&lines, SEQUEL_MAX);
    sequel_append_all(facts, &lines);
    if (lines.size > 0) {
        append_title(out, "what follows");
        strbuf_append_text(out, strbuf_text(&lines));
    }
    strbuf_release(&lines);
}

static void append_gpu_time(const struct facts *facts, struct strbuf *out)
{
    double cost_per_gpu_hour = facts->record.document.config->budget.cost_per_gpu_hour;
    const struct store_spending spending = {.gpu_us = facts->trial->duration_us *
                                                      (int64_t)facts->captured.gpus.count};
    if (spending.gpu_us == 0)
        return;
    strbuf_append_text(out, "  GPUs               ");
    spending_text_append(&spending, cost_per_gpu_hour, out);
    strbuf_append_char(out, '\n');
}

static void append_usage(const struct facts *facts, struct strbuf *out)
{
    if (facts->captured.usage.watched_us == 0) /* the rest is told with each attempt */
        return;
    append_title(out, "took");
    append_gpu_time(facts, out);
    usage_text_append(&facts->captured.usage, facts->trial->duration_us, out);
}

static void append_events(const struct facts *facts, struct strbuf *out)
{
    if (facts->events.count == 0)
        return;
    append_title(out, "events");
    for (size_t i = 0; i < facts->events.count; i++) {
        const struct store_event *event = &facts->events.items[i];
        char at[CLOCK_TEXT_MAX];
        clock_format_local(event->at_us, at);
        strbuf_printf(out, "  %s  %s", at, strcmp(event->kind, "note") == 0 ? "note: " : "");
        text_append_safe(out, strview_of(event->text));
        strbuf_append_char(out, '\n');
    }
}

/* --- how to do it again, and where it is ------------------------------------------------------ */

static void append_gpus(const struct store_gpus *gpus, struct strbuf *out)
{
    for (size_t i = 0; i < gpus->count; i++) {
        strbuf_append_text(out, i > 0 ? "           " : "gpus       ");
        text_append_safe(out, strview_of(gpus->items[i].name));
        strbuf_append_text(out, gpus->items[i].name[0] != '\0' ? " " : "");
        text_append_safe(out, strview_of(gpus->items[i].uuid));
        strbuf_append_char(out, '\n');
    }
}

static void append_places(struct facts *facts, struct strbuf *out)
{
    if (facts->argv[0] != NULL) {
        struct strbuf command;
        strbuf_init(&command, COMMAND_MAX);
        shell_append_all(&command, facts->argv);
        strbuf_append_text(out, "\ncommand    ");
        text_append_safe_lines(out, strbuf_view(&command)); /* so that it can be pasted */
        strbuf_release(&command);
    }
    strbuf_append_text(out, "\ndirectory  ");
    text_append_safe(out, strview_of(facts->directory));
    if (facts->trial->attempts > 0) {
        char log[HANDSHAKE_NAME_MAX];
        handshake_file_name(HANDSHAKE_OUTPUT, facts->trial->attempts, log);
        strbuf_append_text(out, "\noutput     ");
        text_append_safe(out, strview_of(facts->directory));
        strbuf_printf(out, "/%s", log);
    }
    strbuf_printf(out, "\nseed       %" PRIu32 " (SWEEP_SEED), the sweep's %" PRIu64 "\n",
                  facts->seed, facts->record.sweep.seed);
    append_gpus(&facts->captured.gpus, out);
}

/* Where the last `count` lines begin. */
static size_t last_lines(struct strview text, size_t count)
{
    size_t start = text.size;
    if (start > 0 && text.data[start - 1] == '\n')
        start--;
    for (; start > 0; start--)
        if (text.data[start - 1] == '\n' && --count == 0)
            break;
    return start;
}

static void append_line(struct strview line, struct strbuf *out)
{
    size_t fits = text_fit(line, LINE_COLUMNS);
    strbuf_append_text(out, "  | ");
    strbuf_append(out, line.data, fits);
    strbuf_append_text(out, fits < line.size ? "...\n" : "\n");
}

static void append_lines(struct strview text, struct strbuf *out)
{
    size_t start = last_lines(text, LINES_SHOWN);
    while (start < text.size) {
        const char *line = text.data + start;
        const char *end = memchr(line, '\n', text.size - start);
        size_t length = end != NULL ? (size_t)(end - line) : text.size - start;
        append_line((struct strview){line, length}, out);
        start += length + 1;
    }
}

/* Append the end of what a failed trial said, as far as it can be read: it is shown as a help and
 * `log` says what is wrong with the file. */
static void append_tail(struct facts *facts, struct strbuf *out)
{
    char bytes[TAIL_BYTES];
    struct attempt_output output;
    struct attempt_key key = {facts->trial->number, facts->trial->attempts};
    struct strbuf safe;
    ssize_t got;
    if (facts->trial->state != SWEEP_TRIAL_FAILED || facts->trial->attempts == 0)
        return;
    strbuf_init(&safe, 8 * TAIL_BYTES);
    if (attempt_output_open(&output, facts->record.location.path, key, NULL)) {
        attempt_output_skip_to_last(&output, sizeof bytes);
        while ((got = attempt_output_read(&output, bytes, sizeof bytes)) > 0)
            text_append_safe_output(&safe, (struct strview){bytes, (size_t)got});
    }
    attempt_output_close(&output);
    if (safe.size > 0) {
        strbuf_printf(out, "\nthe end of its output; all of it: sweep log %s/%" PRIu64 "\n",
                      record_operand(&facts->record), facts->trial->number);
        append_lines(strbuf_view(&safe), out);
    }
    strbuf_release(&safe);
}

void facts_text_append(struct facts *facts, const struct terminal *terminal, struct strbuf *out)
{
    struct trial_words words = record_words(&facts->record);
    append_heading(facts, &words, out);
    append_params(facts, out);
    append_captured(facts, out);
    append_reports(facts, &words, out);
    append_attempts(terminal, facts, out);
    append_sequel(facts, out);
    append_usage(facts, out);
    append_events(facts, out);
    append_places(facts, out);
    append_tail(facts, out);
}
