/*
 * Compares, and says so. The numbers are exact here: this is about their last digits.
 */
#include "replay/twin.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "directory/locate.h"
#include "trial/trial.h"
#include "view/term/text.h"
#include "view/term/trial_text.h"
#include "json/json.h"

/* --- comparing -------------------------------------------------------------------------------- */

/* NaN is the same as NaN here: the script printed the same. */
static bool is_same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The next report of a metric that counts, from `index` on. */
static const struct store_report *next_report(const struct store_reports *reports,
                                              const char *metric, size_t *index)
{
    while (*index < reports->count) {
        const struct store_report *report = &reports->items[(*index)++];
        if (report->counts && strcmp(report->metric, metric) == 0)
            return report;
    }
    return NULL;
}

static struct twin_series compare(const char *metric, const struct store_reports *then,
                                  const struct store_reports *now)
{
    struct twin_series series = {.metric = metric, .step = SWEEP_STEP_NONE};
    bool agrees = true;
    size_t i = 0;
    size_t k = 0;
    for (;;) {
        const struct store_report *a = next_report(then, metric, &i);
        const struct store_report *b = next_report(now, metric, &k);
        series.before += a != NULL;
        series.now += b != NULL;
        if (a == NULL && b == NULL)
            return series;
        if (a == NULL || b == NULL || !agrees) {
            agrees = false;
            continue;
        }
        agrees = a->step == b->step && is_same_number(a->value, b->value);
        series.same += agrees;
        if (agrees)
            continue;
        series.step = a->step;
        series.values[0] = a->value;
        series.values[1] = b->value;
    }
}

static bool is_known(const struct twin *twin, const char *metric)
{
    for (size_t i = 0; i < twin->series_count; i++)
        if (strcmp(twin->series[i].metric, metric) == 0)
            return true;
    return false;
}

static void add(struct twin *twin, const char *metric, const struct store_reports *then,
                const struct store_reports *now)
{
    struct twin_series series = compare(metric, then, now);
    if (!is_known(twin, metric) && series.before + series.now > 0)
        twin->series[twin->series_count++] = series;
}

/* The first sweep is not open any more: while a replay runs, nobody holds its database. */
static bool load_then(const struct twin *twin, struct arena *arena, struct store_reports *reports,
                      struct sweep_error *err)
{
    const char *path = twin->replay->record->location.path;
    struct store *store =
        store_open(arena_printf(arena, "%s/" LOCATE_DATABASE, path), STORE_READ, err);
    bool done =
        store != NULL && store_load_reports(store, arena, twin->then->number, NULL, reports, err);
    store_close(store);
    return done;
}

static bool compare_all(struct twin *twin, struct sweep_error *err)
{
    struct arena *arena = &twin->record->arena;
    const struct config *config = twin->replay->record->document.config;
    struct store_reports then;
    struct store_reports now;
    if (!load_then(twin, arena, &then, err) ||
        !store_load_reports(twin->record->store, arena, twin->now->number, NULL, &now, err))
        return false;
    twin->series = arena_alloc_array(arena, config->capture_count + 1, sizeof *twin->series);
    if (config->metric.name != NULL)
        add(twin, config->metric.name, &then, &now);
    for (size_t i = 0; i < config->capture_count; i++)
        if (config->metric.step == NULL ||
            strcmp(config->captures[i].name, config->metric.step) != 0)
            add(twin, config->captures[i].name, &then, &now);
    return true;
}

bool twin_load(struct twin *twin, const struct replay *replay, struct record *record,
               struct sweep_error *err)
{
    *twin = (struct twin){.replay = replay, .record = record, .then = replay->trials[0]};
    /* There are several where it was retried: the newest that has ended counts. */
    for (size_t i = 0; i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        if (twin->now == NULL || trial_is_finished(trial->state))
            twin->now = trial;
    }
    return twin->now == NULL || compare_all(twin, err);
}

bool twin_is_complete(const struct twin *twin)
{
    return twin->now != NULL && trial_is_finished(twin->now->state);
}

static bool has_same_value(const struct twin *twin)
{
    return twin->then->objective == twin->now->objective &&
           (twin->then->objective != SWEEP_OBJECTIVE_FINITE ||
            is_same_number(twin->then->value, twin->now->value));
}

static bool has_same_end(const struct twin *twin)
{
    const struct sweep_trial *a = twin->then;
    const struct sweep_trial *b = twin->now;
    return a->state == b->state && a->reason == b->reason && a->reason_detail == b->reason_detail;
}

bool twin_is_same(const struct twin *twin)
{
    return twin_is_complete(twin) && has_same_end(twin) && has_same_value(twin);
}

/* --- for people ------------------------------------------------------------------------------- */

static void append_exact(double value, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    strbuf_append_text(out, text);
}

static void append_value(const struct sweep_trial *trial, struct strbuf *out)
{
    const struct trial_words words = {0};
    if (trial->objective == SWEEP_OBJECTIVE_FINITE)
        append_exact(trial->value, out);
    else
        trial_text_value(&words, trial, out);
}

static void append_ends(const struct twin *twin, struct strbuf *out)
{
    bool is_usual = has_same_end(twin) && twin->then->state == SWEEP_TRIAL_COMPLETE;
    if (is_usual && twin->record->sweep.objective != NULL)
        return; /* the value says it */
    strbuf_append_text(out, has_same_end(twin) ? "it ended the same: " : "it ended otherwise: ");
    trial_text_state(twin->then, out);
    if (!has_same_end(twin)) {
        strbuf_append_text(out, " then, ");
        trial_text_state(twin->now, out);
        strbuf_append_text(out, " now");
    }
    strbuf_append_char(out, '\n');
}

