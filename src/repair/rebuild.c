/*
 * From files to rows. What the files hold is read by remains.c; the comparison with a database is
 * agree.c.
 */
#include "repair/rebuild.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "directory/trials.h"
#include "engine/tries.h"
#include "sweep/mem.h"
#include "trial/objective.h"
#include "trial/trial.h"

#define US_PER_MS 1000

/* --- judging -------------------------------------------------------------------------------- */

/* An attempt that another one followed had ended, with or without a result. */
static bool has_ended(const struct remains *trial, size_t index)
{
    return trial->attempts[index].has_result || index + 1 < trial->attempt_count;
}

/* Lost: nobody saw how long it ran. */
static void end_lost_attempts(struct remains *trial)
{
    for (size_t i = 0; i + 1 < trial->attempt_count; i++) {
        struct remains_attempt *attempt = &trial->attempts[i];
        if (attempt->has_result)
            continue;
        attempt->outcome = (struct attempt_outcome){
            .end = ATTEMPT_LOST,
            .started_us = attempt->started_us,
            .ended_us = trial->attempts[i + 1].started_us,
        };
    }
}

/* One trial that is judged. */
struct judging {
    const struct remains *trial;
    const struct engine_settings *settings;
    const char *metric;
    struct objective objective;
    struct tries tries;
    struct sweep_trial *row;
};

static void judge_reports(struct judging *judging, const struct remains_attempt *attempt)
{
    if (attempt->fresh)
        objective_reset(&judging->objective);
    for (size_t i = 0; i < attempt->report_count && judging->settings->has_objective; i++) {
        const struct store_report *report = &attempt->reports[i];
        if (strcmp(report->metric, judging->metric) != 0)
            continue;
        tries_report(&judging->tries, report->value, report->step);
        objective_report(&judging->objective, report->value, report->step);
    }
    objective_result(&judging->objective, judging->row);
}

/* As the engine does when it was launched, reports and ends. */
static void judge_attempt(struct judging *judging, size_t index)
{
    const struct remains_attempt *attempt = &judging->trial->attempts[index];
    struct sweep_trial *row = judging->row;
    row->attempts++;
    row->state = SWEEP_TRIAL_RUNNING;
    judge_reports(judging, attempt);
    if (!has_ended(judging->trial, index))
        return;
    struct trial_verdict verdict = trial_judge(&attempt->outcome, judging->settings->has_objective,
                                               judging->objective.reports > 0);
    verdict = tries_judge(&judging->tries, judging->settings, &attempt->outcome, verdict);
    row->duration_us += attempt->outcome.duration_us;
    row->state = verdict.state;
    row->reason = verdict.reason;
    row->reason_detail = verdict.reason_detail;
    row->finished_us = trial_is_finished(verdict.state) ? attempt->outcome.ended_us : 0;
}

/* Nothing is known of it, not even what was tried: lost. */
static struct sweep_trial unknown_row(struct rebuild *rebuild, uint64_t number)
{
    struct sweep_value *nothing = arena_alloc_array(
        &rebuild->arena, sweep_space_count(rebuild->settings->space), sizeof *nothing);
    return (struct sweep_trial){.number = number,
                                .params = nothing,
                                .state = SWEEP_TRIAL_FAILED,
                                .reason = SWEEP_REASON_LOST,
                                .step = SWEEP_STEP_NONE,
                                .last = NAN};
}

static void judge(struct rebuild *rebuild, const struct remains *trial, struct sweep_trial *row)
{
    const struct run_settings *settings = rebuild->settings;
    const struct engine_settings engine = {
        .has_objective = settings->has_objective,
        .objective = settings->objective,
        .lost_max = UINT32_MAX, /* a lost one is last only while it counts as live */
        .retries = settings->retries,
    };
    struct judging judging = {
        .trial = trial, .settings = &engine, .metric = settings->objective_name, .row = row};
    *row = (struct sweep_trial){.number = trial->trial, .params = trial->params};
    objective_init(&judging.objective, &engine.objective);
    objective_result(&judging.objective, row);
    tries_init(&judging.tries);
    for (size_t i = 0; i < trial->attempt_count; i++)
        judge_attempt(&judging, i);
    if (trial->attempt_count > 0)
        row->started_us = row->created_us = trial->attempts[0].started_us;
    objective_release(&judging.objective);
}

/* Whether any trial has shown the metric: until then none has failed for its lack. */
static bool is_metric_seen(const struct rebuild *rebuild)
{
    for (size_t i = 0; i < rebuild->trial_count; i++)
        if (rebuild->rows[i].objective != SWEEP_OBJECTIVE_NONE)
            return true;
    return false;
}

