/*
 * One battery for every strategy of the registry: whoever adds one adds its row there and nothing
 * here. What the contract of ask() says (sweep/strategy.h) is held here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "fixture.h"

/* study_ask() checks each value against bounds, steps and choices. */
static void test_values_are_valid(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {fixture_space(fixture, SPACE_MIXED),
                                          fixture_space(fixture, SPACE_LOGARITHMIC),
                                          fixture_space(fixture, SPACE_RULED)};
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        study_run(fixture->study, 30);
        study_close(fixture->study);
    }
}

/* A strategy that learns thinks at each ask, and is past its beginning and its smallest models
 * after so many; one that does not learn could come round later only. */
static uint64_t trials_for(const struct fixture *fixture, uint64_t trials)
{
    return fixture->strategy->uses_results ? 80 : trials;
}

static void test_infinite_space_suits_or_is_refused_by_name(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {fixture_space(fixture, SPACE_CONTINUOUS),
                                          fixture_space(fixture, SPACE_UNBOUNDED),
                                          fixture_space(fixture, SPACE_RULED_CONTINUOUS)};
    uint64_t trials = trials_for(fixture, 200);
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        struct sweep_error err = {0};
        void *made = fixture->strategy->create(spaces[i], &err);
        if (made == NULL) {
            assert_int_equal(err.code, SWEEP_BAD_INPUT);
            assert_non_null(strstr(err.message, "'lr'"));
            continue;
        }
        fixture->strategy->free(made);
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        study_run(fixture->study, trials);
        for (uint64_t number = 1; number <= trials; number++)
            assert_int_equal(study_count_same(fixture->study, number), 0);
        study_close(fixture->study);
    }
}

static void test_same_seed_gives_same_sequence(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    fixture_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        study_open(fixture->other, fixture->strategy, finite[i].space, SEED);
        study_run(fixture->study, finite[i].points);
        study_run(fixture->other, finite[i].points);
        study_assert_same_trials(fixture->study, fixture->other);
        study_close(fixture->study);
        study_close(fixture->other);
    }
}

static void assert_batch_equals_one_by_one(struct fixture *fixture, const struct finite *finite)
{
    size_t points = finite->points / 12 * 12;
    study_open(fixture->study, fixture->strategy, finite->space, SEED);
    study_open(fixture->other, fixture->strategy, finite->space, SEED);
    study_run(fixture->study, points);
    for (uint64_t number = 1; number <= points; number++) {
        assert_int_equal(study_ask(fixture->other), SWEEP_SUGGESTED);
        if (number % 12 == 0)
            for (uint64_t ended = number; ended > number - 12; ended--)
                study_finish(fixture->other, ended, SWEEP_TRIAL_COMPLETE, study_value(ended));
    }
    if (!fixture->strategy->uses_results)
        study_assert_same_trials(fixture->study, fixture->other);
    study_close(fixture->study);
    study_close(fixture->other);
}

/* Twelve at a time instead of one by one. Where results matter it may differ, but must be valid. */
static void test_batch_equals_one_by_one(void **state)
{
    struct finite finite[2];
    fixture_finite(*state, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++)
        assert_batch_equals_one_by_one(*state, &finite[i]);
}

static void test_resumed_equals_never_stopped(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    fixture_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        study_open(fixture->other, fixture->strategy, finite[i].space, SEED);
        study_run(fixture->study, finite[i].points);
        for (size_t k = 0; k < finite[i].points; k++) {
            study_restart(fixture->other);
            study_run(fixture->other, 1);
        }
        study_assert_same_trials(fixture->study, fixture->other);
        study_close(fixture->study);
        study_close(fixture->other);
    }
}

/* A state is only a cache: an old question has its old answer, in any order of asking. */
static void test_state_is_only_a_cache(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    fixture_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        size_t points = finite[i].points;
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        study_run(fixture->study, points);
        for (uint64_t k = 0; k < points; k++)
            study_assert_same_answer(fixture->study, k * 37 % points + 1);
        study_close(fixture->study);
    }
}

struct ending {
    const char *name;
    enum sweep_trial_state state;
    double value;
};

