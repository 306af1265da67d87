/*
 * Loads what is recorded of a trial and writes it as JSON. The words for people are facts_text.c's.
 */
#include "view/record/facts.h"

#include "base/clock.h"
#include "directory/lookup.h"
#include "journal/handshake.h"
#include "view/record/as_run.h"
#include "view/record/sequel.h"

static bool load_tables(struct facts *facts, int64_t now_us, struct sweep_error *err)
{
    struct record *record = &facts->record;
    struct store *store = record->store;
    uint64_t number = facts->trial->number;
    const char *metric = record->document.config->metric.name;
    return store_load_attempts(store, &record->arena, number, &facts->attempts, err) &&
           current_load(&facts->current, record, facts->trial, now_us, &record->arena, err) &&
           store_load_captures(store, &record->arena, &facts->current.so_far, &facts->captured,
                               err) &&
           store_load_events(store, &record->arena, number, &facts->events, err) &&
           store_find_retry(store, number, &facts->retried_as, err) &&
           (metric == NULL ||
            store_load_reports(store, &record->arena, number, metric, &facts->reports, err));
}

bool facts_load(struct facts *facts, const char *operand, char *const *environment, int64_t now_us,
                struct sweep_error *err)
{
    struct record *record = &facts->record;
    char directory[HANDSHAKE_NAME_MAX];
    *facts = (struct facts){0};
    if (!record_open_trial(record, operand, &facts->trial, err) ||
        !load_tables(facts, now_us, err) ||
        !record_is_outside(record, facts->trial, &facts->is_outside, err))
        return false;
    handshake_trial_directory(facts->trial->number, directory);
    while (facts->outdated < facts->reports.count && !facts->reports.items[facts->outdated].counts)
        facts->outdated++;
    facts->directory =
        arena_printf(&record->arena, "%s/trials/%s", record->location.path, directory);
    lookup_surroundings(&record->document, environment);
    struct command_surroundings around = record->document.around;
    around.params_path = record_params_path(record, facts->trial->number);
    facts->argv = as_run(record, facts->trial, &around);
    facts->seed = record_trial_seed(record, facts->trial);
    return true;
}

void facts_release(struct facts *facts)
{
    record_close(&facts->record);
}

bool facts_is_measured(const struct store_attempt *attempt)
{
    enum attempt_end end = attempt->outcome.end;
    return !attempt->live && end != ATTEMPT_LOST && end != ATTEMPT_REBOOTED;
}

