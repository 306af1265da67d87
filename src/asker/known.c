/*
 * Copies of trials, and the history made of them. No thread here, no strategy.
 */
#include "asker/known.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "space/feasible.h"
#include "sweep/mem.h"
#include "trial/trial.h"

void known_release(struct known *known)
{
    sweep_free(known->trials);
    sweep_free(known->finished);
    sweep_free(known->pending);
    sweep_free(known->pending_list);
    sweep_free(known->fitting);
    sweep_free(known->fitting_counts);
    arena_release(&known->arena);
    *known = (struct known){
        .param_count = known->param_count, .space = known->space, .judge = known->judge};
}

static void put(struct known *known, const struct sweep_trial *trial)
{
    size_t old_count = known->trial_count;
    if (trial->number > old_count) {
        known->trials = array_reserve(known->trials, trial->number, &known->trial_capacity,
                                      sizeof *known->trials);
        memset(known->trials + old_count, 0, (trial->number - old_count) * sizeof *known->trials);
        known->trial_count = trial->number;
    }
    const struct sweep_trial **place = &known->trials[trial->number - 1];
    if (trial->memo_size > 0 && (*place == NULL || (*place)->memo_size == 0))
        known->memo_count++;
    *place = trial;
}

/* What was cancelled before it was started would have been run in the space of its time: in that of
 * today it is untried. */
static bool fits(const struct known *known, const struct sweep_trial *trial)
{
    if (known->judge == NULL)
        return true;
    bool is_untried = trial->state == SWEEP_TRIAL_CANCELLED && trial->attempts == 0;
    enum space_fit fit = space_fit(known->space, known->judge, trial->params);
    return is_untried ? fit == SPACE_FITS : fit != SPACE_OUTSIDE;
}

/* With what it counts as having had, where parameters came into the space after it. */
static const struct sweep_trial *adapt(struct known *known, const struct sweep_trial *trial)
{
    if (known->judge == NULL || trial->attempts == 0 ||
        space_fit(known->space, known->judge, trial->params) != SPACE_FITS_ADAPTED)
        return trial;
    struct sweep_trial *copy = arena_alloc(&known->arena, sizeof *copy);
    struct sweep_value *params =
        arena_alloc_array(&known->arena, known->param_count, sizeof *params);
    *copy = *trial;
    memcpy(params, trial->params, known->param_count * sizeof *params);
    (void)space_adapt(known->space, known->judge, params);
    copy->params = params;
    return copy;
}

/* Of the first `count` finished ones. */
static size_t count_fitting(const struct known *known, size_t count)
{
    return count > 0 ? known->fitting_counts[count - 1] : 0;
}

/* In the same order, so that a longer history still begins with the shorter one. */
static void sort_out(struct known *known, size_t place)
{
    size_t count = count_fitting(known, place);
    known->fitting =
        array_reserve(known->fitting, count + 1, &known->fitting_capacity, sizeof *known->fitting);
    known->fitting_counts =
        array_reserve(known->fitting_counts, place + 1, &known->fitting_counts_capacity,
                      sizeof *known->fitting_counts);
    if (fits(known, known->finished[place]))
        known->fitting[count++] = known->finished[place];
    known->fitting_counts[place] = count;
}

static void append_finished(struct known *known, const struct sweep_trial *trial)
{
    known->finished = array_reserve(known->finished, known->finished_count + 1,
                                    &known->finished_capacity, sizeof *known->finished);
    known->finished[known->finished_count++] = trial;
}

static int compare_arrival(const void *a, const void *b)
{
    const struct sweep_trial *const *left = a;
    const struct sweep_trial *const *right = b;
    return ((*left)->arrival > (*right)->arrival) - ((*left)->arrival < (*right)->arrival);
}

void known_restore(struct known *known, const struct sweep_trial *trials, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sweep_trial *trial = adapt(known, &trials[i]);
        put(known, trial);
        if (trial_is_finished(trial->state))
            append_finished(known, trial);
    }
    if (known->finished_count > 0)
        qsort(known->finished, known->finished_count, sizeof *known->finished, compare_arrival);
    for (size_t i = 0; i < known->finished_count; i++)
        sort_out(known, i);
}

