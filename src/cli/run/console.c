/*
 * Lines of a running sweep. The ranking and all other views read the record: not this file.
 */
#include "cli/run/console.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/run/event_line.h"
#include "cli/surroundings.h"
#include "trial/trial.h"
#include "view/record/last_line.h"
#include "view/term/text.h"

#define LINE_MAX_BYTES ((size_t)1024 * 1024)
#define SAY_MAX        2048

/* Of trials that end faster than that only the best are shown. */
#define LINES_PER_SECOND 20

/* Between two pictures of the live lines. */
#define TICK_MS 250

#define US_PER_SECOND 1000000

/* --- the way out ---------------------------------------------------------------------------- */

/* Where somebody looks at a screen that can be drawn on. From the background it belongs to others.
 */
static bool is_live(const struct console *console)
{
    return !console->is_json && console->terminal.redraws && surroundings_is_foreground();
}

static void note_dropped(struct console *console, struct strbuf *out)
{
    uint64_t dropped = outlet_take_dropped(&console->outlet);

    if (dropped > 0 && !console->is_json)
        strbuf_printf(out, "(%" PRIu64 " lines were not shown: nobody took them)\n", dropped);
}

/* Put out a line, above the live ones if they are there. */
static void put(struct console *console, const struct strbuf *line)
{
    struct strbuf out;

    strbuf_init(&out, 2 * LINE_MAX_BYTES);
    bool was_drawn = console->region.height > 0;
    region_erase(&console->region, &out);
    note_dropped(console, &out);
    strbuf_append(&out, line->data, line->size);
    if (was_drawn && is_live(console))
        region_draw(&console->region, strbuf_view(&console->picture), &out);
    outlet_put(&console->outlet, &out);
    strbuf_release(&out);
}

/* Rows are those of an export, captured numbers too. */
static void put_event(struct console *console, struct event_line event)
{
    struct store_captures captured = {0};
    struct arena arena = {0};
    struct strbuf line;

    strbuf_init(&line, LINE_MAX_BYTES);
    if (event.trial != NULL &&
        store_load_captures(console->store, &arena, event.trial, &captured, NULL))
        event.captured = &captured;
    event_line_append(&event, &console->rows, &line);
    put(console, &line);
    strbuf_release(&line);
    arena_release(&arena);
}

/* A picture that nobody takes is left out: the next one is newer. */
static void draw(struct console *console, const struct run_notice *notice)
{
    struct strbuf out;

    console->terminal = surroundings_terminal(console->call->environment, STDOUT_FILENO);
    if (console->terminal.width > 0)
        region_reflow(&console->region, strbuf_view(&console->picture), console->terminal.width);
    if (!outlet_is_clear(&console->outlet))
        return;
    strbuf_init(&out, LINE_MAX_BYTES);
    strbuf_reset(&console->picture);
    if (is_live(console)) {
        glance_format(&console->glance, &console->words, notice, &console->terminal,
                      &console->picture);
        region_draw(&console->region, strbuf_view(&console->picture), &out);
    }
    outlet_put(&console->outlet, &out);
    strbuf_release(&out);
}

static void clear(struct console *console)
{
    struct strbuf out;

    strbuf_init(&out, SAY_MAX);
    region_erase(&console->region, &out);
    strbuf_reset(&console->picture);
    outlet_put(&console->outlet, &out);
    strbuf_release(&out);
}

/* --- lines for people ----------------------------------------------------------------------- */

/* `[ 3/16] trial 3   ` */
static void append_count(struct strbuf *line, const struct run_notice *notice)
{
    const struct engine_progress *progress = &notice->progress;
    char budget[24];

    if (progress->budget == 0) {
        strbuf_printf(line, "[%" PRIu64 "] ", progress->finished);
        return;
    }
    int width = snprintf(budget, sizeof budget, "%" PRIu64, progress->budget);
    strbuf_printf(line, "[%*" PRIu64 "/%s] ", width, progress->finished, budget);
}