static void assert_endings_are_borne(struct fixture *fixture, const struct sweep_space *space,
                                     const struct ending *ending)
{
    study_open(fixture->study, fixture->strategy, space, SEED);
    study_open(fixture->other, fixture->strategy, space, SEED);
    study_run(fixture->study, 40);
    for (uint64_t number = 1; number <= 40; number++) {
        assert_int_equal(study_ask(fixture->other), SWEEP_SUGGESTED);
        study_finish(fixture->other, number, ending->state, ending->value);
    }
    if (!fixture->strategy->uses_results)
        study_assert_same_trials(fixture->study, fixture->other);
    study_close(fixture->study);
    study_close(fixture->other);
}

static void test_all_endings_are_borne(void **state)
{
    static const struct ending endings[] = {
        {"nan", SWEEP_TRIAL_COMPLETE, (double)NAN},
        {"+infinity", SWEEP_TRIAL_COMPLETE, (double)INFINITY},
        {"-infinity", SWEEP_TRIAL_COMPLETE, (double)-INFINITY},
        {"all equal", SWEEP_TRIAL_COMPLETE, 0.25},
        {"huge", SWEEP_TRIAL_COMPLETE, 1.7e308},
        {"all failed", SWEEP_TRIAL_FAILED, 0.5},
        {"pruned", SWEEP_TRIAL_PRUNED, 0.5},
        {"cancelled", SWEEP_TRIAL_CANCELLED, 0.5},
    };
    struct fixture *fixture = *state;
    const struct sweep_space *space = fixture_space(fixture, SPACE_MIXED);
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++)
        assert_endings_are_borne(fixture, space, &endings[i]);
}

static void test_pending_only(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    fixture_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        for (uint64_t number = 1; number <= finite[i].points; number++) {
            assert_int_equal(study_ask(fixture->study), SWEEP_SUGGESTED);
            assert_int_equal(study_count_same(fixture->study, number), 0);
        }
        assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
        study_close(fixture->study);
    }
}

static void test_one_point(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {fixture_space(fixture, SPACE_CONSTANT),
                                          fixture_space(fixture, SPACE_EMPTY)};
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        study_run(fixture->study, 1);
        assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
        study_close(fixture->study);
    }
}

static void assert_exhausted_after(struct fixture *fixture, const struct sweep_space *space,
                                   size_t points)
{
    study_open(fixture->study, fixture->strategy, space, SEED);
    for (uint64_t number = 1; number <= points; number++) {
        assert_int_equal(study_ask(fixture->study), SWEEP_SUGGESTED);
        assert_int_equal(study_count_same(fixture->study, number), 0);
        if (number % 3 != 0) /* some stay pending to the end */
            study_finish(fixture->study, number, SWEEP_TRIAL_COMPLETE, study_value(number));
    }
    assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
    study_finish(fixture->study, 3, SWEEP_TRIAL_FAILED, 0);
    assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
    study_close(fixture->study);
}

static void test_each_point_once_then_exhausted(void **state)
{
    struct fixture *fixture = *state;
    assert_exhausted_after(fixture, fixture_space(fixture, SPACE_MIXED), MIXED_POINTS);
    assert_exhausted_after(fixture, fixture_space(fixture, SPACE_LOGARITHMIC), LOGARITHMIC_POINTS);
    assert_exhausted_after(fixture, fixture_space(fixture, SPACE_ROUNDED), ROUNDED_POINTS);
    assert_exhausted_after(fixture, fixture_space(fixture, SPACE_RULED), RULED_POINTS);
}

static void test_any_order_of_arrival(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    fixture_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        study_run(fixture->study, 20);
        study_reverse_arrivals(fixture->study);
        study_run(fixture->study, 20);
        study_reverse_arrivals(fixture->study);
        study_restart(fixture->study);
        study_run(fixture->study, finite[i].points - 40);
        for (uint64_t number = 1; number <= finite[i].points; number++)
            assert_int_equal(study_count_same(fixture->study, number), 0);
        assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
        study_close(fixture->study);
    }
}

/* Params that an earlier space allowed, or that a person added, must not confuse anybody. */
static void add_foreign(struct study *study, const struct sweep_value *foreign, size_t count)
{
    memcpy(study->params[0], foreign, count * sizeof *foreign);
    study->trials[0] = (struct sweep_trial){.number = 1, .params = study->params[0]};
    study->count = 1;
    study_finish(study, 1, SWEEP_TRIAL_COMPLETE, 0.5);
}

