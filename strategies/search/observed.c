/*
 * Histories to rows. What is good, and how many of the best count, is up to the strategies.
 */
#include "observed.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sweep/mem.h"

static enum observed_kind kind_of(const struct sweep_trial *trial)
{
    bool is_finite = trial->objective == SWEEP_OBJECTIVE_FINITE;
    switch (trial->state) {
    case SWEEP_TRIAL_COMPLETE:
        return is_finite ? OBSERVED_COMPLETE : OBSERVED_FAILED;
    case SWEEP_TRIAL_PRUNED:
        return is_finite ? OBSERVED_PRUNED : OBSERVED_FAILED;
    case SWEEP_TRIAL_FAILED:
        return sweep_reason_is_of_params(trial->reason) ? OBSERVED_FAILED : OBSERVED_NOTHING;
    case SWEEP_TRIAL_CANCELLED:
        return OBSERVED_NOTHING;
    case SWEEP_TRIAL_WAITING:
    case SWEEP_TRIAL_RUNNING:
        break;
    }
    return OBSERVED_PENDING;
}

struct observed *observed_create(const struct axes *axes)
{
    struct observed *observed = sweep_alloc(sizeof *observed);
    observed->axes = axes;
    return observed;
}

void observed_free(struct observed *observed)
{
    if (observed == NULL)
        return;
    sweep_free(observed->trials);
    sweep_free(observed->rows);
    sweep_free(observed);
}

static void reserve(struct observed *observed, size_t count)
{
    if (count <= observed->capacity)
        return;
    observed->capacity = count > 2 * observed->capacity ? count : 2 * observed->capacity;
    observed->trials =
        sweep_realloc_array(observed->trials, observed->capacity, sizeof *observed->trials);
    observed->rows = sweep_realloc_array(observed->rows, observed->capacity,
                                         observed->axes->count * sizeof *observed->rows);
}

/* A later history begins with the earlier one (sweep/history.h), so the newest trial that is known
 * tells whether this is a later one. */
static bool is_extension(const struct observed *observed, const struct sweep_history *history)
{
    if (observed->finished == 0)
        return true;
    if (history->finished_count < observed->finished)
        return false;
    const struct observed_trial *known = &observed->trials[observed->finished - 1];
    const struct sweep_trial *last = history->finished[observed->finished - 1];
    return last->number == known->number && last->arrival == known->arrival;
}

/* Values may be as large as doubles can be; that they are finite is all that is needed here. */
static void add(struct observed *observed, const struct sweep_trial *trial, bool maximize)
{
    size_t place = observed->count++;
    observed->trials[place] = (struct observed_trial){
        .number = trial->number,
        .arrival = trial->arrival,
        .kind = kind_of(trial),
        .loss = maximize ? -trial->value : trial->value,
        .step = trial->step,
    };
    axes_read(observed->axes, trial->params, observed->rows + place * observed->axes->count);
}

static void borrow_memos(struct observed *observed, const struct sweep_history *history)
{
    for (size_t i = 0; i < history->finished_count; i++) {
        observed->trials[i].memo = history->finished[i]->memo;
        observed->trials[i].memo_size = history->finished[i]->memo_size;
    }
}

void observed_update(struct observed *observed, const struct sweep_history *history)
{
    if (!is_extension(observed, history))
        observed->finished = 0;
    observed->count = observed->finished;
    reserve(observed, history->finished_count + history->pending_count);
    for (size_t i = observed->finished; i < history->finished_count; i++)
        add(observed, history->finished[i], history->maximize);
    observed->finished = observed->count;
    for (size_t i = 0; i < history->pending_count; i++)
        add(observed, history->pending[i], history->maximize);
    borrow_memos(observed, history);
}

const double *observed_row(const struct observed *observed, size_t index)
{
    return observed->rows + index * observed->axes->count;
}
