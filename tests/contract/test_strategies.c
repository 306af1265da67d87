/*
 * One battery for every strategy of the registry: whoever adds one adds its row there and nothing
 * here. What the contract of ask() says (sweep/strategy.h) is held here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"
#include "spaces.h"
#include "study.h"
#include "sweep/mem.h"

#define SEED UINT64_C(0x6A09E667F3BCC908)

/* --- spaces ---------------------------------------------------------------------------------- */

static const struct sweep_value optimizers[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
    {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
    {.kind = SWEEP_VALUE_NULL},
    {.kind = SWEEP_VALUE_BOOL, .boolean = true},
    {.kind = SWEEP_VALUE_REAL, .real = 1e-5, .text = "1e-5"},
};

static const struct sweep_value constant[] = {{.kind = SWEEP_VALUE_INT, .integer = 37}};

/* A list of numbers and texts, an integer range, a stepped real that ends below max, a constant. */
static const struct sweep_parameter mixed[] = {
    {.name = "optimizer",
     .distribution = SWEEP_CATEGORICAL,
     .choices = optimizers,
     .choice_count = 5},
    {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = -1, .max = 2},
    {.name = "epochs", .distribution = SWEEP_CONSTANT, .choices = constant, .choice_count = 1},
    {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 0.75, .step = 0.3},
};
#define MIXED_POINTS (5 * 4 * 3)

static const struct sweep_parameter logarithmic[] = {
    {.name = "width", .distribution = SWEEP_INT_LOG, .min = 1, .max = 9},
    {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 16, .max = 64, .step = 16},
};
#define LOGARITHMIC_POINTS (9 * 4)

static const struct sweep_parameter continuous[] = {
    {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 3},
    {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1},
    {.name = "dropout", .distribution = SWEEP_UNIFORM, .min = -0.25, .max = 0.5},
};

/* Multiples, some of them beside the bounds: 0 to 2, 32 to 288, and the quarters from 0 to 1. */
static const struct sweep_parameter rounded[] = {
    {.name = "scale", .distribution = SWEEP_UNIFORM, .min = 0.4, .max = 1.6, .q = 1},
    {.name = "width",
     .distribution = SWEEP_LOG_UNIFORM,
     .min = 20,
     .max = 300,
     .q = 32,
     .q_is_int = true},
    {.name = "share", .distribution = SWEEP_BETA, .a = 2, .b = 3, .q = 0.25},
};
#define ROUNDED_POINTS (3 * 9 * 5)

static const struct sweep_parameter unbounded[] = {
    {.name = "lr", .distribution = SWEEP_LOG_NORMAL, .mu = -5, .sigma = 2},
    {.name = "offset", .distribution = SWEEP_NORMAL, .mu = 0, .sigma = 1},
    {.name = "steps", .distribution = SWEEP_NORMAL, .mu = 50, .sigma = 9, .q = 5, .q_is_int = true},
    {.name = "share", .distribution = SWEEP_BETA, .a = 0.5, .b = 3},
};

/* 10^12 points. */
static const struct sweep_parameter huge[] = {
    {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 9999},
    {.name = "b", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 10000},
    {.name = "c", .distribution = SWEEP_INT_UNIFORM, .min = 2, .max = 10001},
};

static const struct sweep_value kinds[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
    {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
    {.kind = SWEEP_VALUE_TEXT, .text = "rmsprop"},
};
static const struct sweep_value flags[] = {{.kind = SWEEP_VALUE_BOOL, .boolean = false},
                                           {.kind = SWEEP_VALUE_BOOL, .boolean = true}};

/* A chain of conditions, one of them on a parameter that comes later, and two constraints. */
static const struct sweep_parameter ruled[] = {
    {.name = "nesterov", .distribution = SWEEP_CATEGORICAL, .choices = flags, .choice_count = 2},
    {.name = "optimizer", .distribution = SWEEP_CATEGORICAL, .choices = kinds, .choice_count = 3},
    {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.9, .step = 0.3},
    {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 4},
    {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 4},
};
/* Of the 16 pairs of batch and depth 8 remain: for sgd with 7 of momentum and nesterov (momentum 0
 * has none), for adam by themselves, and for rmsprop the 3 of them whose batch is even. */
#define RULED_POINTS (8 * 7 + 8 + 3)

static const struct spaces_rule ruled_rules[] = {
    {"nesterov", "momentum > 0"},
    {"momentum", "optimizer = 'sgd'"},
    {NULL, "batch * depth <= 4"},
    {NULL, "optimizer != 'rmsprop' or batch % 2 = 0"},
    {NULL, "nesterov is null or depth > 0"},
};

static const struct sweep_parameter ruled_continuous[] = {
    {.name = "optimizer", .distribution = SWEEP_CATEGORICAL, .choices = kinds, .choice_count = 3},
    {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1},
    {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.99},
    {.name = "decay", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-6, .max = 0.1},
};

static const struct spaces_rule ruled_continuous_rules[] = {
    {"momentum", "optimizer in ('sgd', 'rmsprop')"},
    {NULL, "decay < lr"},
    {NULL, "lr * (1 - momentum) < 0.01"},
};

/* 10^12 numbers; the first feasible point is half-way. */
static const struct sweep_parameter ruled_huge[] = {
    {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 9999},
    {.name = "b", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 9999},
    {.name = "c", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 9999},
};

static const struct spaces_rule ruled_huge_rules[] = {
    {"c", "b % 2 = 1"},
    {NULL, "a >= 5000"},
};

struct fixture {
    const struct sweep_strategy *strategy;
    struct arena arena;
    struct study *study;
    struct study *other;
};

static struct sweep_space *make_space(struct fixture *fixture,
                                      const struct sweep_parameter *parameters, size_t count)
{
    return spaces_make(&fixture->arena, parameters, count, NULL, 0);
}

#define MAKE_SPACE(fixture, parameters) make_space(fixture, parameters, ARRAY_LENGTH(parameters))

#define MAKE_RULED(fixture, parameters)                                                      \
    spaces_make(&(fixture)->arena, parameters, ARRAY_LENGTH(parameters), parameters##_rules, \
                ARRAY_LENGTH(parameters##_rules))

static int set_up(void **state)
{
    struct fixture *fixture = sweep_alloc(sizeof *fixture);
    fixture->strategy = *state;
    fixture->study = sweep_alloc(sizeof *fixture->study);
    fixture->other = sweep_alloc(sizeof *fixture->other);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_release(&fixture->arena);
    sweep_free(fixture->study);
    sweep_free(fixture->other);
    sweep_free(fixture);
    return 0;
}

static void assert_same_trials(const struct study *a, const struct study *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_true(sweep_params_equal(a->params[i], b->params[i], sweep_space_count(a->space)));
}

/* A value like that of a real objective: in no order, all different. */
static double value_of(uint64_t number)
{
    return sin((double)number * 12.9898);
}

static void run(struct study *study, size_t trials)
{
    for (size_t i = 0; i < trials; i++) {
        assert_int_equal(study_ask(study), SWEEP_SUGGESTED);
        study_finish(study, study->count, SWEEP_TRIAL_COMPLETE, value_of(study->count));
    }
}

/* Finite spaces for what must hold in each: with rules and without. */
struct finite {
    const struct sweep_space *space;
    size_t points;
};

static void make_finite(struct fixture *fixture, struct finite out[2])
{
    out[0] = (struct finite){MAKE_SPACE(fixture, mixed), MIXED_POINTS};
    out[1] = (struct finite){MAKE_RULED(fixture, ruled), RULED_POINTS};
}

/* --- the battery ----------------------------------------------------------------------------- */

/* study_ask() checks each value against bounds, steps and choices. */
static void test_values_are_valid(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {
        MAKE_SPACE(fixture, mixed), MAKE_SPACE(fixture, logarithmic), MAKE_RULED(fixture, ruled)};
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        run(fixture->study, 30);
        study_close(fixture->study);
    }
}

static void test_infinite_space_suits_or_is_refused_by_name(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {MAKE_SPACE(fixture, continuous),
                                          MAKE_SPACE(fixture, unbounded),
                                          MAKE_RULED(fixture, ruled_continuous)};
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
        run(fixture->study, 200);
        for (uint64_t number = 1; number <= 200; number++)
            assert_int_equal(study_count_same(fixture->study, number), 0);
        study_close(fixture->study);
    }
}

static void test_same_seed_gives_same_sequence(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    make_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        study_open(fixture->other, fixture->strategy, finite[i].space, SEED);
        run(fixture->study, finite[i].points);
        run(fixture->other, finite[i].points);
        assert_same_trials(fixture->study, fixture->other);
        study_close(fixture->study);
        study_close(fixture->other);
    }
}

static void assert_batch_equals_one_by_one(struct fixture *fixture, const struct finite *finite)
{
    size_t points = finite->points / 12 * 12;
    study_open(fixture->study, fixture->strategy, finite->space, SEED);
    study_open(fixture->other, fixture->strategy, finite->space, SEED);
    run(fixture->study, points);
    for (uint64_t number = 1; number <= points; number++) {
        assert_int_equal(study_ask(fixture->other), SWEEP_SUGGESTED);
        if (number % 12 == 0)
            for (uint64_t ended = number; ended > number - 12; ended--)
                study_finish(fixture->other, ended, SWEEP_TRIAL_COMPLETE, value_of(ended));
    }
    if (!fixture->strategy->uses_results)
        assert_same_trials(fixture->study, fixture->other);
    study_close(fixture->study);
    study_close(fixture->other);
}

/* Twelve at a time instead of one by one. Where results matter it may differ, but must be valid. */
static void test_batch_equals_one_by_one(void **state)
{
    struct finite finite[2];
    make_finite(*state, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++)
        assert_batch_equals_one_by_one(*state, &finite[i]);
}

static void test_resumed_equals_never_stopped(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    make_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        study_open(fixture->other, fixture->strategy, finite[i].space, SEED);
        run(fixture->study, finite[i].points);
        for (size_t k = 0; k < finite[i].points; k++) {
            study_restart(fixture->other);
            run(fixture->other, 1);
        }
        assert_same_trials(fixture->study, fixture->other);
        study_close(fixture->study);
        study_close(fixture->other);
    }
}

