/*
 * Trials that somebody else runs. What strategies see is the asker's affair; what lines of JSON
 * look like is ask_tell.c's.
 *
 * The record first: memory follows what the store has committed. An ask knows all trials before it,
 * so a batch is one transaction in which memory runs ahead; where that fails the advisor ends.
 */
#include "advisor/advisor.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "asker/asker.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/number.h"
#include "sweep/mem.h"
#include "trial/objective.h"
#include "trial/ranking.h"
#include "trial/trial.h"

#define REPORT_MAX     128 /* a report as a text [bytes] */
#define LIMIT_TEXT_MAX 128

struct advisor {
    struct advisor_settings settings;
    size_t param_count;
    struct asker *asker;
    struct arena arena;

    struct sweep_trial **trials; /* [count] by number - 1, in the arena */
    size_t count;
    size_t capacity;
    uint64_t *unfinished; /* [unfinished_count] numbers, in order */
    size_t unfinished_count;
    size_t unfinished_capacity;
    uint64_t free_of_charge; /* trials that do not count in the budget */
    uint64_t arrival;        /* the last that was given */
    bool exhausted;

    struct engine *counts; /* never stepped: it counts finished trials, and knows its limits */
    int64_t started_ms;
    char limit[LIMIT_TEXT_MAX]; /* the one that is reached, in words */

    const struct sweep_trial **shown; /* [shown_capacity] what the last call handed over */
    size_t shown_capacity;
};

static const char budget_is_used[] = "the budget is used up";
static const char space_is_used[] = "every point of the space was tried";
static const char time_is_used[] = "the time of the budget is used up";

/* --- what is known --------------------------------------------------------------------------- */

static struct sweep_trial *trial_of(const struct advisor *advisor, uint64_t number)
{
    return advisor->trials[number - 1];
}

/* Others are in the hands of a runner that left them behind. */
static bool is_ours(const struct sweep_trial *trial)
{
    return trial->attempts == 0;
}

static bool is_evidence(const struct sweep_trial *trial)
{
    return is_ours(trial) && trial_is_finished(trial->state) && trial->started_us == 0 &&
           trial->objective != SWEEP_OBJECTIVE_NONE;
}

static void remember(struct advisor *advisor, struct sweep_trial *trial)
{
    advisor->trials = array_reserve(advisor->trials, advisor->count + 1, &advisor->capacity,
                                    sizeof(struct sweep_trial *));
    advisor->trials[advisor->count++] = trial;
    trial->pending = NULL; /* was the list below, which changes */
    trial->pending_count = 0;
    advisor->free_of_charge += is_evidence(trial) || trial->origin == SWEEP_FROM_RETRY;
    if (trial_is_finished(trial->state))
        return;
    advisor->unfinished = array_reserve(advisor->unfinished, advisor->unfinished_count + 1,
                                        &advisor->unfinished_capacity, sizeof *advisor->unfinished);
    advisor->unfinished[advisor->unfinished_count++] = trial->number;
}

static void forget_unfinished(struct advisor *advisor, uint64_t number)
{
    size_t kept = 0;
    for (size_t i = 0; i < advisor->unfinished_count; i++)
        if (advisor->unfinished[i] != number)
            advisor->unfinished[kept++] = advisor->unfinished[i];
    advisor->unfinished_count = kept;
}

/* A new trial as one that knows what is known now. */
static struct sweep_trial *make_trial(struct advisor *advisor)
{
    struct sweep_trial *trial = arena_alloc(&advisor->arena, sizeof *trial);
    *trial = (struct sweep_trial){
        .number = advisor->count + 1,
        .state = SWEEP_TRIAL_WAITING,
        .step = SWEEP_STEP_NONE,
        .last = (double)NAN,
        .created_us = clock_wall_us(),
        .seen = advisor->count - advisor->unfinished_count,
        .pending = advisor->unfinished,
        .pending_count = advisor->unfinished_count,
    };
    return trial;
}

static void *copy_block(struct advisor *advisor, const void *block, size_t size)
{
    if (size == 0)
        return NULL;
    return memcpy(arena_alloc(&advisor->arena, size), block, size);
}

static void hand_over(struct advisor *advisor, struct advisor_trials *out,
                      const struct sweep_trial *trial)
{
    advisor->shown = array_reserve(advisor->shown, out->count + 1, &advisor->shown_capacity,
                                   sizeof(const struct sweep_trial *));
    advisor->shown[out->count++] = trial;
    out->items = advisor->shown;
}

/* --- the record ------------------------------------------------------------------------------ */

static bool begin(struct advisor *advisor, struct sweep_error *err)
{
    return advisor->settings.store == NULL || store_begin(advisor->settings.store, err);
}

