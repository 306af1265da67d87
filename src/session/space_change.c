/*
 * Sorts recorded trials by another space. Whether it may change at all is revision.c's.
 */
#include "session/space_change.h"

#include "base/clock.h"
#include "config/former.h"
#include "space/feasible.h"
#include "space/space.h"
#include "trial/trial.h"

bool space_change_check(const struct config *old, const struct config *edited,
                        struct sweep_error *err)
{
    const char *name = config_find_clash(old, edited);

    return name == NULL ||
           sweep_error_set(err, SWEEP_BAD_INPUT,
                           "'%s' is in other groups than in the trials that are there: give it "
                           "another name, or the sweep, with --set name=NEW",
                           name);
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

/* What was never started would run with parameters that the command need not know any more, and so
 * would what is held since its metric was not seen. */
static bool is_unwanted(const struct sweep_trial *trial)
{
    return trial->state == SWEEP_TRIAL_WAITING &&
           (trial->attempts == 0 || trial->reason == SWEEP_REASON_METRIC_MISSING);
}

static bool sort_trials(struct session *session, const struct store_trials *trials,
                        struct space_change *change, struct sweep_error *err)
{
    const struct config *edited = change->edited;
    struct sweep_judge *judge = sweep_judge_create(edited->searched, err);

    if (judge == NULL)
        return false;
    change->unwanted =
        arena_alloc_array(&session->arena, trials->count, sizeof(struct sweep_trial *));
    for (size_t i = 0; i < trials->count; i++) {
        struct sweep_trial *trial = &trials->items[i];
        enum space_fit fit = space_fit(edited->space, judge, trial->params);
        if (trial_is_finished(trial->state) && fit != SPACE_OUTSIDE)
            change->inside++;
        else if (trial_is_finished(trial->state))
            change->outside++;
        else if (fit != SPACE_FITS && is_unwanted(trial))
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

    *change = (struct space_change){.old = old, .edited = edited};
    return check_strategy(session, err) &&
           store_load_trials(session->store, edited->space, &session->arena, false, &trials, err) &&
           sort_trials(session, &trials, change, err);
}

/* `; k, m` and what it comes to, for those that only one of the spaces has and that have a single
 * value, or several. */
static void append_names(const struct sweep_space *space, const struct sweep_space *other,
                         bool is_single, const char *words, struct strbuf *out)
{
    size_t count = 0;

    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        if (space_find(other, parameter->name) != SPACE_NOT_FOUND ||
            (sweep_parameter_size(parameter) == 1) != is_single)
            continue;
        strbuf_printf(out, "%s%s", count++ == 0 ? "; " : ", ", parameter->name);
    }
    if (count > 0)
        strbuf_printf(out, " %s %s", count == 1 ? "is" : "are", words);
}

void space_change_append(const struct space_change *change, struct strbuf *out)
{
    strbuf_printf(out, "%zu finished trial%s valid, %zu %s outside, 0 lost", change->inside,
                  change->inside == 1 ? " stays" : "s stay", change->outside,
                  change->outside == 1 ? "falls" : "fall");
    if (change->unwanted_count > 0)
        strbuf_printf(out, "; %zu that waited %s cancelled", change->unwanted_count,
                      change->unwanted_count == 1 ? "is" : "are");
    const struct sweep_space *old = change->old->searched;
    const struct sweep_space *edited = change->edited->searched;
    append_names(old, edited, true, "gone: old trials count as before", out);
    append_names(old, edited, false,
                 "gone: old trials with a value are outside (to keep those of one value, leave the "
                 "parameter in with that 'value')",
                 out);
    append_names(edited, old, true, "new: old trials count as having had that value", out);
    append_names(edited, old, false, "new: old trials without a value are outside", out);
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
        trial->reason_detail = SWEEP_CANCELLED_BY_CHANGE;
        trial->finished_us = clock_wall_us();
        trial->arrival = ++arrival;
        if (!store_update_trial(store, trial, err) ||
            !store_record_event(store, trial->finished_us, (struct attempt_key){trial->number, 0},
                                "cancelled", "outside of the space as it was changed", err))
            return false;
    }
    return true;
}
