/*
 * Compares a database with what the files say. SQLite finds torn pages by itself; this finds values
 * that are other than those that supervisors wrote.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "repair/rebuild.h"
#include "trial/trial.h"

/* One trial that is compared. */
struct comparison {
    const struct rebuild *rebuild;
    const struct remains *files;
    const struct sweep_trial *judged; /* from the files */
    const struct sweep_trial *row;    /* in the database */
    bool is_revised;                  /* the metric may have been another one once */
    struct store *store;
    struct arena *arena;
    struct store_attempts attempts;
    struct store_reports reports;
    struct sweep_error *err;
};

static bool differ(const struct comparison *c, const char *what)
{
    return sweep_error_set(c->err, SWEEP_DATABASE,
                           "%s of trial %" PRIu64 " in the database %s not what its files say",
                           what, c->files->trial, what[strlen(what) - 1] == 's' ? "are" : "is");
}

static bool same_real(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static const struct store_attempt *find_attempt(const struct comparison *c, uint32_t number)
{
    for (size_t i = 0; i < c->attempts.count; i++)
        if (c->attempts.items[i].identity.key.number == number)
            return &c->attempts.items[i];
    return NULL;
}

static const struct store_report *find_report(const struct comparison *c,
                                              const struct store_report *wanted)
{
    for (size_t i = 0; i < c->reports.count; i++) {
        const struct store_report *report = &c->reports.items[i];
        if (report->key.number == wanted->key.number && report->sequence == wanted->sequence)
            return report;
    }
    return NULL;
}

/* `a`: as recorded; that a GPU is to blame may be known to the runner alone. */
static bool same_outcome(const struct attempt_outcome *a, const struct attempt_outcome *b)
{
    return a->end == b->end && a->detail == b->detail && a->stop == b->stop &&
           a->started_us == b->started_us && a->ended_us == b->ended_us &&
           a->duration_us == b->duration_us && a->cpu_us == b->cpu_us &&
           a->rss_peak_kb == b->rss_peak_kb && a->output_bytes == b->output_bytes &&
           a->output_dropped == b->output_dropped && a->leftovers == b->leftovers &&
           (a->short_of == b->short_of || a->short_of == ATTEMPT_SHORT_OF_GPU);
}

/* Reports follow each other in both lists, so the one behind the last one found is tried first.
 * `arrival`: of the end of their attempt, which is above theirs. */
static bool same_reports(const struct comparison *c, const struct remains_attempt *files,
                         uint64_t arrival)
{
    size_t next = 0;
    for (size_t i = 0; i < files->report_count; i++) {
        const struct store_report *wanted = &files->reports[i];
        const struct store_report *found = next < c->reports.count ? &c->reports.items[next] : NULL;
        if (found == NULL || found->key.number != wanted->key.number ||
            found->sequence != wanted->sequence)
            found = find_report(c, wanted);
        if (found == NULL || strcmp(found->metric, wanted->metric) != 0 ||
            found->step != wanted->step || found->elapsed_ms != wanted->elapsed_ms ||
            !same_real(found->value, wanted->value) || found->arrival >= arrival)
            return differ(c, "reports");
        next = (size_t)(found - c->reports.items) + 1;
    }
    return true;
}

static size_t count_recorded(const struct comparison *c, const struct remains_attempt *files)
{
    size_t count = 0;
    for (size_t i = 0; i < c->reports.count; i++)
        count += c->reports.items[i].key.number == files->identity.key.number;
    return count;
}

static bool agrees_gpus(const struct comparison *c, const struct remains_attempt *files)
{
    struct store_gpus row;
    if (files->gpus.count == 0)
        return true; /* none, or its spec is gone */
    if (!store_load_gpus(c->store, c->arena, files->identity.key, &row, c->err))
        return false;
    bool same = row.count == files->gpus.count;
    for (size_t i = 0; same && i < row.count; i++)
        same = strcmp(row.items[i].uuid, files->gpus.items[i].uuid) == 0;
    return same || differ(c, "the GPUs");
}

static bool agrees_attempt(const struct comparison *c, const struct remains_attempt *files)
{
    const struct store_attempt *row = find_attempt(c, files->identity.key.number);
    if (!files->has_result)
        return true; /* it may never have been let go */
    if (row == NULL || strcmp(row->identity.token, files->identity.token) != 0 ||
        row->fresh != files->fresh)
        return differ(c, "an attempt");
    if (!agrees_gpus(c, files))
        return false;
    if (row->live)
        return true; /* its runner has not seen the end yet */
    if (!same_outcome(&row->outcome, &files->outcome))
        return differ(c, "the outcome");
    bool is_whole = files->journal_offset > 0 && count_recorded(c, files) == files->report_count;
    if (is_whole && (row->journal_offset != files->journal_offset ||
                     row->journal_sequence != files->journal_sequence))
        return differ(c, "the end of a journal");
    return same_reports(c, files, row->arrival);
}

static bool has_results(const struct remains *trial)
{
    for (size_t i = 0; i < trial->attempt_count; i++)
        if (trial->attempts[i].has_result)
            return true;
    return false;
}

static size_t count_reports(const struct remains *trial)
{
    size_t count = 0;
    for (size_t i = 0; i < trial->attempt_count; i++)
        count += trial->attempts[i].report_count;
    return count;
}

/* What is decided later than when the last attempt ends: by a person, or, where the metric was not
 * seen, by other trials, or by reports that were found when the output was read again. */
static bool is_decided_later(const struct comparison *c)
{
    const struct sweep_trial *row = c->row;
    const struct store_attempt *last = find_attempt(c, row->attempts);
    if (last == NULL || last->live || row->arrival <= last->arrival ||
        row->finished_us <= last->outcome.ended_us)
        return false;
    return row->state == SWEEP_TRIAL_CANCELLED || row->reason == SWEEP_REASON_METRIC_MISSING ||
           (c->reports.count > 0 && c->reports.items[c->reports.count - 1].arrival > last->arrival);
}

/* What was reduced from all of its reports, where the files still have them all. */
static bool agrees_result(const struct comparison *c)
{
    const struct sweep_trial *a = c->judged;
    const struct sweep_trial *b = c->row;
    if (!trial_is_finished(a->state) || !trial_is_finished(b->state) || is_decided_later(c) ||
        a->attempts != b->attempts || count_reports(c->files) != c->reports.count)
        return true;
    if (a->state != b->state || a->reason != b->reason || a->reason_detail != b->reason_detail ||
        a->finished_us != b->finished_us || a->duration_us != b->duration_us)
        return differ(c, "the state");
    /* What failed is no evidence: the metric may change after it. */
    if (c->is_revised && (a->state == SWEEP_TRIAL_FAILED || a->state == SWEEP_TRIAL_CANCELLED))
        return true;
    if (a->objective != b->objective || a->step != b->step || !same_real(a->last, b->last) ||
        (a->objective == SWEEP_OBJECTIVE_FINITE && !same_real(a->value, b->value)))
        return differ(c, "the value");
    return true;
}

/* A trial arrives with its last attempt, or later. */
static bool agrees_arrival(const struct comparison *c)
{
    const struct store_attempt *last = find_attempt(c, c->row->attempts);
    if (last == NULL || last->live || !trial_is_finished(c->row->state))
        return true;
    return c->row->arrival == last->arrival || is_decided_later(c);
}

static bool agrees_trial(struct comparison *c, struct store *store, struct arena *arena)
{
    c->store = store;
    c->arena = arena;
    size_t width = sweep_space_count(c->rebuild->settings->space);
    if (c->files->params != NULL && !sweep_params_equal(c->row->params, c->files->params, width))
        return differ(c, "params");
    if (!store_load_attempts(store, arena, c->files->trial, &c->attempts, c->err) ||
        !store_load_reports(store, arena, c->files->trial, NULL, &c->reports, c->err))
        return false;
    if (c->row->attempts != c->attempts.count)
        return differ(c, "attempts");
    for (size_t i = 0; i < c->files->attempt_count; i++)
        if (!agrees_attempt(c, &c->files->attempts[i]))
            return false;
    if (!agrees_arrival(c))
        return differ(c, "the arrival");
    return c->files->params == NULL || agrees_result(c);
}

static bool agrees_sweep(const struct rebuild *rebuild, struct store *store, struct arena *arena,
                         struct sweep_error *err)
{
    const struct store_sweep *a = rebuild->sweep;
    struct store_sweep b;
    if (!store_load_sweep(store, arena, &b, err))
        return false;
    if (strcmp(a->uuid, b.uuid) == 0 && a->seed == b.seed && strcmp(a->method, b.method) == 0 &&
        strcmp(a->workdir, b.workdir) == 0 && a->created_us == b.created_us &&
        strcmp(a->name, b.name) == 0 && strview_equal(a->yaml, b.yaml) &&
        a->maximize == b.maximize &&
        strcmp(a->objective != NULL ? a->objective : "", b.objective != NULL ? b.objective : "") ==
            0)
        return true;
    return sweep_error_set(err, SWEEP_DATABASE,
                           "the database is not of the sweep that 'charter' and space.yaml name");
}

static bool agrees_trials(const struct rebuild *rebuild, struct store *store, struct arena *arena,
                          struct sweep_error *err)
{
    struct store_trials rows;
    bool is_revised = false;
    if (!store_load_trials(store, rebuild->settings->space, arena, false, &rows, err) ||
        !store_is_revised(store, &is_revised, err))
        return false;
    for (size_t i = 0; i < rebuild->trial_count; i++) {
        const struct remains *files = &rebuild->trials[i];
        struct arena scratch = {0};
        struct comparison c = {.rebuild = rebuild,
                               .files = files,
                               .judged = &rebuild->rows[i],
                               .is_revised = is_revised,
                               .err = err};
        bool agrees = true;
        if (i >= rows.count && has_results(files))
            agrees = differ(&c, "the row");
        c.row = i < rows.count ? &rows.items[i] : NULL;
        agrees = agrees && (c.row == NULL || agrees_trial(&c, store, &scratch));
        arena_release(&scratch);
        if (!agrees)
            return false;
    }
    return true;
}

bool rebuild_agrees(const struct rebuild *rebuild, struct store *store, struct sweep_error *err)
{
    struct arena arena = {0};
    bool agrees =
        agrees_sweep(rebuild, store, &arena, err) && agrees_trials(rebuild, store, &arena, err);
    arena_release(&arena);
    return agrees;
}