/* End what begin() began, well or not. A record that the store refuses is nobody's bad input. */
static bool commit(struct advisor *advisor, bool well, struct sweep_error *err)
{
    struct store *store = advisor->settings.store;
    if (store == NULL || (well && store_commit(store, err)))
        return well;
    store_rollback(store);
    if (err != NULL && (err->code == SWEEP_BAD_INPUT || err->code == SWEEP_NOT_FOUND))
        err->code = SWEEP_DATABASE;
    return false;
}

static bool record_trial(struct advisor *advisor, const struct sweep_trial *trial,
                         struct sweep_error *err)
{
    const struct advisor_settings *settings = &advisor->settings;
    return settings->store == NULL ||
           store_record_trial(settings->store, settings->space, trial, err);
}

static bool update_trial(struct advisor *advisor, const struct sweep_trial *trial,
                         struct sweep_error *err)
{
    struct store *store = advisor->settings.store;
    return store == NULL || store_update_trial(store, trial, err);
}

/* --- limits ---------------------------------------------------------------------------------- */

static struct engine *create_counts(const struct advisor_settings *settings)
{
    const struct engine_settings counted = {
        .has_objective = true,
        .objective = {.maximize = settings->maximize},
        .param_count = sweep_space_count(settings->space),
        .limits = settings->limits,
    };
    return engine_create(&counted);
}

/* Evidence may be the best there is; that it is not says nothing about the search. */
static void count_finished(struct advisor *advisor, const struct sweep_trial *trial)
{
    struct engine_progress progress;
    engine_progress(advisor->counts, &progress);
    bool is_better = ranking_is_eligible(trial) &&
                     (!progress.has_best || ranking_is_better(trial->value, progress.best_value,
                                                              advisor->settings.maximize));
    if (is_better || !is_evidence(trial))
        engine_restore_trial(advisor->counts, trial);
}

/* NULL while no limit is reached. */
static const char *find_limit(struct advisor *advisor)
{
    const struct advisor_settings *settings = &advisor->settings;
    int64_t ran_ms = settings->running_ms + clock_boot_ms() - advisor->started_ms;
    if (settings->limits.time_ms > 0 && ran_ms >= settings->limits.time_ms)
        return time_is_used;
    struct strbuf text;
    strbuf_init(&text, sizeof advisor->limit - 1);
    engine_describe_limit(advisor->counts, &text);
    memcpy(advisor->limit, strbuf_text(&text), text.size + 1);
    strbuf_release(&text);
    return advisor->limit[0] != '\0' ? advisor->limit : NULL;
}

/* --- asking ---------------------------------------------------------------------------------- */

static bool budget_is_left(const struct advisor *advisor)
{
    uint64_t budget = advisor->settings.trials;
    return budget == 0 || advisor->count - advisor->free_of_charge < budget;
}

static struct sweep_trial *next_added(const struct advisor *advisor)
{
    for (size_t i = 0; i < advisor->unfinished_count; i++) {
        struct sweep_trial *trial = trial_of(advisor, advisor->unfinished[i]);
        if (trial->state == SWEEP_TRIAL_WAITING && is_ours(trial))
            return trial;
    }
    return NULL;
}

static void hand_out(struct sweep_trial *trial)
{
    trial->state = SWEEP_TRIAL_RUNNING;
    trial->started_us = clock_wall_us();
}

static void wait_for_answer(struct advisor *advisor, struct asker_answer *answer)
{
    struct pollfd ready = {.fd = asker_fd(advisor->asker), .events = POLLIN};
    while (!asker_take(advisor->asker, answer))
        (void)poll(&ready, 1, -1);
}

/* @param[out] out  NULL where the strategy has no point left */
static bool suggest(struct advisor *advisor, struct sweep_trial **out, struct sweep_error *err)
{
    struct asker_answer answer;
    struct sweep_trial *trial = make_trial(advisor);
    asker_ask(advisor->asker, advisor->settings.seed, trial);
    wait_for_answer(advisor, &answer);
    if (answer.error.code != SWEEP_OK) {
        sweep_error_set(err, answer.error.code, "%s", answer.error.message);
        asker_release_answer(&answer);
        return false;
    }
    advisor->exhausted = answer.answer == SWEEP_EXHAUSTED;
    *out = advisor->exhausted ? NULL : trial;
    if (!advisor->exhausted) {
        trial->params =
            copy_block(advisor, answer.params, advisor->param_count * sizeof *answer.params);
        trial->memo = copy_block(advisor, answer.memo, answer.memo_size);
        trial->memo_size = answer.memo_size;
    }
    asker_release_answer(&answer);
    return true;
}

