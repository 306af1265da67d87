/*
 * Sorts recorded trials by another space. Whether it may change at all is revision.c's.
 */
#include "cli/run/space_change.h"

#include <string.h>

#include "base/clock.h"
#include "space/feasible.h"
#include "space/space.h"
#include "trial/trial.h"

/* Recorded params are read by the names of today's space, so that these must be the same. */
static bool check_names(const struct config *old, const struct config *edited,
                        struct sweep_error *err)
{
    size_t count = sweep_space_count(old->space);
    const struct sweep_parameter *missing = NULL;
    const struct sweep_parameter *added = NULL;

    for (size_t i = 0; i < count && missing == NULL; i++)
        if (space_find(edited->space, sweep_space_parameter(old->space, i)->name) ==
            SPACE_NOT_FOUND)
            missing = sweep_space_parameter(old->space, i);
    for (size_t i = 0; i < sweep_space_count(edited->space) && added == NULL; i++)
        if (space_find(old->space, sweep_space_parameter(edited->space, i)->name) ==
            SPACE_NOT_FOUND)
            added = sweep_space_parameter(edited->space, i);
    if (missing == NULL && added == NULL)
        return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "'%s' is %s: values, conditions and constraints of a space may change, "
                           "but not which parameters it has; for a new sweep give it another name, "
                           "with --set name=NEW",
                           missing != NULL ? missing->name : added->name,
                           missing != NULL ? "gone" : "new");
}

/* It is asked as soon as the sweep goes on: a space that it cannot search would end it for good. */
static bool check_strategy(const struct session *session, struct sweep_error *err)
{
    const struct config *config = session->document.config;
    const struct sweep_strategy *strategy =
        config->method_command == NULL ? sweep_strategy_find(session->sweep.method) : NULL;

    if (strategy == NULL)
        return true;
    void *state = strategy->create(config->searched, err);
    bool fine = state != NULL;
    strategy->free(state);
    return fine;
}

static bool is_unwanted(const struct sweep_trial *trial)
{
    return trial->state == SWEEP_TRIAL_WAITING && trial->attempts == 0;
}

static bool sort_trials(struct session *session, const struct sweep_space *searched,
                        const struct store_trials *trials, struct space_change *change,
                        struct sweep_error *err)
{
    struct sweep_judge *judge = sweep_judge_create(searched, err);

    if (judge == NULL)
        return false;
    change->unwanted =
        arena_alloc_array(&session->arena, trials->count, sizeof(struct sweep_trial *));
    for (size_t i = 0; i < trials->count; i++) {
        struct sweep_trial *trial = &trials->items[i];
        bool fits = space_has_point(judge, trial->params);
        if (trial_is_finished(trial->state) && fits)
            change->inside++;
        else if (trial_is_finished(trial->state))
            change->outside++;
        else if (!fits && is_unwanted(trial))
            change->unwanted[change->unwanted_count++] = trial;
    }
    sweep_judge_free(judge);
    return true;
}

bool space_change_judge(struct session *session, const struct config *old,
                        struct space_change *change, struct sweep_error *err)
{
    const struct config *edited = session->document.config;
    struct store_trials trials;

    *change = (struct space_change){0};
    return check_names(old, edited, err) && check_strategy(session, err) &&
           store_load_trials(session->store, edited->space, &session->arena, false, &trials, err) &&
           sort_trials(session, edited->searched, &trials, change, err);
}

void space_change_append(const struct space_change *change, struct strbuf *out)
{
    strbuf_printf(out, "%zu finished trial%s valid, %zu %s outside, 0 lost", change->inside,
                  change->inside == 1 ? " stays" : "s stay", change->outside,
                  change->outside == 1 ? "falls" : "fall");
    if (change->unwanted_count > 0)
        strbuf_printf(out, "; %zu that waited %s cancelled", change->unwanted_count,
                      change->unwanted_count == 1 ? "is" : "are");
}

bool space_change_record(struct store *store, const struct space_change *change,
                         struct sweep_error *err)
{
    uint64_t arrival;

    if (!store_load_arrival(store, &arrival, err))
        return false;
    for (size_t i = 0; i < change->unwanted_count; i++) {
        struct sweep_trial *trial = change->unwanted[i];
        trial->state = SWEEP_TRIAL_CANCELLED;
        trial->reason = SWEEP_REASON_CANCELLED;
        trial->finished_us = clock_wall_us();
        trial->arrival = ++arrival;
        if (!store_update_trial(store, trial, err) ||
            !store_record_event(store, trial->finished_us, (struct attempt_key){trial->number, 0},
                                "cancelled", "outside of the space as it was changed", err))
            return false;
    }
    return true;
}
