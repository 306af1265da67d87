/*
 * How trials end and are counted, and what is left of the sweep then.
 *
 * Not for when they end: see attempts.c, people.c and sight.c.
 */
#include <assert.h>

#include "engine/state.h"
#include "trial/ranking.h"
#include "trial/trial.h"

uint64_t engine_waiting(const struct engine *engine)
{
    return engine->unfinished.count - engine->launching - engine->live -
           entry_list_count(&engine->unfinished, ENTRY_HELD);
}

bool engine_has_budget(const struct engine *engine)
{
    return engine->settings.trials == 0 ||
           engine->newest - engine->uncounted < engine->settings.trials;
}

bool engine_is_all_done(const struct engine *engine)
{
    return engine->unfinished.count == 0 && (engine->exhausted || !engine_has_budget(engine));
}

uint64_t engine_take_arrival(struct engine *engine)
{
    return ++engine->arrival;
}

static bool is_new_best(const struct engine *engine, const struct sweep_trial *trial)
{
    const struct engine_progress *best = &engine->progress;
    if (!engine->settings.has_objective || !ranking_is_eligible(trial))
        return false;
    if (!best->has_best)
        return true;
    if (ranking_is_better(best->best_value, trial->value, engine->settings.objective.maximize))
        return false;
    /* a tie goes to the lower number, which need not be the one that ended first */
    return ranking_is_better(trial->value, best->best_value, engine->settings.objective.maximize) ||
           trial->number < best->best_trial;
}

/* A tie is no improvement, and a trial that failed says nothing about the space. */
static void count_patience(struct engine *engine, const struct sweep_trial *trial)
{
    const struct engine_progress *best = &engine->progress;
    bool maximize = engine->settings.objective.maximize;
    if (ranking_is_eligible(trial) &&
        (!best->has_best || ranking_is_better(trial->value, best->best_value, maximize)))
        engine->counts.stale = 0;
    else if (trial->state == SWEEP_TRIAL_COMPLETE || trial->state == SWEEP_TRIAL_PRUNED)
        engine->counts.stale++;
}

void engine_count_finished(struct engine *engine, const struct sweep_trial *trial)
{
    struct engine_progress *progress = &engine->progress;
    count_patience(engine, trial);
    if (trial->state == SWEEP_TRIAL_FAILED)
        engine->counts.failed = (struct attempt_key){trial->number, trial->attempts};
    progress->finished++;
    progress->complete += trial->state == SWEEP_TRIAL_COMPLETE;
    progress->failed += trial->state == SWEEP_TRIAL_FAILED;
    if (!is_new_best(engine, trial))
        return;
    progress->has_best = true;
    progress->best_trial = trial->number;
    progress->best_value = trial->value;
    progress->best_step = trial->step;
}

void engine_set_state(struct entry *entry, enum sweep_trial_state state, enum sweep_reason reason,
                      int detail)
{
    assert(trial_can_become(entry->trial.state, state));
    entry->trial.state = state;
    entry->trial.reason = reason;
    entry->trial.reason_detail = detail;
}

void engine_update(struct engine *engine, const struct entry *entry)
{
    actions_add(&engine->actions, ENGINE_UPDATE)->trial = &entry->trial;
}

void engine_finish_trial(struct engine *engine, struct entry *entry, int64_t ended_us)
{
    entry->trial.finished_us = ended_us != 0 ? ended_us : engine->wall_us;
    entry->trial.arrival = engine_take_arrival(engine);
    engine_count_finished(engine, &entry->trial);
    breaker_count(engine, &entry->trial);
    entry_list_remove(&engine->unfinished, entry);
    actions_keep(&engine->actions, entry);
}

void engine_conclude(struct engine *engine, struct entry *entry, struct trial_verdict verdict)
{
    engine_set_state(entry, verdict.state, verdict.reason, verdict.reason_detail);
    engine_finish_trial(engine, entry, 0);
    engine_update(engine, entry);
}

void engine_drop(struct engine *engine, struct entry *entry)
{
    engine_conclude(engine, entry,
                    (struct trial_verdict){SWEEP_TRIAL_CANCELLED, SWEEP_REASON_CANCELLED, 0});
}