/* What the asker gets to know is the trial as it was suggested: it shows no more of it anyway. */
static bool take_suggestion(struct advisor *advisor, struct sweep_trial *trial,
                            struct sweep_error *err)
{
    hand_out(trial);
    if (!record_trial(advisor, trial, err))
        return false;
    asker_know(advisor->asker, trial);
    remember(advisor, trial);
    return true;
}

/* One more trial in `out`, or the reason why not. */
static bool ask_once(struct advisor *advisor, struct advisor_trials *out, struct sweep_error *err)
{
    struct sweep_trial *trial = next_added(advisor);
    if (trial != NULL) {
        hand_out(trial);
        if (!update_trial(advisor, trial, err))
            return false;
        hand_over(advisor, out, trial);
        return true;
    }
    if (!budget_is_left(advisor)) {
        out->reason = budget_is_used;
        return true;
    }
    if (!advisor->exhausted && !suggest(advisor, &trial, err))
        return false;
    if (trial == NULL) {
        out->reason = space_is_used;
        return true;
    }
    if (!take_suggestion(advisor, trial, err))
        return false;
    hand_over(advisor, out, trial);
    return true;
}

bool advisor_ask(struct advisor *advisor, uint64_t count, struct advisor_trials *out,
                 struct sweep_error *err)
{
    *out = (struct advisor_trials){.reason = find_limit(advisor)};
    if (out->reason != NULL)
        return true;
    if (!begin(advisor, err))
        return false;
    bool well = true;
    for (uint64_t i = 0; well && i < count && out->reason == NULL; i++)
        well = ask_once(advisor, out, err);
    return commit(advisor, well, err);
}

/* --- being told ------------------------------------------------------------------------------ */

static void set_result(struct advisor *advisor, struct sweep_trial *trial,
                       const struct advisor_result *result)
{
    trial->state = result->state;
    trial->finished_us = clock_wall_us();
    trial->arrival = advisor->arrival + 1;
    if (trial->started_us > 0 && trial->finished_us > trial->started_us)
        trial->duration_us = trial->finished_us - trial->started_us;
    if (!result->has_value)
        return;
    trial->objective = objective_kind(result->value);
    trial->value = result->value;
    trial->last = result->value;
}

/* A trial that was handed out by us and is not told yet; else NULL. */
static struct sweep_trial *find_pending(struct advisor *advisor, uint64_t number,
                                        struct sweep_error *err)
{
    struct sweep_trial *trial =
        number >= 1 && number <= advisor->count ? trial_of(advisor, number) : NULL;
    if (trial == NULL)
        sweep_error_set(err, SWEEP_NOT_FOUND, "there is no trial %" PRIu64, number);
    else if (trial_is_finished(trial->state))
        sweep_error_set(err, SWEEP_BAD_INPUT, "trial %" PRIu64 " is finished already: %s", number,
                        trial_state_name(trial->state));
    else if (!is_ours(trial))
        sweep_error_set(err, SWEEP_BAD_INPUT,
                        "trial %" PRIu64 " was started by `sweep run`, which goes on with it",
                        number);
    else if (trial->state == SWEEP_TRIAL_WAITING)
        sweep_error_set(err, SWEEP_BAD_INPUT, "trial %" PRIu64 " was not asked for yet", number);
    else
        return trial;
    return NULL;
}

bool advisor_tell(struct advisor *advisor, uint64_t number, const struct advisor_result *result,
                  struct sweep_error *err)
{
    struct sweep_trial *trial = find_pending(advisor, number, err);
    if (trial == NULL)
        return false;
    struct sweep_trial told = *trial;
    set_result(advisor, &told, result);
    if (!begin(advisor, err) || !commit(advisor, update_trial(advisor, &told, err), err))
        return false;
    *trial = told;
    advisor->arrival = told.arrival;
    forget_unfinished(advisor, number);
    count_finished(advisor, trial);
    asker_tell(advisor->asker, trial);
    return true;
}

/* As an event: reports of the schema belong to an attempt, and there is none. */
static bool record_report(struct advisor *advisor, uint64_t number, int64_t step, double value,
                          struct sweep_error *err)
{
    char number_text[NUMBER_TEXT_MAX];
    char text[REPORT_MAX];
    const struct attempt_key key = {.trial = number};
    number_format_shortest(value, number_text);
    if (step == SWEEP_STEP_NONE)
        (void)snprintf(text, sizeof text, "reported %s", number_text);
    else
        (void)snprintf(text, sizeof text, "reported %s at step %" PRId64, number_text, step);
    return store_record_event(advisor->settings.store, clock_wall_us(), key, "report", text, err);
}