/* As the engine holds them: their output may be read again, which the next runner does. */
static void hold_unseen(struct rebuild *rebuild)
{
    bool is_seen = is_metric_seen(rebuild);
    for (size_t i = 0; i < rebuild->trial_count; i++) {
        const struct remains *trial = &rebuild->trials[i];
        struct sweep_trial *row = &rebuild->rows[i];
        if (row->reason != SWEEP_REASON_METRIC_MISSING || trial->attempt_count == 0 ||
            (is_seen && trial->attempts[trial->attempt_count - 1].looked))
            continue;
        row->state = SWEEP_TRIAL_WAITING;
        row->finished_us = 0;
    }
}

static void judge_all(struct rebuild *rebuild)
{
    for (size_t i = 0; i < rebuild->trial_count; i++) {
        struct remains *trial = &rebuild->trials[i];
        if (trial->params == NULL) {
            trial->attempt_count = 0;
            rebuild->rows[i] = unknown_row(rebuild, trial->trial);
            rebuild->unknown++;
            continue;
        }
        end_lost_attempts(trial);
        judge(rebuild, trial, &rebuild->rows[i]);
    }
    hold_unseen(rebuild);
}

/* --- one order of all news ------------------------------------------------------------------ */

/* A report, or the end of its attempt. */
struct news {
    int64_t at_us;
    struct attempt_key key;
    uint64_t sequence; /* UINT64_MAX: the end */
    uint64_t *arrival;
};

struct news_list {
    struct news *items; /* [count] */
    size_t count;
    size_t capacity;
};

/* Never before what came earlier of the same trial: wall clocks jump. */
static void add_news(struct news_list *list, struct news news)
{
    const struct news *before = list->count > 0 ? &list->items[list->count - 1] : NULL;
    if (before != NULL && before->key.trial == news.key.trial && before->at_us > news.at_us)
        news.at_us = before->at_us;
    list->items = array_reserve(list->items, list->count + 1, &list->capacity, sizeof *list->items);
    list->items[list->count++] = news;
}

