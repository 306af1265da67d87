/*
 * Reduces what is recorded of a trial that runs. What is finished has its value in its row.
 */
#include "view/record/current.h"

#include <inttypes.h>
#include <math.h>

#include "base/clock.h"
#include "directory/directory.h"
#include "view/term/text.h"

static bool load_age(struct current *current, const struct record *record, int64_t now_us,
                     struct arena *arena, struct sweep_error *err)
{
    struct store_attempts attempts;
    if (!store_load_attempts(record->store, arena, current->so_far.number, &attempts, err))
        return false;
    for (size_t i = 0; i < attempts.count; i++)
        if (attempts.items[i].live && current->is_watched)
            current->age_us = now_us - attempts.items[i].started_us;
    if (current->age_us < 0)
        current->age_us = 0;
    current->so_far.duration_us = current->age_us;
    return true;
}

static bool load_value(struct current *current, const struct record *record, struct arena *arena,
                       struct sweep_error *err)
{
    struct trial_words words = record_words(record);
    struct store_reports reports;
    struct objective objective;
    if (words.metric == NULL)
        return true;
    if (!store_load_reports(record->store, arena, current->so_far.number, words.metric, &reports,
                            err))
        return false;
    objective_init(&objective, &words.objective);
    for (size_t i = 0; i < reports.count; i++)
        if (reports.items[i].counts)
            objective_report(&objective, reports.items[i].value, reports.items[i].step);
    objective_result(&objective, &current->so_far);
    current->reports = objective.reports;
    current->step = objective.last_step;
    objective_release(&objective);
    return true;
}

bool current_load(struct current *current, const struct record *record,
                  const struct sweep_trial *trial, int64_t now_us, struct arena *arena,
                  struct sweep_error *err)
{
    *current = (struct current){.so_far = *trial};
    if (trial->state != SWEEP_TRIAL_RUNNING)
        return true;
    current->is_running = true;
    current->is_watched = directory_is_locked(record->location.path);
    return load_age(current, record, now_us, arena, err) && load_value(current, record, arena, err);
}

/* `, epoch 7, val_acc 0.91 so far`; the last report too, where the value is another one's. */
static void append_value(const struct current *current, const struct trial_words *words,
                         struct strbuf *out)
{
    struct trial_words alone = *words;
    const struct sweep_trial *so_far = &current->so_far;
    if (words->step_name != NULL) {
        strbuf_append_text(out, ", ");
        text_append_safe(out, strview_of(words->step_name));
        strbuf_printf(out, " %" PRId64, current->step);
    } else {
        strbuf_printf(out, ", %" PRIu64 " report%s", current->reports,
                      current->reports == 1 ? "" : "s");
    }
    strbuf_append_text(out, ", ");
    text_append_safe(out, strview_of(words->metric));
    strbuf_append_char(out, ' ');
    alone.step_name = NULL;
    alone.objective.reduce = REDUCE_LAST;
    trial_text_value(&alone, so_far, out);
    strbuf_append_text(out, " so far");
    if (!isnan(so_far->value) && !(so_far->last == so_far->value)) {
        strbuf_append_text(out, ", the last ");
        trial_text_number(so_far->last, out);
    }
}

void current_append(const struct current *current, const struct trial_words *words,
                    struct strbuf *out)
{
    char age[CLOCK_TEXT_MAX];
    clock_format_duration(current->age_us, age);
    if (current->is_watched)
        strbuf_printf(out, "running for %s", age);
    else
        strbuf_append_text(out, "left running, when its runner ended");
    if (words->metric == NULL)
        return;
    if (current->reports > 0) {
        append_value(current, words, out);
        return;
    }
    strbuf_append_text(out, ", no ");
    text_append_safe(out, strview_of(words->metric));
    strbuf_append_text(out, " yet");
}