bool advisor_report(struct advisor *advisor, uint64_t number, int64_t step, double value,
                    bool *prune, struct sweep_error *err)
{
    *prune = false;
    if (find_pending(advisor, number, err) == NULL)
        return false;
    if (advisor->settings.store == NULL)
        return true;
    return begin(advisor, err) &&
           commit(advisor, record_report(advisor, number, step, value, err), err);
}

bool advisor_add(struct advisor *advisor, const struct sweep_value *params,
                 const struct advisor_result *evidence, uint64_t *number, struct sweep_error *err)
{
    if (evidence == NULL && !budget_is_left(advisor))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the budget of %" PRIu64 " trials is used up: with a value the "
                               "params could still be added as evidence",
                               advisor->settings.trials);
    struct sweep_trial *trial = make_trial(advisor);
    trial->origin = SWEEP_FROM_PERSON;
    trial->params = copy_block(advisor, params, advisor->param_count * sizeof *params);
    if (evidence != NULL)
        set_result(advisor, trial, evidence);
    if (!begin(advisor, err) || !commit(advisor, record_trial(advisor, trial, err), err))
        return false;
    asker_know(advisor->asker, trial);
    remember(advisor, trial);
    if (evidence != NULL) {
        advisor->arrival = trial->arrival;
        count_finished(advisor, trial);
    }
    *number = trial->number;
    return true;
}

/* --- looking --------------------------------------------------------------------------------- */

const struct sweep_trial *advisor_best(const struct advisor *advisor)
{
    const struct sweep_trial *best = NULL;
    bool maximize = advisor->settings.maximize;
    for (size_t i = 0; i < advisor->count; i++) {
        const struct sweep_trial *trial = advisor->trials[i];
        if (ranking_is_eligible(trial) &&
            (best == NULL || ranking_is_better(trial->value, best->value, maximize)))
            best = trial;
    }
    return best;
}

void advisor_pending(struct advisor *advisor, struct advisor_trials *out)
{
    *out = (struct advisor_trials){0};
    for (size_t i = 0; i < advisor->unfinished_count; i++) {
        const struct sweep_trial *trial = trial_of(advisor, advisor->unfinished[i]);
        if (trial->state == SWEEP_TRIAL_RUNNING && is_ours(trial))
            hand_over(advisor, out, trial);
    }
}

const char *advisor_end(struct advisor *advisor)
{
    if (advisor->unfinished_count > 0)
        return NULL;
    const char *limit = find_limit(advisor);
    if (limit != NULL)
        return limit;
    if (!budget_is_left(advisor))
        return budget_is_used;
    return advisor->exhausted ? space_is_used : NULL;
}

/* --- life ------------------------------------------------------------------------------------ */

/* The asker borrows what was loaded; ours are copies, since they change. */
static bool restore(struct advisor *advisor, struct sweep_error *err)
{
    const struct advisor_settings *settings = &advisor->settings;
    struct store_trials loaded;
    if (!store_load_trials(settings->store, settings->space, &advisor->arena,
                           settings->strategy->uses_results, &loaded, err) ||
        !store_load_arrival(settings->store, &advisor->arrival, err))
        return false;
    for (size_t i = 0; i < loaded.count; i++)
        remember(advisor, copy_block(advisor, &loaded.items[i], sizeof loaded.items[i]));
    for (size_t i = 0; i < loaded.count; i++)
        if (trial_is_finished(loaded.items[i].state))
            count_finished(advisor, &loaded.items[i]);
    asker_restore(advisor->asker, loaded.items, loaded.count);
    return true;
}

struct advisor *advisor_create(const struct advisor_settings *settings, struct sweep_error *err)
{
    struct advisor *advisor = sweep_alloc(sizeof *advisor);
    advisor->settings = *settings;
    advisor->param_count = sweep_space_count(settings->space);
    advisor->counts = create_counts(settings);
    advisor->started_ms = clock_boot_ms();
    const struct asker_settings asker = {
        .strategy = settings->strategy,
        .external = settings->external,
        .space = settings->space,
        .plan = settings->plan,
        .maximize = settings->maximize,
    };
    advisor->asker = asker_create(&asker, err);
    if (advisor->asker == NULL || (settings->store != NULL && !restore(advisor, err))) {
        advisor_free(advisor);
        return NULL;
    }
    return advisor;
}

void advisor_free(struct advisor *advisor)
{
    if (advisor == NULL)
        return;
    asker_free(advisor->asker);
    engine_free(advisor->counts);
    sweep_free(advisor->trials);
    sweep_free(advisor->unfinished);
    sweep_free(advisor->shown);
    arena_release(&advisor->arena);
    sweep_free(advisor);
}
