/*
 * Chooses trials. Their seeds are seeds.c's affair, and the YAML that runs them replay_space.c's.
 */
#include "replay/replay.h"

#include <inttypes.h>
#include <string.h>

#include "replay/seeds.h"
#include "space/space.h"
#include "trial/ranking.h"
#include "trial/trial.h"

#define SEEDS_STANDARD "5"

bool replay_is_seed(const struct replay *replay, size_t index)
{
    const struct sweep_space *space = replay->record->space;
    const struct sweep_parameter *parameter = sweep_space_parameter(space, index);
    return parameter == space_seed_parameter(space) ||
           (replay->pass_as != NULL && strcmp(parameter->name, replay->pass_as) == 0);
}

/* Whether two trials are the same but for their seeds. */
static bool is_same(const struct replay *replay, const struct sweep_trial *a,
                    const struct sweep_trial *b)
{
    for (size_t i = 0; i < sweep_space_count(replay->record->space); i++)
        if (!replay_is_seed(replay, i) && !sweep_value_equal(&a->params[i], &b->params[i]))
            return false;
    return true;
}

static bool is_chosen(const struct replay *replay, const struct sweep_trial *trial)
{
    for (size_t i = 0; i < replay->trial_count; i++)
        if (is_same(replay, replay->trials[i], trial))
            return true;
    return false;
}

/* The best trial of a configuration that is not chosen yet, or NULL. */
static const struct sweep_trial *find_next(const struct replay *replay)
{
    const struct record *record = replay->record;
    const struct sweep_trial *best = NULL;
    for (size_t i = 0; i < record->trials.count; i++) {
        const struct sweep_trial *trial = &record->trials.items[i];
        bool is_better = ranking_is_eligible(trial) &&
                         (best == NULL || ranking_compare(trial, best, record->sweep.maximize) < 0);
        if (is_better && !is_chosen(replay, trial))
            best = trial;
    }
    return best;
}

static bool choose_best(struct replay *replay, uint64_t count, struct sweep_error *err)
{
    struct record *record = replay->record;
    const struct sweep_trial *next;
    size_t most = count < record->trials.count ? (size_t)count : record->trials.count;
    replay->trials = arena_alloc_array(&record->arena, most, sizeof(const struct sweep_trial *));
    if (record->sweep.objective == NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "%s has no metric, so there are no best trials; one trial can be "
                               "replayed: sweep replay %s/NUMBER",
                               record->sweep.name, record_operand(record));
    while (replay->trial_count < most && (next = find_next(replay)) != NULL)
        replay->trials[replay->trial_count++] = next;
    return replay->trial_count > 0 ||
           sweep_error_set(err, SWEEP_NOT_FOUND, "%s has no trial with a value yet",
                           record->sweep.name);
}

/* One that is rebuilt without its params has nothing to run. */
static bool has_params(const struct record *record, const struct sweep_trial *trial)
{
    for (size_t i = 0; i < sweep_space_count(record->space); i++)
        if (trial->params[i].kind != SWEEP_VALUE_NONE)
            return true;
    return false;
}

static bool choose_one(struct replay *replay, uint64_t number, struct sweep_error *err)
{
    struct record *record = replay->record;
    if (number > record->trials.count)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "%s: there is no trial %" PRIu64 "; the last one is %zu",
                               record->sweep.name, number, record->trials.count);
    const struct sweep_trial *trial = &record->trials.items[number - 1];
    if (!trial_is_finished(trial->state))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "trial %" PRIu64 " is %s: it can be replayed when it is finished",
                               number, trial_state_name(trial->state));
    if (!has_params(record, trial))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "of trial %" PRIu64 " it is not known what was tried", number);
    replay->trials = arena_alloc_array(&record->arena, 1, sizeof(const struct sweep_trial *));
    replay->trials[replay->trial_count++] = trial;
    return true;
}

/* Of that name, and whole numbers. */
static bool can_be_seed(const struct sweep_parameter *parameter)
{
    return sweep_parameter_draw(parameter, 0).kind == SWEEP_VALUE_INT;
}

static bool has_seed_parameter(const struct sweep_space *space)
{
    size_t index = space_find(space, REPLAY_SEED_NAME);
    return index != SPACE_NOT_FOUND && !space_is_former(space, index) &&
           can_be_seed(sweep_space_parameter(space, index));
}

/* A winner's own value must not be lost to a seed. */
static bool check_pass_as(const struct sweep_space *space, const char *said,
                          struct sweep_error *err)
{
    size_t index = said != NULL ? space_find(space, said) : SPACE_NOT_FOUND;
    return index == SPACE_NOT_FOUND || can_be_seed(sweep_space_parameter(space, index)) ||
           sweep_error_set(err, SWEEP_USAGE,
                           "--pass-as: the values of '%s' are no seeds; name a new parameter, or "
                           "one of whole numbers",
                           said);
}

static void choose_pass_as(struct replay *replay, const char *said)
{
    const struct record *record = replay->record;
    replay->pass_as = said;
    if (said != NULL)
        return;
    if (space_seed_parameter(record->space) != NULL) {
        replay->pass_as = record->document.config->replicates.pass_as;
    } else if (!replay->is_exact && has_seed_parameter(record->space)) {
        replay->pass_as = REPLAY_SEED_NAME;
        replay->is_pass_as_found = true;
    }
}

static bool check_configurations(const struct replay *replay, struct sweep_error *err)
{
    const struct record *record = replay->record;
    for (size_t i = 0; i < sweep_space_count(record->space); i++)
        if (!replay_is_seed(replay, i))
            return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "%s has no parameter but '%s', and as the seed that makes no "
                           "configurations",
                           record->sweep.name, replay->pass_as);
}

static void take_own_seed(struct replay *replay)
{
    struct record *record = replay->record;
    replay->seeds = arena_alloc_array(&record->arena, 1, sizeof *replay->seeds);
    replay->seeds[0] = record_trial_seed(record, replay->trials[0]);
    replay->seed_count = 1;
}

bool replay_choose(struct replay *replay, const struct replay_wanted *wanted,
                   struct sweep_error *err)
{
    const char *seeds = wanted->seeds != NULL ? wanted->seeds : SEEDS_STANDARD;
    const struct record *record = replay->record;
    if (record->document.config->command.count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "%s has no command: another program runs its trials",
                               record->sweep.name);
    replay->is_exact = wanted->trial > 0 && wanted->seeds == NULL;
    choose_pass_as(replay, wanted->pass_as);
    if (!check_pass_as(record->space, wanted->pass_as, err) || !check_configurations(replay, err))
        return false;
    if (!(wanted->trial > 0 ? choose_one(replay, wanted->trial, err)
                            : choose_best(replay, wanted->top, err)))
        return false;
    if (!replay->is_exact)
        return seeds_choose(replay, seeds, err);
    take_own_seed(replay);
    return true;
}

void replay_append_suffix(const struct replay *replay, uint64_t top, struct strbuf *out)
{
    if (top > 0)
        strbuf_printf(out, LOCATE_REPLAY "top%" PRIu64, top);
    else
        strbuf_printf(out, LOCATE_REPLAY "%" PRIu64 "%s", replay->trials[0]->number,
                      replay->is_exact ? "" : "-seeds");
}