static void add_attempt_news(struct news_list *list, const struct remains *trial, size_t index)
{
    struct remains_attempt *attempt = &trial->attempts[index];
    for (size_t i = 0; i < attempt->report_count; i++) {
        struct store_report *report = &attempt->reports[i];
        add_news(list, (struct news){attempt->started_us + report->elapsed_ms * US_PER_MS,
                                     report->key, report->sequence, &report->arrival});
    }
    if (has_ended(trial, index))
        add_news(list, (struct news){attempt->outcome.ended_us, attempt->identity.key, UINT64_MAX,
                                     &attempt->arrival});
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_time(const void *left, const void *right)
{
    const struct news *a = left;
    const struct news *b = right;
    if (a->at_us != b->at_us)
        return a->at_us < b->at_us ? -1 : 1;
    if (a->key.trial != b->key.trial)
        return compare_u64(a->key.trial, b->key.trial);
    if (a->key.number != b->key.number)
        return compare_u64(a->key.number, b->key.number);
    return compare_u64(a->sequence, b->sequence);
}

/* The end that finishes a trial arrives together with it; what is unknown arrives last. */
static void give_arrivals(struct rebuild *rebuild)
{
    struct news_list list = {0};
    uint64_t arrival = 0;
    for (size_t i = 0; i < rebuild->trial_count; i++)
        for (size_t k = 0; k < rebuild->trials[i].attempt_count; k++)
            add_attempt_news(&list, &rebuild->trials[i], k);
    if (list.count > 0)
        qsort(list.items, list.count, sizeof *list.items, by_time);
    for (size_t i = 0; i < list.count; i++)
        *list.items[i].arrival = ++arrival;
    sweep_free(list.items);
    for (size_t i = 0; i < rebuild->trial_count; i++) {
        const struct remains *trial = &rebuild->trials[i];
        struct sweep_trial *row = &rebuild->rows[i];
        if (trial_is_finished(row->state))
            row->arrival = trial->attempt_count > 0
                               ? trial->attempts[trial->attempt_count - 1].arrival
                               : ++arrival;
    }
}

/* --- what the attempts took ----------------------------------------------------------------- */

static int by_start(const void *left, const void *right)
{
    const struct attempt_outcome *a = *(const struct attempt_outcome *const *)left;
    const struct attempt_outcome *b = *(const struct attempt_outcome *const *)right;
    return (a->started_us > b->started_us) - (a->started_us < b->started_us);
}

/* The union of the times in which they ran: what `budget.time` counts, as far as is known. */
static void count_running(struct rebuild *rebuild)
{
    const struct attempt_outcome **order = NULL;
    size_t count = 0;
    size_t capacity = 0;
    int64_t end_us = 0;
    for (size_t i = 0; i < rebuild->trial_count; i++)
        for (size_t k = 0; k < rebuild->trials[i].attempt_count; k++) {
            rebuild->reports += rebuild->trials[i].attempts[k].report_count;
            order = array_reserve(order, count + 1, &capacity, sizeof *order);
            order[count++] = &rebuild->trials[i].attempts[k].outcome;
        }
    if (count > 0)
        qsort(order, count, sizeof *order, by_start);
    for (size_t i = 0; i < count; i++) {
        int64_t from_us = order[i]->started_us > end_us ? order[i]->started_us : end_us;
        if (order[i]->ended_us <= from_us)
            continue;
        rebuild->running_us += order[i]->ended_us - from_us;
        end_us = order[i]->ended_us;
    }
    sweep_free(order);
}

bool rebuild_load(struct rebuild *rebuild, struct sweep_error *err)
{
    uint64_t count;
    if (!trials_find_last(rebuild->trials_fd, &count, err))
        return false;
    if (count == 0)
        return sweep_error_set(err, SWEEP_DATABASE,
                               "there are no files of trials to rebuild a database from; start the "
                               "sweep again: sweep run FILE.yaml");
    rebuild->trials = arena_alloc_array(&rebuild->arena, count, sizeof *rebuild->trials);
    rebuild->rows = arena_alloc_array(&rebuild->arena, count, sizeof *rebuild->rows);
    for (uint64_t i = 0; i < count; i++)
        if (!remains_load(&rebuild->trials[i], &rebuild->arena, rebuild->trials_fd, i + 1,
                          rebuild->settings, err))
            return false;
    rebuild->trial_count = count;
    judge_all(rebuild);
    give_arrivals(rebuild);
    count_running(rebuild);
    return true;
}

void rebuild_release(struct rebuild *rebuild)
{
    arena_release(&rebuild->arena);
    rebuild->trial_count = 0;
}

/* --- writing -------------------------------------------------------------------------------- */

static bool write_attempt(struct store *store, const struct remains *trial, size_t index,
                          struct sweep_error *err)
{
    const struct remains_attempt *attempt = &trial->attempts[index];
    struct attempt_key key = attempt->identity.key;
    if (!store_record_attempt(store, &attempt->identity, attempt->started_us, attempt->fresh, err))
        return false;
    if (!store_record_gpus(store, key, &attempt->gpus, err))
        return false;
    for (size_t i = 0; i < attempt->report_count; i++)
        if (!store_record_report(store, &attempt->reports[i], err))
            return false;
    return store_record_offset(store, key, attempt->journal_offset, attempt->journal_sequence,
                               err) &&
           (!has_ended(trial, index) ||
            store_record_outcome(store, key, &attempt->outcome, attempt->arrival, err));
}

static bool write_trials(const struct rebuild *rebuild, struct store *store,
                         struct sweep_error *err)
{
    for (size_t i = 0; i < rebuild->trial_count; i++) {
        if (!store_record_trial(store, rebuild->settings->space, &rebuild->rows[i], err))
            return false;
        for (size_t k = 0; k < rebuild->trials[i].attempt_count; k++)
            if (!write_attempt(store, &rebuild->trials[i], k, err))
                return false;
    }
    return true;
}

static bool write_all(const struct rebuild *rebuild, struct store *store, int64_t now_us,
                      struct sweep_error *err)
{
    const struct attempt_key whole = {0};
    if (!store_begin(store, err))
        return false;
    if (write_trials(rebuild, store, err) &&
        store_record_event(store, now_us, whole, "rebuilt",
                           "the database was made anew from the files of the trials", err) &&
        store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}

bool rebuild_store(const struct rebuild *rebuild, const char *path, int64_t now_us,
                   struct sweep_error *err)
{
    struct store_sweep sweep = *rebuild->sweep;
    sweep.running_us = rebuild->running_us;
    struct store *store = store_create(path, &sweep, rebuild->set, err);
    if (store == NULL)
        return false;
    bool done = write_all(rebuild, store, now_us, err) && store_check(store, err);
    store_close(store);
    return done;
}