/* A state is only a cache: an old question has its old answer, in any order of asking. */
static void test_state_is_only_a_cache(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    make_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        size_t points = finite[i].points;
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        run(fixture->study, points);
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
    run(fixture->study, 40);
    for (uint64_t number = 1; number <= 40; number++) {
        assert_int_equal(study_ask(fixture->other), SWEEP_SUGGESTED);
        study_finish(fixture->other, number, ending->state, ending->value);
    }
    if (!fixture->strategy->uses_results)
        assert_same_trials(fixture->study, fixture->other);
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
    const struct sweep_space *space = MAKE_SPACE(fixture, mixed);
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++)
        assert_endings_are_borne(fixture, space, &endings[i]);
}

static void test_pending_only(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    make_finite(fixture, finite);
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
    const struct sweep_space *spaces[] = {make_space(fixture, &mixed[2], 1),
                                          make_space(fixture, NULL, 0)};
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        run(fixture->study, 1);
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
            study_finish(fixture->study, number, SWEEP_TRIAL_COMPLETE, value_of(number));
    }
    assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
    study_finish(fixture->study, 3, SWEEP_TRIAL_FAILED, 0);
    assert_int_equal(study_ask(fixture->study), SWEEP_EXHAUSTED);
    study_close(fixture->study);
}

