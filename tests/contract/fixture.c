/*
 * Spaces for strategies and the runner of their batteries. What they must keep to is in the tests.
 */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "spaces.h"
#include "sweep/mem.h"

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

static const struct sweep_parameter logarithmic[] = {
    {.name = "width", .distribution = SWEEP_INT_LOG, .min = 1, .max = 9},
    {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 16, .max = 64, .step = 16},
};

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

#define ROW(parameters)                               \
    {                                                 \
        parameters, ARRAY_LENGTH(parameters), NULL, 0 \
    }
#define RULED_ROW(parameters)                                                                      \
    {                                                                                              \
        parameters, ARRAY_LENGTH(parameters), parameters##_rules, ARRAY_LENGTH(parameters##_rules) \
    }

static const struct {
    const struct sweep_parameter *parameters;
    size_t count;
    const struct spaces_rule *rules;
    size_t rule_count;
} spaces[] = {
    [SPACE_EMPTY] = {NULL, 0, NULL, 0},
    [SPACE_CONSTANT] = {&mixed[2], 1, NULL, 0},
    [SPACE_MIXED] = ROW(mixed),
    [SPACE_LOGARITHMIC] = ROW(logarithmic),
    [SPACE_ROUNDED] = ROW(rounded),
    [SPACE_HUGE] = ROW(huge),
    [SPACE_CONTINUOUS] = ROW(continuous),
    [SPACE_UNBOUNDED] = ROW(unbounded),
    [SPACE_RULED] = RULED_ROW(ruled),
    [SPACE_RULED_CONTINUOUS] = RULED_ROW(ruled_continuous),
    [SPACE_RULED_HUGE] = RULED_ROW(ruled_huge),
};

const struct sweep_space *fixture_space(struct fixture *fixture, enum fixture_space which)
{
    return spaces_make(&fixture->arena, spaces[which].parameters, spaces[which].count,
                       spaces[which].rules, spaces[which].rule_count);
}

void fixture_finite(struct fixture *fixture, struct finite out[2])
{
    out[0] = (struct finite){fixture_space(fixture, SPACE_MIXED), MIXED_POINTS};
    out[1] = (struct finite){fixture_space(fixture, SPACE_RULED), RULED_POINTS};
}

/* --- running --------------------------------------------------------------------------------- */

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

#define TESTS_MAX 256

int fixture_run_battery(const struct fixture_test *battery, size_t count)
{
    struct CMUnitTest tests[TESTS_MAX];
    char names[TESTS_MAX][80];
    size_t used = 0;
    for (const struct sweep_strategy *const *row = sweep_strategies(); *row != NULL; row++)
        for (size_t i = 0; i < count && used < TESTS_MAX; i++, used++) {
            const void *strategy = *row;
            snprintf(names[used], sizeof names[used], "%s: %s", (*row)->name, battery[i].name);
            tests[used] = (struct CMUnitTest){.name = names[used],
                                              .test_func = battery[i].run,
                                              .setup_func = set_up,
                                              .teardown_func = tear_down};
            memcpy(&tests[used].initial_state, &strategy, sizeof strategy);
        }
    return _cmocka_run_group_tests("strategies", tests, used, NULL, NULL);
}
