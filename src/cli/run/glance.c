/*
 * Composes the live lines. Where they are drawn is view/term/region's, when is console.c's.
 */
#include "cli/run/glance.h"

#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "view/term/bar.h"
#include "view/term/text.h"

#define TEXT_MAX ((size_t)64 * 1024)

#define BAR_WIDTH         20
#define BAR_WIDTH_MINIMUM 50 /* of the screen: below there is no bar */
#define RUNNING_ROWS_MAX  8
#define ROWS_BESIDES      6 /* of the screen that are not for running trials */

#define US_PER_SECOND 1e6
#define MS_PER_SECOND 1e3

void glance_init(struct glance *glance, const char *name, uint32_t parallel)
{
    *glance = (struct glance){.name = name, .parallel = parallel};
    strbuf_init(&glance->best, TEXT_MAX);
}

void glance_release(struct glance *glance)
{
    strbuf_release(&glance->best);
}

void glance_note_ended(struct glance *glance, const struct trial_words *words,
                       const struct run_notice *notice)
{
    const struct sweep_trial *trial = notice->trial;

    glance->ended_s += (double)trial->duration_us / US_PER_SECOND;
    glance->ended_count++;
    if (notice->progress.running + 1 > glance->most_at_once)
        glance->most_at_once = notice->progress.running + 1;
    if (!notice->progress.has_best || notice->progress.best_trial != trial->number)
        return;
    glance->best_trial = trial->number;
    strbuf_reset(&glance->best);
    trial_text_value(words, trial, &glance->best);
    strbuf_printf(&glance->best, "  trial %" PRIu64 "  ", trial->number);
    trial_text_params(words, trial, &glance->best);
}

/* As many as `parallel` would allow are not always found room for, on GPUs that they share. */
static double at_once(const struct glance *glance, uint64_t running)
{
    uint64_t seen = running > glance->most_at_once ? running : glance->most_at_once;

    return seen < glance->parallel ? (double)seen : (double)glance->parallel;
}

/* Until the budget of trials is used up; negative where there is none, or nothing is known. */
static double trials_seconds_left(const struct glance *glance, const struct run_notice *notice)
{
    const struct engine_progress *progress = &notice->progress;
    uint64_t begun = progress->finished + progress->running;

    if (glance->ended_count == 0 || progress->budget == 0)
        return -1;
    double mean_s = glance->ended_s / (double)glance->ended_count;
    double work_s = progress->budget > begun ? (double)(progress->budget - begun) * mean_s : 0;
    for (size_t i = 0; i < notice->running_count; i++) {
        double age_s = (double)(notice->wall_us - notice->running[i].since_us) / US_PER_SECOND;
        if (age_s < mean_s)
            work_s += mean_s - age_s;
    }
    return work_s / at_once(glance, progress->running);
}

double glance_seconds_left(const struct glance *glance, const struct run_notice *notice)
{
    double trials_s = trials_seconds_left(glance, notice);
    double time_s = (double)notice->time_left_ms / MS_PER_SECOND;

    if (notice->time_left_ms == INT64_MAX)
        return trials_s;
    return trials_s >= 0 && trials_s < time_s ? trials_s : time_s;
}

/* Cut to the screen and end the line. */
static void add_line(struct strbuf *out, struct strbuf *line, const struct terminal *terminal)
{
    text_append_cut(out, strbuf_view(line), terminal->width - 1, terminal->utf8);
    strbuf_append_char(out, '\n');
    strbuf_reset(line);
}

/* `8s`, `4m07s`: of a guess no more than that. */
static void append_left(double left_s, struct strbuf *line)
{
    char text[CLOCK_TEXT_MAX];

    clock_format_duration((int64_t)(left_s * US_PER_SECOND), text);
    if (left_s < 60)
        strbuf_printf(line, "  about %.0fs left", ceil(left_s));
    else
        strbuf_printf(line, "  about %s left", text);
}

static void append_progress(const struct glance *glance, const struct run_notice *notice,
                            const struct terminal *terminal, struct strbuf *line)
{
    const struct engine_progress *progress = &notice->progress;
    double left_s = glance_seconds_left(glance, notice);

    text_append_safe(line, strview_of(glance->name));
    strbuf_append_text(line, "  ");
    if (progress->budget > 0 && terminal->width >= BAR_WIDTH_MINIMUM) {
        bar_append((double)progress->finished / (double)progress->budget, BAR_WIDTH, terminal->utf8,
                   line);
        strbuf_append_text(line, "  ");
    }
    strbuf_printf(line, "%" PRIu64, progress->finished);
    if (progress->budget > 0)
        strbuf_printf(line, "/%" PRIu64, progress->budget);
    strbuf_printf(line, "  %" PRIu64 " running", progress->running);
    if (progress->failed > 0)
        strbuf_printf(line, "  %" PRIu64 " failed", progress->failed);
    if (progress->is_paused)
        strbuf_append_text(line, "  paused");
    if (left_s >= 0)
        append_left(left_s, line);
}

static void append_best(const struct glance *glance, const struct engine_progress *progress,
                        struct strbuf *line)
{
    strbuf_append_text(line, "best  ");
    if (glance->best_trial == progress->best_trial) {
        strbuf_append(line, glance->best.data, glance->best.size);
        return;
    }
    trial_text_number(progress->best_value, line);
    strbuf_printf(line, "  trial %" PRIu64, progress->best_trial);
}

static void append_running(const struct trial_words *words, const struct engine_running *running,
                           int64_t wall_us, struct strbuf *line)
{
    int64_t age_us = wall_us > running->since_us ? wall_us - running->since_us : 0;
    char age[CLOCK_TEXT_MAX];

    clock_format_duration(age_us, age);
    strbuf_printf(line, "trial %" PRIu64 "  %s", running->trial, age);
    if (!running->has_report)
        return;
    strbuf_append_text(line, "  ");
    text_append_safe(line, strview_of(words->metric));
    strbuf_append_char(line, ' ');
    trial_text_number(running->last, line);
    strbuf_append_char(line, ' ');
    text_append_safe(line, strview_of(words->step_name != NULL ? words->step_name : "report"));
    strbuf_printf(line, " %" PRId64, running->last_step);
}

static size_t running_rows(const struct run_notice *notice, const struct terminal *terminal)
{
    size_t most = RUNNING_ROWS_MAX;

    if (terminal->height > 0 && terminal->height < RUNNING_ROWS_MAX + ROWS_BESIDES)
        most = terminal->height > ROWS_BESIDES ? terminal->height - ROWS_BESIDES : 1;
    return notice->running_count < most ? notice->running_count : most;
}

void glance_format(const struct glance *glance, const struct trial_words *words,
                   const struct run_notice *notice, const struct terminal *terminal,
                   struct strbuf *out)
{
    size_t rows = running_rows(notice, terminal);
    struct strbuf line;

    strbuf_init(&line, TEXT_MAX);
    append_progress(glance, notice, terminal, &line);
    add_line(out, &line, terminal);
    if (notice->progress.has_best) {
        append_best(glance, &notice->progress, &line);
        add_line(out, &line, terminal);
    }
    for (size_t i = 0; i < rows; i++) {
        append_running(words, &notice->running[i], notice->wall_us, &line);
        add_line(out, &line, terminal);
    }
    if (notice->progress.running > rows) {
        strbuf_printf(&line, "and %" PRIu64 " more running", notice->progress.running - rows);
        add_line(out, &line, terminal);
    }
    strbuf_release(&line);
}