/* `failed: exit code 1: ModuleNotFoundError: ...` */
static void append_state(const struct console *console, const struct sweep_trial *trial,
                         struct strbuf *line)
{
    trial_text_state(trial, line);
    last_line_append(console->sweep_path, trial, line);
}

static void append_result(const struct console *console, const struct sweep_trial *trial,
                          struct strbuf *line)
{
    bool has_value =
        trial->state == SWEEP_TRIAL_COMPLETE && trial->objective != SWEEP_OBJECTIVE_NONE;
    char duration[CLOCK_TEXT_MAX];

    if (has_value)
        trial_text_value(&console->words, trial, line);
    else
        append_state(console, trial, line);
    clock_format_duration(trial->duration_us, duration);
    strbuf_printf(line, "  %s", duration);
}

/* Cut to the screen and put it out. */
static void put_line(struct console *console, struct strbuf *line)
{
    const struct terminal *terminal = &console->terminal;
    size_t width = terminal->width > 0 ? terminal->width : SIZE_MAX;
    struct strbuf cut;

    strbuf_init(&cut, 2 * LINE_MAX_BYTES);
    text_append_cut(&cut, strbuf_view(line), width, terminal->utf8);
    strbuf_append_char(&cut, '\n');
    put(console, &cut);
    strbuf_release(&cut);
}

static void put_trial(struct console *console, const struct run_notice *notice, const char *what)
{
    struct strbuf line;

    strbuf_init(&line, LINE_MAX_BYTES);
    append_count(&line, notice);
    strbuf_printf(&line, "trial %" PRIu64 "  ", notice->trial->number);
    if (what != NULL)
        strbuf_append_text(&line, what);
    else
        append_result(console, notice->trial, &line);
    if (notice->kind == RUN_TRIAL_ENDED && notice->progress.has_best &&
        notice->progress.best_trial == notice->trial->number)
        strbuf_append_text(&line, "  best so far");
    strbuf_append_text(&line, "  ");
    trial_text_params(&console->words, notice->trial, &line);
    put_line(console, &line);
    strbuf_release(&line);
}

/* Whether there is room for one more line in this second. */
static bool may_say(struct console *console, int64_t wall_us)
{
    int64_t second = wall_us / US_PER_SECOND;

    if (second != console->second) {
        console->second = second;
        console->said = 0;
    }
    return ++console->said <= LINES_PER_SECOND;
}

static void say_unsaid(struct console *console)
{
    if (console->unsaid > 0)
        console_say(console, "(and %" PRIu64 " more trials)", console->unsaid);
    console->unsaid = 0;
}

static void on_trial_ended(struct console *console, const struct run_notice *notice)
{
    const struct sweep_trial *trial = notice->trial;
    bool is_best = notice->progress.has_best && notice->progress.best_trial == trial->number;
    bool is_first_failure = trial->state == SWEEP_TRIAL_FAILED && !console->has_failed;

    glance_note_ended(&console->glance, &console->words, notice);
    if (!may_say(console, notice->wall_us) && !is_best && !is_first_failure &&
        !console->call->options.verbose) {
        console->unsaid++;
        return;
    }
    say_unsaid(console);
    put_trial(console, notice, NULL);
    if (is_first_failure)
        console_say(console, "    see its output: sweep log %s/%" PRIu64, console->operand,
                    trial->number);
    console->has_failed = console->has_failed || is_first_failure;
}

static void on_trial_started(struct console *console, const struct run_notice *notice)
{
    if (console->call->options.verbose)
        put_trial(console, notice, "started");
}

static void on_trial_retried(struct console *console, const struct run_notice *notice)
{
    struct strbuf what;

    strbuf_init(&what, SAY_MAX);
    strbuf_append_text(&what, "will run again: ");
    text_append_safe(&what, strview_of(notice->text));
    last_line_append(console->sweep_path, notice->trial, &what);
    if (console->call->options.verbose || may_say(console, notice->wall_us))
        put_trial(console, notice, strbuf_text(&what));
    strbuf_release(&what);
}