int64_t facts_report_step(const struct facts *facts, size_t index)
{
    const struct store_report *report = &facts->reports.items[index];
    if (report->step != SWEEP_STEP_NONE)
        return report->step;
    return (int64_t)(report->counts ? index - facts->outdated : index) + 1;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static const char *const END_NAMES[] = {
    [ATTEMPT_EXITED] = "exited",           [ATTEMPT_SIGNALED] = "signaled",
    [ATTEMPT_NOT_STARTED] = "not_started", [ATTEMPT_LOST] = "lost",
    [ATTEMPT_REBOOTED] = "rebooted",
};

static const char *const STOP_NAMES[] = {
    [ATTEMPT_STOP_NONE] = NULL,
    [ATTEMPT_STOP_TIMEOUT] = "timeout",
    [ATTEMPT_STOP_CANCEL] = "cancel",
    [ATTEMPT_STOP_PRUNE] = "prune",
    [ATTEMPT_STOP_PREEMPTED] = "preempted",
    [ATTEMPT_STOP_INTERRUPT] = "interrupt",
    [ATTEMPT_STOP_STALL] = "stall",
};

static void write_moment(struct json_writer *w, const char *key, int64_t wall_us)
{
    char text[CLOCK_TEXT_MAX];
    clock_format_utc(wall_us, text);
    json_member_string(w, key, wall_us > 0 ? text : NULL);
}

static void write_real(struct json_writer *w, const char *key, double value)
{
    json_member_real(w, key, value);
}

static void write_end(struct json_writer *w, const struct attempt_outcome *outcome)
{
    json_member_string(w, "end", END_NAMES[outcome->end]);
    json_member_integer(w, "detail", outcome->detail);
    json_member_string(w, "stop", STOP_NAMES[outcome->stop]);
}

static void write_measured(struct json_writer *w, const struct attempt_outcome *outcome)
{
    write_real(w, "duration_s", (double)outcome->duration_us / 1e6);
    write_real(w, "cpu_s", (double)outcome->cpu_us / 1e6);
    json_member_integer(w, "rss_peak_kb", outcome->rss_peak_kb);
    json_member_unsigned(w, "output_bytes", outcome->output_bytes);
    json_member_unsigned(w, "output_dropped", outcome->output_dropped);
    json_member_unsigned(w, "leftovers", outcome->leftovers);
}

/* A trial of people's own, or of whose params there is another. */
static void write_relations(struct json_writer *w, const struct facts *facts)
{
    static const char *const ORIGINS[] = {
        [SWEEP_FROM_STRATEGY] = "strategy",
        [SWEEP_FROM_PERSON] = "person",
        [SWEEP_FROM_RETRY] = "retry",
    };
    json_member_string(w, "origin", ORIGINS[facts->trial->origin]);
    json_key(w, "retry_of");
    facts->trial->retry_of > 0 ? json_put_unsigned(w, facts->trial->retry_of) : json_put_null(w);
    json_key(w, "retried_as");
    facts->retried_as > 0 ? json_put_unsigned(w, facts->retried_as) : json_put_null(w);
    json_member_boolean(w, "outside", facts->is_outside);
}

static void write_sequel(struct json_writer *w, const struct facts *facts, size_t index)
{
    struct strbuf text;
    strbuf_init(&text, 1024);
    bool has_one = sequel_append(facts, index, &text);
    json_member_string(w, "follows", has_one ? strbuf_text(&text) : NULL);
    strbuf_release(&text);
}

static void write_attempts(struct json_writer *w, const struct facts *facts)
{
    json_key(w, "attempt_list");
    json_begin_array(w);
    for (size_t i = 0; i < facts->attempts.count; i++) {
        const struct store_attempt *attempt = &facts->attempts.items[i];
        char log[HANDSHAKE_NAME_MAX];
        handshake_file_name(HANDSHAKE_OUTPUT, attempt->identity.key.number, log);
        json_begin_object(w);
        json_member_unsigned(w, "attempt", attempt->identity.key.number);
        write_moment(w, "started", attempt->started_us);
        json_member_string(w, "output", log);
        if (!attempt->live)
            write_end(w, &attempt->outcome);
        if (facts_is_measured(attempt))
            write_measured(w, &attempt->outcome);
        write_sequel(w, facts, i);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_reports(struct json_writer *w, const struct facts *facts)
{
    json_key(w, "reports");
    json_begin_array(w);
    for (size_t i = 0; i < facts->reports.count; i++) {
        const struct store_report *report = &facts->reports.items[i];
        json_begin_object(w);
        json_member_unsigned(w, "attempt", report->key.number);
        json_member_integer(w, "step", facts_report_step(facts, i));
        write_real(w, "value", report->value);
        write_real(w, "elapsed_s", (double)report->elapsed_ms / 1e3);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_events(struct json_writer *w, const struct facts *facts)
{
    json_key(w, "events");
    json_begin_array(w);
    for (size_t i = 0; i < facts->events.count; i++) {
        const struct store_event *event = &facts->events.items[i];
        json_begin_object(w);
        write_moment(w, "at", event->at_us);
        json_member_unsigned(w, "attempt", event->key.number);
        json_member_string(w, "kind", event->kind);
        json_member_string(w, "text", event->text);
        json_end_object(w);
    }
    json_end_array(w);
}

void facts_append_json(struct facts *facts, struct strbuf *out)
{
    struct row_context context = record_row_context(&facts->record);
    struct json_writer w;
    json_init(&w, out);
    json_begin_object(&w);
    row_write_members(&w, &context, facts->trial, &facts->captured);
    json_member_string(&w, "sweep", facts->record.sweep.name);
    json_member_string(&w, "directory", facts->directory);
    write_relations(&w, facts);
    json_member_unsigned(&w, "sweep_seed", facts->record.sweep.seed);
    json_key(&w, "command");
    json_begin_array(&w);
    for (size_t i = 0; facts->argv[i] != NULL; i++)
        json_put_string(&w, facts->argv[i]);
    json_end_array(&w);
    write_attempts(&w, facts);
    write_reports(&w, facts);
    write_events(&w, facts);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}