static void test_foreign_params_in_history(void **state)
{
    static const struct sweep_value foreign[] = {
        {.kind = SWEEP_VALUE_TEXT, .text = "lion"},
        {.kind = SWEEP_VALUE_INT, .integer = 99},
        {.kind = SWEEP_VALUE_NONE},
        {.kind = SWEEP_VALUE_REAL, .real = 0.2},
    };
    struct fixture *fixture = *state;
    struct study *study = fixture->study;
    study_open(study, fixture->strategy, fixture_space(fixture, SPACE_MIXED), SEED);
    add_foreign(study, foreign, ARRAY_LENGTH(foreign));
    study_run(study, 30);
    study_close(study);
}

/* Points that the rules forbid, and an inactive parameter with a value, use nothing up: all
 * feasible ones are still tried. */
static void test_infeasible_params_in_history(void **state)
{
    static const struct sweep_value foreign[][5] = {
        {{.kind = SWEEP_VALUE_NONE},
         {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
         {.kind = SWEEP_VALUE_NONE},
         {.kind = SWEEP_VALUE_INT, .integer = 4},
         {.kind = SWEEP_VALUE_INT, .integer = 4}},
        {{.kind = SWEEP_VALUE_BOOL},
         {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
         {.kind = SWEEP_VALUE_NONE},
         {.kind = SWEEP_VALUE_INT, .integer = 1},
         {.kind = SWEEP_VALUE_INT, .integer = 1}},
        {{.kind = SWEEP_VALUE_NONE},
         {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
         {.kind = SWEEP_VALUE_NONE},
         {.kind = SWEEP_VALUE_INT, .integer = 1},
         {.kind = SWEEP_VALUE_INT, .integer = 1}},
    };
    struct fixture *fixture = *state;
    struct study *study = fixture->study;
    const struct sweep_space *space = fixture_space(fixture, SPACE_RULED);
    for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++) {
        study_open(study, fixture->strategy, space, SEED);
        add_foreign(study, foreign[i], ARRAY_LENGTH(foreign[i]));
        study_run(study, RULED_POINTS);
        assert_int_equal(study_ask(study), SWEEP_EXHAUSTED);
        study_close(study);
    }
}

/* A strategy that lists the points would not end today. */
static void test_a_million_million_points(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {fixture_space(fixture, SPACE_HUGE),
                                          fixture_space(fixture, SPACE_RULED_HUGE)};
    uint64_t trials = trials_for(fixture, 100);
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        study_run(fixture->study, trials);
        for (uint64_t number = 1; number <= trials; number++)
            assert_int_equal(study_count_same(fixture->study, number), 0);
        study_close(fixture->study);
    }
}

static void test_row_is_complete(void **state)
{
    struct fixture *fixture = *state;
    assert_ptr_equal(sweep_strategy_find(fixture->strategy->name), fixture->strategy);
    assert_true(strlen(fixture->strategy->summary) > 0);
    assert_true(strlen(fixture->strategy->summary) <= 70);
    fixture->strategy->free(NULL);
}

static const struct fixture_test battery[] = {
    {"values are valid", test_values_are_valid},
    {"an infinite space suits or is refused by name",
     test_infinite_space_suits_or_is_refused_by_name},
    {"same seed gives same sequence", test_same_seed_gives_same_sequence},
    {"batch equals one by one", test_batch_equals_one_by_one},
    {"resumed equals never stopped", test_resumed_equals_never_stopped},
    {"state is only a cache", test_state_is_only_a_cache},
    {"all endings are borne", test_all_endings_are_borne},
    {"pending only", test_pending_only},
    {"one point", test_one_point},
    {"each point once, then exhausted", test_each_point_once_then_exhausted},
    {"any order of arrival", test_any_order_of_arrival},
    {"foreign params in history", test_foreign_params_in_history},
    {"infeasible params in history", test_infeasible_params_in_history},
    {"a million million points", test_a_million_million_points},
    {"row is complete", test_row_is_complete},
};

int main(void)
{
    return fixture_run_battery(battery, ARRAY_LENGTH(battery));
}