static void append_values(const struct twin *twin, struct strbuf *out)
{
    const struct sweep_trial *then = twin->then;
    const struct sweep_trial *now = twin->now;
    if (twin->record->sweep.objective == NULL ||
        (then->objective == SWEEP_OBJECTIVE_NONE && now->objective == SWEEP_OBJECTIVE_NONE))
        return;
    text_append_safe(out, strview_of(twin->record->sweep.objective));
    strbuf_append_text(out, ": ");
    append_value(then, out);
    strbuf_append_text(out, " then, ");
    append_value(now, out);
    strbuf_append_text(out, " now");
    if (has_same_value(twin)) {
        strbuf_append_text(out, ": the same to the last digit\n");
        return;
    }
    if (then->objective == SWEEP_OBJECTIVE_FINITE && now->objective == SWEEP_OBJECTIVE_FINITE) {
        strbuf_append_text(out, ", difference ");
        trial_text_number(now->value - then->value, out);
    }
    strbuf_append_text(out, ": not the same\n");
}

static void append_series(const struct twin_series *series, struct strbuf *out)
{
    strbuf_append_text(out, "  ");
    text_append_safe(out, strview_of(series->metric));
    if (series->same == series->before && series->same == series->now) {
        if (series->same == 1)
            strbuf_append_text(out, ": the same\n");
        else
            strbuf_printf(out, ": the same in all %zu reports\n", series->same);
        return;
    }
    if (series->same < series->before && series->same < series->now) {
        strbuf_printf(out, ": differs from report %zu on", series->same + 1);
        if (series->step != SWEEP_STEP_NONE)
            strbuf_printf(out, " (step %" PRId64 ")", series->step);
        strbuf_append_text(out, ": ");
        append_exact(series->values[0], out);
        strbuf_append_text(out, " then, ");
        append_exact(series->values[1], out);
        strbuf_append_text(out, " now");
    } else {
        strbuf_printf(out, ": the same as far as it goes, %zu report%s", series->same,
                      series->same == 1 ? "" : "s");
    }
    if (series->before != series->now)
        strbuf_printf(out, "; %zu report%s then, %zu now", series->before,
                      series->before == 1 ? "" : "s", series->now);
    strbuf_append_char(out, '\n');
}

void twin_append(const struct twin *twin, struct strbuf *out)
{
    strbuf_printf(out, "trial %" PRIu64 " of ", twin->then->number);
    text_append_safe(out, strview_of(twin->replay->record->sweep.name));
    strbuf_append_text(out, ", again as ");
    text_append_safe(out, strview_of(locate_operand(twin->record->location.path)));
    if (!twin_is_complete(twin)) {
        strbuf_append_text(out, ": it has not ended; the same command goes on with it\n");
        return;
    }
    strbuf_printf(out, "/%" PRIu64 " with SWEEP_SEED=%" PRIu32 "\n", twin->now->number,
                  twin->replay->seeds[0]);
    append_ends(twin, out);
    append_values(twin, out);
    for (size_t i = 0; i < twin->series_count; i++)
        append_series(&twin->series[i], out);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void write_trial(struct json_writer *w, const char *key, const struct sweep_trial *trial)
{
    json_key(w, key);
    if (trial == NULL) {
        json_put_null(w);
        return;
    }
    json_begin_object(w);
    json_member_unsigned(w, "trial", trial->number);
    json_member_string(w, "state", trial_state_name(trial->state));
    json_member_string(w, "reason", trial_reason_name(trial->reason));
    json_key(w, "value");
    trial->objective == SWEEP_OBJECTIVE_NONE ? json_put_null(w) : json_put_real(w, trial->value);
    json_end_object(w);
}

static void write_series(struct json_writer *w, const struct twin *twin)
{
    json_key(w, "reports");
    json_begin_array(w);
    for (size_t i = 0; i < twin->series_count; i++) {
        const struct twin_series *series = &twin->series[i];
        json_begin_object(w);
        json_member_string(w, "metric", series->metric);
        json_member_unsigned(w, "then", series->before);
        json_member_unsigned(w, "now", series->now);
        json_member_unsigned(w, "same", series->same);
        json_end_object(w);
    }
    json_end_array(w);
}

void twin_append_json(const struct twin *twin, struct strbuf *out)
{
    struct json_writer w;
    bool has_values = twin->now != NULL && twin->then->objective == SWEEP_OBJECTIVE_FINITE &&
                      twin->now->objective == SWEEP_OBJECTIVE_FINITE;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "event", "replay");
    json_member_string(&w, "sweep", twin->replay->record->sweep.name);
    json_member_string(&w, "replay", locate_operand(twin->record->location.path));
    json_member_boolean(&w, "complete", twin_is_complete(twin));
    json_member_unsigned(&w, "seed", twin->replay->seeds[0]);
    write_trial(&w, "then", twin->then);
    write_trial(&w, "now", twin->now);
    json_key(&w, "difference");
    has_values ? json_put_real(&w, twin->now->value - twin->then->value) : json_put_null(&w);
    json_key(&w, "same");
    twin_is_complete(twin) ? json_put_boolean(&w, twin_is_same(twin)) : json_put_null(&w);
    write_series(&w, twin);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}
