/*
 * Histories for strategies and checks of what they answer. The battery is test_strategies.c.
 */
#include "study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "trial/objective.h"

void study_open(struct study *study, const struct sweep_strategy *strategy,
                const struct sweep_space *space, uint64_t seed)
{
    struct sweep_error err = {0};
    *study = (struct study){.strategy = strategy, .space = space, .seed = seed};
    assert_true(sweep_space_count(space) <= STUDY_PARAMS_MAX);
    study->state = strategy->create(space, &err);
    if (study->state == NULL)
        fail_msg("%s: %s", strategy->name, err.message);
    study->judge = sweep_judge_create(space, &err);
    assert_non_null(study->judge);
}

void study_close(struct study *study)
{
    study->strategy->free(study->state);
    sweep_judge_free(study->judge);
    study->state = NULL;
    study->judge = NULL;
}

void study_restart(struct study *study)
{
    struct sweep_error err = {0};
    study->strategy->free(study->state);
    study->state = study->strategy->create(study->space, &err);
    assert_non_null(study->state);
}

/* The newest memo of those that are known. */
static void find_memo(const struct study *study, uint64_t number, struct sweep_history *history)
{
    for (uint64_t i = number - 1; i > 0; i--)
        if (study->trials[i - 1].memo_size > 0) {
            history->memo = study->trials[i - 1].memo;
            history->memo_size = study->trials[i - 1].memo_size;
            return;
        }
}

/* Trials below `number`: the finished ones by arrival, the others as pending. */
static enum sweep_answer ask(struct study *study, uint64_t number, struct sweep_value *params,
                             unsigned char *memo, size_t *memo_size)
{
    const struct sweep_trial *finished[STUDY_TRIALS_MAX];
    const struct sweep_trial *pending[STUDY_TRIALS_MAX];
    struct sweep_history history = {
        .finished = finished, .pending = pending, .maximize = study->maximize};
    struct sweep_suggestion suggestion = {.params = params, .memo = memo};
    const struct sweep_ask request = {.seed = study->seed, .number = number, .history = &history};

    for (size_t i = 0; i < study->finished_count; i++)
        if (study->finished[i]->number < number)
            finished[history.finished_count++] = study->finished[i];
    for (size_t i = 0; i < study->count && study->trials[i].number < number; i++)
        if (study->trials[i].arrival == 0)
            pending[history.pending_count++] = &study->trials[i];
    find_memo(study, number, &history);
    /* what a strategy leaves unset must show */
    memset(params, 0xA5, STUDY_PARAMS_MAX * sizeof *params);
    enum sweep_answer answer = study->strategy->ask(study->state, &request, &suggestion);
    assert_true(suggestion.memo_size <= SWEEP_MEMO_MAX);
    *memo_size = suggestion.memo_size;
    return answer;
}

enum sweep_answer study_ask(struct study *study)
{
    uint64_t number = study->count + 1;
    assert_true(number <= STUDY_TRIALS_MAX);
    struct sweep_value *params = study->params[study->count];
    unsigned char *memo = study->memos[study->count];
    size_t memo_size;
    enum sweep_answer answer = ask(study, number, params, memo, &memo_size);
    if (answer != SWEEP_SUGGESTED)
        return answer;
    study->trials[study->count++] = (struct sweep_trial){.number = number,
                                                         .params = params,
                                                         .step = SWEEP_STEP_NONE,
                                                         .memo = memo,
                                                         .memo_size = memo_size};
    study_assert_valid(study, number);
    return SWEEP_SUGGESTED;
}

void study_assert_same_answer(struct study *study, uint64_t number)
{
    struct sweep_value params[STUDY_PARAMS_MAX];
    unsigned char memo[SWEEP_MEMO_MAX];
    size_t memo_size;
    assert_int_equal(ask(study, number, params, memo, &memo_size), SWEEP_SUGGESTED);
    assert_int_equal(memo_size, study->trials[number - 1].memo_size);
    assert_memory_equal(memo, study->memos[number - 1], memo_size);
    assert_true(
        sweep_params_equal(params, study->params[number - 1], sweep_space_count(study->space)));
}