static void append_part(struct strbuf *line, uint64_t count, const char *what)
{
    if (count > 0)
        strbuf_printf(line, "%s%" PRIu64 " %s", line->size > 0 ? ", " : "", count, what);
}

static void on_started(struct console *console, const struct run_notice *notice)
{
    const struct engine_progress *progress = &notice->progress;
    struct strbuf parts;

    strbuf_init(&parts, SAY_MAX);
    append_part(&parts, progress->finished, "finished");
    append_part(&parts, progress->running, "still running");
    append_part(&parts, progress->waiting, "waiting to be run");
    append_part(&parts, progress->held, "ended without the metric");
    if (parts.size > 0)
        console_say(console, "going on with what is there: %s", strbuf_text(&parts));
    strbuf_release(&parts);
}

static void on_heartbeat(struct console *console, const struct run_notice *notice)
{
    const struct engine_progress *progress = &notice->progress;
    struct strbuf best;

    say_unsaid(console);
    strbuf_init(&best, SAY_MAX);
    if (progress->has_best) {
        strbuf_printf(&best, "; best: trial %" PRIu64 ", ", progress->best_trial);
        trial_text_number(progress->best_value, &best);
    }
    console_say(console, "%" PRIu64 " finished, %" PRIu64 " running%s%s", progress->finished,
                progress->running, progress->is_paused ? ", paused" : "", strbuf_text(&best));
    strbuf_release(&best);
}

static void on_message(struct console *console, const struct run_notice *notice)
{
    console_say(console, "%s", notice->text);
}

static void (*const show[])(struct console *, const struct run_notice *) = {
    [RUN_STARTED] = on_started,
    [RUN_TRIAL_STARTED] = on_trial_started,
    [RUN_TRIAL_RETRIED] = on_trial_retried,
    [RUN_TRIAL_ENDED] = on_trial_ended,
    [RUN_MESSAGE] = on_message,
    [RUN_HEARTBEAT] = on_heartbeat,
    [RUN_TICK] = draw,
};

static void tell(void *context, const struct run_notice *notice)
{
    struct console *console = context;

    if (console->is_json)
        put_event(console, (struct event_line){.event = event_line_name(notice->kind),
                                               .text = notice->text,
                                               .progress = &notice->progress,
                                               .trial = notice->trial});
    else
        show[notice->kind](console, notice);
}

void console_say(struct console *console, const char *format, ...)
{
    char text[SAY_MAX];
    struct strbuf line;
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (console->is_json) {
        put_event(console,
                  (struct event_line){.event = event_line_name(RUN_MESSAGE), .text = text});
        return;
    }
    strbuf_init(&line, LINE_MAX_BYTES);
    text_append_safe(&line, strview_of(text));
    strbuf_append_char(&line, '\n');
    put(console, &line);
    strbuf_release(&line);
}

/* --- the end -------------------------------------------------------------------------------- */

static void say_best(struct console *console, const struct sweep_trial *best)
{
    struct strbuf text;

    strbuf_init(&text, SAY_MAX);
    trial_text_value(&console->words, best, &text);
    strbuf_append_text(&text, "  ");
    trial_text_params(&console->words, best, &text);
    console_say(console, "best: trial %" PRIu64 ", %s %s", best->number, console->words.metric,
                strbuf_text(&text));
    console_say(console, "`sweep best %s` prints it as YAML, `sweep top %s` the ranking",
                console->operand, console->operand);
    strbuf_release(&text);
}

