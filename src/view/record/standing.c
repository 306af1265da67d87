/*
 * Counts trials and asks for the runner. Not for what a running sweep shows: that is console.c.
 */
#include "view/record/standing.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "directory/directory.h"
#include "trial/trial.h"
#include "view/term/text.h"

/* In this order, finished ones first, in the words for people. */
static const struct {
    enum sweep_trial_state state;
    const char *words;
} GROUPS[] = {
    {SWEEP_TRIAL_COMPLETE, "complete"}, {SWEEP_TRIAL_PRUNED, "stopped early"},
    {SWEEP_TRIAL_FAILED, "failed"},     {SWEEP_TRIAL_CANCELLED, "cancelled"},
    {SWEEP_TRIAL_RUNNING, "running"},   {SWEEP_TRIAL_WAITING, "waiting"},
};

/* Built-in strategies end when all points of a finite space were tried. Retries come on top, as
 * do trials that a changed space withdrew, and so does what people added when everything was given
 * out. */
static uint64_t expected_trials(const struct record *record)
{
    uint64_t expected = record->document.config->trials;
    uint64_t count = record->tally.total;
    uint64_t points;
    enum sweep_count kind = sweep_space_count_points(record->space, SWEEP_COUNT_STEPS, &points);
    if (kind == SWEEP_COUNT_EXACT && (expected == 0 || points < expected))
        expected = points;
    if (expected == 0)
        return 0;
    expected += record->retries.count + record->tally.withdrawn;
    return expected > count ? expected : count;
}

/* The runner's own words; one that was killed could leave none. */
static void append_end(const struct record *record, struct strbuf *out)
{
    if (strcmp(record->sweep.state, "running") == 0)
        strbuf_append_text(out, "interrupted");
    else if (record->sweep.note[0] != '\0')
        text_append_safe(out, strview_of(record->sweep.note));
    else
        strbuf_append_text(out, record->sweep.state);
}

struct standing standing_take(const struct record *record)
{
    struct standing standing = {
        .expected = expected_trials(record),
        .has_runner = directory_is_locked(record->location.path),
        .is_finished = strcmp(record->sweep.state, "finished") == 0,
        .was_stopped = strcmp(record->sweep.wish, "stop") == 0,
    };
    for (size_t state = 0; state < ARRAY_LENGTH(standing.counts); state++) {
        standing.counts[state] = record->tally.counts[state];
        if (trial_is_finished((enum sweep_trial_state)state))
            standing.finished += standing.counts[state];
    }
    return standing;
}

const char *standing_word(const struct standing *standing, const struct record *record)
{
    const char *state = record->sweep.state;
    bool is_paused = strcmp(record->sweep.wish, "pause") == 0;
    if (standing->has_runner)
        return standing->was_stopped ? "stopping" : is_paused ? "paused" : "running";
    if (standing->is_finished)
        return standing->was_stopped ? "stopped" : "finished";
    if (is_paused)
        return "paused";
    return strcmp(state, "running") == 0 ? "interrupted" : state;
}

void standing_append_counts(const struct standing *standing, struct strbuf *out)
{
    /* The budget was lowered since, or there is none. */
    bool is_lowered = standing->expected == 0 || standing->finished > standing->expected;
    strbuf_printf(out, "%zu", standing->finished);
    if (!is_lowered)
        strbuf_printf(out, " of %" PRIu64, standing->expected);
    bool is_one = (is_lowered ? standing->finished : standing->expected) == 1;
    strbuf_printf(out, " trial%s finished", is_one ? "" : "s");
    if (is_lowered && standing->expected > 0)
        strbuf_printf(out, " (the budget is %" PRIu64 " now)", standing->expected);
    const char *separator = ": ";
    for (size_t i = 0; i < ARRAY_LENGTH(GROUPS); i++) {
        size_t count = standing->counts[GROUPS[i].state];
        if (count == 0)
            continue;
        bool is_left = GROUPS[i].state == SWEEP_TRIAL_RUNNING && !standing->has_runner;
        strbuf_printf(out, "%s%zu %s%s", separator, count, is_left ? "left " : "", GROUPS[i].words);
        separator = ", ";
    }
}

/* What people asked of a runner that is at work. */
static void append_running(const struct standing *standing, struct record *record,
                           struct strbuf *out)
{
    if (standing->was_stopped)
        strbuf_append_text(out, "stopping: no new trials are started");
    else if (strcmp(record->sweep.wish, "pause") == 0)
        strbuf_printf(out, "paused; go on with: sweep resume %s", record_operand(record));
    else
        strbuf_append_text(out, "running now");
}

void standing_append_state(const struct standing *standing, struct record *record,
                           struct strbuf *out)
{
    if (standing->has_runner) {
        append_running(standing, record, out);
        return;
    }
    if (standing->is_finished && !standing->was_stopped) {
        strbuf_append_text(out, "finished");
        return;
    }
    append_end(record, out);
    if (record->document.config->command.count == 0)
        return; /* it is asked by a program that knows how to go on */
    if (standing->expected == 0 || standing->finished < standing->expected)
        strbuf_printf(out, "; go on with: sweep resume %s", record_operand(record));
}