void study_finish(struct study *study, uint64_t number, enum sweep_trial_state state, double value)
{
    struct sweep_trial *trial = &study->trials[number - 1];
    assert_int_equal(trial->arrival, 0);
    trial->state = state;
    trial->attempts = 1;
    trial->objective = state == SWEEP_TRIAL_COMPLETE ? objective_kind(value) : SWEEP_OBJECTIVE_NONE;
    trial->value = value;
    trial->last = value;
    trial->arrival = study->finished_count + 1;
    study->finished[study->finished_count++] = trial;
}

double study_value(uint64_t number)
{
    return sin((double)number * 12.9898);
}

void study_run(struct study *study, size_t trials)
{
    for (size_t i = 0; i < trials; i++) {
        assert_int_equal(study_ask(study), SWEEP_SUGGESTED);
        study_finish(study, study->count, SWEEP_TRIAL_COMPLETE, study_value(study->count));
    }
}

void study_reverse_arrivals(struct study *study)
{
    for (size_t i = 0; i < study->finished_count / 2; i++) {
        const struct sweep_trial *trial = study->finished[i];
        study->finished[i] = study->finished[study->finished_count - 1 - i];
        study->finished[study->finished_count - 1 - i] = trial;
    }
    for (size_t i = 0; i < study->finished_count; i++)
        study->trials[study->finished[i]->number - 1].arrival = i + 1;
}

static bool is_choice(const struct sweep_parameter *parameter, const struct sweep_value *value)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], value))
            return true;
    return false;
}

static bool is_level(const struct sweep_parameter *parameter, const struct sweep_value *value)
{
    for (uint64_t i = 0; i < sweep_parameter_size(parameter); i++) {
        struct sweep_value level = sweep_parameter_level(parameter, i);
        if (sweep_value_equal(&level, value))
            return true;
    }
    return false;
}

/* A real within what its distribution reaches, or one of the endless multiples of a q. */
static void assert_number(const struct sweep_parameter *parameter, const struct sweep_value *value)
{
    bool has_bounds = parameter->min < parameter->max;
    if (parameter->q > 0 && parameter->q_is_int) {
        assert_int_equal(value->kind, SWEEP_VALUE_INT);
        assert_true(fmod((double)value->integer, parameter->q) == 0);
        return;
    }
    assert_int_equal(value->kind, SWEEP_VALUE_REAL);
    assert_true(isfinite(value->real));
    if (has_bounds)
        assert_true(value->real >= parameter->min && value->real <= parameter->max);
    if (parameter->distribution == SWEEP_LOG_NORMAL)
        assert_true(value->real > 0);
    if (parameter->distribution == SWEEP_BETA)
        assert_true(value->real >= 0 && value->real <= 1);
}

void study_assert_valid(const struct study *study, uint64_t number)
{
    const struct sweep_value *params = study->trials[number - 1].params;
    assert_true(sweep_judge_is_feasible(study->judge, params));
    for (size_t i = 0; i < sweep_space_count(study->space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(study->space, i);
        const struct sweep_value *value = &params[i];
        if (value->kind == SWEEP_VALUE_NONE)
            assert_true(sweep_space_is_conditional(study->space, i));
        else if (parameter->choice_count > 0)
            assert_true(is_choice(parameter, value));
        else if (sweep_parameter_size(parameter) > 0)
            assert_true(is_level(parameter, value));
        else
            assert_number(parameter, value);
    }
}

void study_assert_same_trials(const struct study *a, const struct study *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_true(sweep_params_equal(a->params[i], b->params[i], sweep_space_count(a->space)));
}

size_t study_count_same(const struct study *study, uint64_t number)
{
    size_t count = 0;
    for (uint64_t i = 1; i < number; i++)
        count += sweep_params_equal(study->params[i - 1], study->params[number - 1],
                                    sweep_space_count(study->space));
    return count;
}
