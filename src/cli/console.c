/*
 * Lines of a running sweep. The ranking and all other views read the record: not this file.
 */
#include "cli/console.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "trial/ranking.h"
#include "trial/trial.h"
#include "view/term/text.h"
#include "json/json.h"

#define LINE_MAX_BYTES ((size_t)1024 * 1024)
#define PENDING_MAX    ((size_t)256 * 1024)
#define SAY_MAX        2048

/* Of trials that end faster than that only the best are shown. */
#define LINES_PER_SECOND 20

/* A pipe that poll() calls writable takes at least so much without blocking (POSIX: PIPE_BUF). */
#define WRITE_SIZE 4096

/* How long the last words may wait for their reader. */
#define LAST_WORDS_MS 2000

#define US_PER_SECOND 1000000

/* --- writing without ever waiting ----------------------------------------------------------- */

static void take(struct strbuf *buf, size_t size)
{
    memmove(buf->data, buf->data + size, buf->size - size);
    buf->size -= size;
}

static void flush(struct console *console, int wait_ms)
{
    struct strbuf *pending = &console->pending;
    struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};

    while (pending->size > 0 && poll(&fd, 1, wait_ms) > 0) {
        size_t size = pending->size < WRITE_SIZE ? pending->size : WRITE_SIZE;
        ssize_t written = write(STDOUT_FILENO, pending->data, size);
        if (written <= 0) { /* the reader is gone; the sweep goes on without it */
            strbuf_reset(pending);
            return;
        }
        take(pending, (size_t)written);
    }
}

static void put(struct console *console, const struct strbuf *line)
{
    struct strbuf *pending = &console->pending;

    flush(console, 0);
    if (pending->size + line->size + SAY_MAX > PENDING_MAX) {
        console->dropped++;
        return;
    }
    if (console->dropped > 0 && !console->is_json)
        strbuf_printf(pending, "(%" PRIu64 " lines were not shown: nobody took them)\n",
                      console->dropped);
    console->dropped = 0;
    strbuf_append(pending, line->data, line->size);
    flush(console, 0);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static const char *const event_names[] = {
    [RUN_STARTED] = "started",
    [RUN_TRIAL_STARTED] = "trial_started",
    [RUN_TRIAL_RETRIED] = "trial_retried",
    [RUN_TRIAL_ENDED] = "trial_ended",
    [RUN_MESSAGE] = "message",
    [RUN_HEARTBEAT] = "heartbeat",
};

static void write_progress(struct json_writer *w, const struct engine_progress *progress)
{
    json_key(w, "finished");
    json_put_unsigned(w, progress->finished);
    json_key(w, "running");
    json_put_unsigned(w, progress->running);
    json_key(w, "budget");
    progress->budget > 0 ? json_put_unsigned(w, progress->budget) : json_put_null(w);
    json_key(w, "best");
    progress->has_best ? json_put_unsigned(w, progress->best_trial) : json_put_null(w);
}

static void write_event(struct console *console, const char *event, const char *text,
                        const struct engine_progress *progress, const struct sweep_trial *trial)
{
    struct strbuf line;
    struct json_writer w;

    strbuf_init(&line, LINE_MAX_BYTES);
    json_init(&w, &line);
    json_begin_object(&w);
    json_key(&w, "event");
    json_put_string(&w, event);
    if (text != NULL) {
        json_key(&w, "text");
        json_put_string(&w, text);
    }
    if (progress != NULL)
        write_progress(&w, progress);
    if (trial != NULL) {
        json_key(&w, "row");
        row_write_json(&w, &console->rows, trial, NULL);
    }
    json_end_object(&w);
    strbuf_append_char(&line, '\n');
    put(console, &line);
    strbuf_release(&line);
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

static void append_result(const struct console *console, const struct sweep_trial *trial,
                          struct strbuf *line)
{
    bool has_value =
        trial->state == SWEEP_TRIAL_COMPLETE && trial->objective != SWEEP_OBJECTIVE_NONE;
    char duration[CLOCK_TEXT_MAX];

    if (has_value)
        trial_text_value(&console->words, trial, line);
    else
        trial_text_state(trial, line);
    clock_format_duration(trial->duration_us, duration);
    strbuf_printf(line, "  %s", duration);
}

/* Cut to the screen and put it out. */
static void put_line(struct console *console, struct strbuf *line)
{
    size_t width = console->call->terminal.width;

    if (width > 0 && text_width(strbuf_view(line)) > width)
        line->size = text_fit(strbuf_view(line), width);
    strbuf_append_char(line, '\n');
    put(console, line);
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
    console_say(console, "%" PRIu64 " finished, %" PRIu64 " running%s", progress->finished,
                progress->running, strbuf_text(&best));
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
};

static void tell(void *context, const struct run_notice *notice)
{
    struct console *console = context;

    if (console->is_json)
        write_event(console, event_names[notice->kind], notice->text, &notice->progress,
                    notice->trial);
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
        write_event(console, event_names[RUN_MESSAGE], text, NULL, NULL);
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

    strbuf_init(&text, SAY_MAX);
    strbuf_printf(&text, "%" PRIu64 " complete", progress->complete);
    if (progress->failed > 0)
        strbuf_printf(&text, ", %" PRIu64 " failed", progress->failed);
    if (others > 0)
        strbuf_printf(&text, ", %" PRIu64 " stopped early or cancelled", others);
    console_say(console, "%s", strbuf_text(&text));
    strbuf_release(&text);
}

static bool goes_on(enum engine_end end)
{
    return end == ENGINE_INTERRUPTED || end == ENGINE_DETACHED;
}

void console_end(struct console *console, const struct run_summary *summary,
                 const struct sweep_trial *best)
{
    if (console->is_json) {
        write_event(console, "ended", summary->text, &summary->progress, best);
    } else {
        say_unsaid(console);
        console_say(console, "%s", summary->text);
        say_counts(console, &summary->progress);
        if (best != NULL)
            say_best(console, best);
        if (goes_on(summary->end))
            console_say(console, "go on with: sweep resume %s", console->operand);
    }
    flush(console, LAST_WORDS_MS);
}

void console_init(struct console *console, const struct settings *settings,
                  const struct invocation *call, const char *operand)
{
    const struct config *config = settings->document->config;

    *console = (struct console){
        .call = call,
        .settings = settings,
        .operand = operand,
        .words = {.space = settings->run.space,
                  .metric = config->metric.name,
                  .step_name = config->metric.step,
                  .objective = config->metric.objective},
        .rows = {.space = settings->run.space, .seed = settings->run.seed},
        .is_json = call->options.json,
    };
    strbuf_init(&console->pending, PENDING_MAX);
}

void console_release(struct console *console)
{
    flush(console, LAST_WORDS_MS);
    strbuf_release(&console->pending);
}

struct run_listener console_listener(struct console *console)
{
    return (struct run_listener){.context = console, .tell = tell};
}