static void test_each_point_once_then_exhausted(void **state)
{
    struct fixture *fixture = *state;
    assert_exhausted_after(fixture, MAKE_SPACE(fixture, mixed), MIXED_POINTS);
    assert_exhausted_after(fixture, MAKE_SPACE(fixture, logarithmic), LOGARITHMIC_POINTS);
    assert_exhausted_after(fixture, MAKE_SPACE(fixture, rounded), ROUNDED_POINTS);
    assert_exhausted_after(fixture, MAKE_RULED(fixture, ruled), RULED_POINTS);
}

static void test_any_order_of_arrival(void **state)
{
    struct fixture *fixture = *state;
    struct finite finite[2];
    make_finite(fixture, finite);
    for (size_t i = 0; i < ARRAY_LENGTH(finite); i++) {
        study_open(fixture->study, fixture->strategy, finite[i].space, SEED);
        run(fixture->study, 20);
        study_reverse_arrivals(fixture->study);
        run(fixture->study, 20);
        study_reverse_arrivals(fixture->study);
        study_restart(fixture->study);
        run(fixture->study, finite[i].points - 40);
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
    study_open(study, fixture->strategy, MAKE_SPACE(fixture, mixed), SEED);
    add_foreign(study, foreign, ARRAY_LENGTH(foreign));
    run(study, 30);
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
    const struct sweep_space *space = MAKE_RULED(fixture, ruled);
    for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++) {
        study_open(study, fixture->strategy, space, SEED);
        add_foreign(study, foreign[i], ARRAY_LENGTH(foreign[i]));
        run(study, RULED_POINTS);
        assert_int_equal(study_ask(study), SWEEP_EXHAUSTED);
        study_close(study);
    }
}

/* A strategy that lists the points would not end today. */
static void test_a_million_million_points(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {MAKE_SPACE(fixture, huge),
                                          MAKE_RULED(fixture, ruled_huge)};
    for (size_t i = 0; i < ARRAY_LENGTH(spaces); i++) {
        study_open(fixture->study, fixture->strategy, spaces[i], SEED);
        run(fixture->study, 100);
        for (uint64_t number = 1; number <= 100; number++)
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

static const struct {
    const char *name;
    CMUnitTestFunction run;
} battery[] = {
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
    struct CMUnitTest tests[16 * ARRAY_LENGTH(battery)];
    char names[ARRAY_LENGTH(tests)][80];
    size_t count = 0;
    for (const struct sweep_strategy *const *row = sweep_strategies(); *row != NULL; row++)
        for (size_t i = 0; i < ARRAY_LENGTH(battery) && count < ARRAY_LENGTH(tests); i++) {
            const void *strategy = *row;
            snprintf(names[count], sizeof names[count], "%s: %s", (*row)->name, battery[i].name);
            tests[count] = (struct CMUnitTest){.name = names[count],
                                               .test_func = battery[i].run,
                                               .setup_func = set_up,
                                               .teardown_func = tear_down};
            memcpy(&tests[count].initial_state, &strategy, sizeof strategy);
            count++;
        }
    return _cmocka_run_group_tests("strategies", tests, count, NULL, NULL);
}