/* Pending sets of other trials are nobody's business here and would be most of the memory. */
static struct sweep_trial *copy_trial(struct known *known, const struct sweep_trial *trial)
{
    struct sweep_trial *copy = arena_alloc(&known->arena, sizeof *copy);
    *copy = *trial;
    struct sweep_value *params =
        arena_alloc_array(&known->arena, known->param_count, sizeof *params);
    memcpy(params, trial->params, known->param_count * sizeof *params);
    copy->params = params;
    copy->pending = NULL;
    copy->pending_count = 0;
    if (trial->memo_size > 0) {
        void *memo = arena_alloc(&known->arena, trial->memo_size);
        memcpy(memo, trial->memo, trial->memo_size);
        copy->memo = memo;
    }
    return copy;
}

void known_add(struct known *known, const struct sweep_trial *trial)
{
    bool is_known = trial->number <= known->trial_count && known->trials[trial->number - 1] != NULL;
    struct sweep_trial *copy;
    if (is_known) {
        /* Params and memo are those of the first copy; only the rest is new. */
        const struct sweep_trial *first = known->trials[trial->number - 1];
        copy = arena_alloc(&known->arena, sizeof *copy);
        *copy = *trial;
        copy->params = first->params;
        copy->memo = first->memo;
        copy->memo_size = first->memo_size;
        copy->pending = NULL;
        copy->pending_count = 0;
    } else {
        copy = copy_trial(known, trial);
    }
    put(known, copy);
    if (!trial_is_finished(trial->state))
        return;
    append_finished(known, copy);
    sort_out(known, known->finished_count - 1);
}

/* A pending trial as it was when it was suggested: how far it has come since is not recorded with
 * the ask, so nobody may see it. */
static struct sweep_trial as_suggested(const struct sweep_trial *trial)
{
    return (struct sweep_trial){
        .number = trial->number,
        .params = trial->params,
        .origin = trial->origin,
        .retry_of = trial->retry_of,
        .state = SWEEP_TRIAL_WAITING,
        .step = SWEEP_STEP_NONE,
        .last = (double)NAN,
        .created_us = trial->created_us,
        .seen = trial->seen,
        .memo = trial->memo,
        .memo_size = trial->memo_size,
    };
}

static void fill_pending(struct known *known, const struct known_view *view,
                         struct sweep_history *history)
{
    if (view->pending_count > known->pending_capacity) {
        known->pending_capacity = view->pending_count;
        known->pending =
            sweep_realloc_array(known->pending, known->pending_capacity, sizeof *known->pending);
        known->pending_list = sweep_realloc_array(known->pending_list, known->pending_capacity,
                                                  sizeof *known->pending_list);
    }
    size_t count = 0;
    for (size_t i = 0; i < view->pending_count; i++) {
        uint64_t number = view->pending[i];
        if (number == 0 || number > known->trial_count || known->trials[number - 1] == NULL)
            continue;
        known->pending[count] = as_suggested(known->trials[number - 1]);
        known->pending_list[count] = &known->pending[count];
        count++;
    }
    history->pending = known->pending_list;
    history->pending_count = count;
}

static void consider_memo(const struct sweep_trial *trial, uint64_t *newest,
                          struct sweep_history *history)
{
    if (trial->memo_size == 0 || trial->number < *newest)
        return;
    *newest = trial->number;
    history->memo = trial->memo;
    history->memo_size = trial->memo_size;
}

void known_history(struct known *known, const struct known_view *view,
                   struct sweep_history *history)
{
    size_t seen = view->seen < known->finished_count ? (size_t)view->seen : known->finished_count;
    history->finished = known->finished;
    history->finished_count = seen;
    fill_pending(known, view, history);
    uint64_t newest = 0;
    for (size_t i = 0; known->memo_count > 0 && i < seen; i++)
        consider_memo(known->finished[i], &newest, history);
    for (size_t i = 0; known->memo_count > 0 && i < history->pending_count; i++)
        consider_memo(history->pending[i], &newest, history);
}

void known_narrow(struct known *known, struct sweep_history *history)
{
    size_t pending = 0;
    history->finished = known->fitting;
    history->finished_count = count_fitting(known, history->finished_count);
    for (size_t i = 0; i < history->pending_count; i++)
        if (fits(known, history->pending[i]))
            known->pending_list[pending++] = known->pending_list[i];
    history->pending_count = pending;
}