static void say_counts(struct console *console, const struct engine_progress *progress)
{
    uint64_t others = progress->finished - progress->complete - progress->failed;
    struct strbuf text;

    if (progress->finished == 0)
        return;

    strbuf_init(&text, SAY_MAX);
    strbuf_printf(&text, "%" PRIu64 " complete", progress->complete);
    if (progress->failed > 0)
        strbuf_printf(&text, ", %" PRIu64 " failed", progress->failed);
    if (others > 0)
        strbuf_printf(&text, ", %" PRIu64 " stopped early or cancelled", others);
    console_say(console, "%s", strbuf_text(&text));
    strbuf_release(&text);
}

/* What can be done about a metric that was not found. */
static void say_unseen(struct console *console, uint64_t trial)
{
    console_say(console, "see its output: sweep log %s/%" PRIu64, console->operand, trial);
    console_say(console, "mend `metric` in the YAML, and `sweep run` with it again: this output is "
                         "read again, nothing runs twice");
    console_say(console, "if you mend the script instead: sweep resume %s --rerun",
                console->operand);
}

/* A finished sweep has nothing to go on with; one without any result is worth another try. */
static void say_retry(struct console *console, const struct engine_progress *progress)
{
    if (progress->failed > 0 && progress->failed == progress->finished && !console->is_replay)
        console_say(console,
                    "when it is mended: sweep retry %s, and `sweep run` with the YAML again",
                    console->operand);
}

static void say_how_to_go_on(struct console *console, const struct run_summary *summary)
{
    uint64_t max_failures = console->settings->run.limits.max_failures;

    switch (summary->end) {
    case ENGINE_FINISHED:
        say_retry(console, &summary->progress);
        break;
    case ENGINE_INTERRUPTED:
    case ENGINE_DETACHED:
        console_say(console, "go on with: sweep resume %s", console->operand);
        break;
    case ENGINE_UNSEEN:
        say_unseen(console, summary->failed.trial);
        break;
    case ENGINE_BROKEN:
        if (max_failures == 0 || summary->progress.failed < max_failures)
            console_say(console, "when it is mended, go on with: sweep resume %s",
                        console->operand);
        console_say(console, "to let more trials fail: trial.max_failures in the YAML, and `sweep "
                             "run` with it again");
        break;
    }
}

void console_end(struct console *console, const struct run_summary *summary,
                 const struct sweep_trial *best)
{
    clear(console);
    if (console->is_json) {
        put_event(console, (struct event_line){.event = "ended",
                                               .text = summary->text,
                                               .progress = &summary->progress,
                                               .trial = best});
    } else {
        say_unsaid(console);
        console_say(console, "%s", summary->text);
        say_counts(console, &summary->progress);
        if (best != NULL)
            say_best(console, best);
        say_how_to_go_on(console, summary);
    }
}

void console_init(struct console *console, const struct settings *settings, struct store *store,
                  const char *sweep_path, const struct invocation *call, const char *operand)
{
    const struct config *config = settings->document->config;

    *console = (struct console){
        .call = call,
        .settings = settings,
        .store = store,
        .sweep_path = sweep_path,
        .operand = operand,
        .words = {.space = settings->run.space,
                  .metric = config->metric.name,
                  .step_name = config->metric.step,
                  .objective = config->metric.objective},
        .rows = {.space = settings->run.space, .sweep_seed = settings->run.seed},
        .is_json = call->options.json,
        .terminal = call->terminal,
    };
    outlet_init(&console->outlet, STDOUT_FILENO);
    strbuf_init(&console->picture, LINE_MAX_BYTES);
    glance_init(&console->glance, settings->run.name, settings->run.parallel);
}

void console_release(struct console *console)
{
    clear(console);
    outlet_close(&console->outlet);
    strbuf_release(&console->picture);
    glance_release(&console->glance);
}

struct run_listener console_listener(struct console *console)
{
    bool draws = !console->is_json && console->terminal.redraws;

    return (struct run_listener){.context = console, .tell = tell, .tick_ms = draws ? TICK_MS : 0};
}
