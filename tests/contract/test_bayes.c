/*
 * Bayes in spaces and with histories that are hard for a Gaussian process. What every strategy must
 * do is test_strategies.c.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../strategies/search/bayes/embedding.h"
#include "base/array.h"
#include "spaces.h"
#include "study.h"
#include "sweep/mem.h"

#define SEED UINT64_C(0x9E3779B97F4A7C15)

struct fixture {
    struct arena arena;
    struct study study;
};

static int set_up(void **state)
{
    *state = sweep_alloc(sizeof(struct fixture));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    study_close(&fixture->study);
    arena_release(&fixture->arena);
    sweep_free(fixture);
    return 0;
}

static struct study *open_ruled(struct fixture *fixture, const struct sweep_parameter *parameters,
                                size_t count, const struct spaces_rule *rules, size_t rule_count)
{
    study_open(&fixture->study, sweep_strategy_find("bayes"),
               spaces_make(&fixture->arena, parameters, count, rules, rule_count), SEED);
    return &fixture->study;
}

#define OPEN(fixture, parameters) open_ruled(fixture, parameters, ARRAY_LENGTH(parameters), NULL, 0)
#define OPEN_RULED(fixture, parameters)                                           \
    open_ruled(fixture, parameters, ARRAY_LENGTH(parameters), parameters##_rules, \
               ARRAY_LENGTH(parameters##_rules))

static const struct sweep_parameter one[] = {
    {.name = "x", .distribution = SWEEP_UNIFORM, .min = -1, .max = 3},
};

static const struct sweep_parameter plane[] = {
    {.name = "x", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "y", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-4, .max = 1},
};

/* Ask, and see that nobody had these params before. study_ask() checks that they are valid. */
static const struct sweep_value *ask(struct study *study)
{
    assert_int_equal(study_ask(study), SWEEP_SUGGESTED);
    assert_int_equal(study_count_same(study, study->count), 0);
    return study->params[study->count - 1];
}

typedef double objective(const struct sweep_value *params);

static double number_of(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

/* One after the other. @return the lowest value */
static double run(struct study *study, objective *f, size_t trials)
{
    double lowest = INFINITY;
    for (size_t i = 0; i < trials; i++) {
        double value = f(ask(study));
        study_finish(study, study->count, SWEEP_TRIAL_COMPLETE, value);
        lowest = fmin(lowest, value);
    }
    return lowest;
}

/* --- histories -------------------------------------------------------------------------------- */

/* Points 1e-12 apart, whose values are not. */
static void test_points_next_to_each_other(void **state)
{
    struct study *study = OPEN(*state, plane);
    for (size_t i = 0; i < 24; i++) {
        ask(study);
        if (i % 2 == 1) {
            struct sweep_value *x = &study->params[i][0];
            memcpy(study->params[i], study->params[i - 1], sizeof study->params[i]);
            x->real = x->real < 0.5 ? x->real + 1e-12 : x->real - 1e-12;
        }
        study_finish(study, i + 1, SWEEP_TRIAL_COMPLETE, i % 2 == 0 ? 1 : -1);
    }
    for (size_t i = 0; i < 6; i++) {
        ask(study);
        study_finish(study, study->count, SWEEP_TRIAL_COMPLETE, 0.5);
    }
}

/* The very same point again and again, as replicates are. */
static void test_same_point_again(void **state)
{
    struct study *study = OPEN(*state, plane);
    for (size_t i = 0; i < 30; i++) {
        ask(study);
        if (i >= 5)
            memcpy(study->params[i], study->params[4], sizeof study->params[i]);
        study_finish(study, i + 1, SWEEP_TRIAL_COMPLETE, sin((double)i));
    }
    ask(study);
}

static double constant(const struct sweep_value *params)
{
    (void)params;
    return 0.1;
}

static void test_constant_objective(void **state)
{
    run(OPEN(*state, plane), constant, 40);
}

static double bowl(const struct sweep_value *params)
{
    double x = params[0].real - 0.3;
    double y = log10(params[1].real) + 2;
    return x * x + 0.1 * y * y;
}

static double tiny(const struct sweep_value *params)
{
    return 1e-300 * bowl(params);
}

static double huge(const struct sweep_value *params)
{
    return 1e300 * (bowl(params) - 0.2);
}

static double all_sizes(const struct sweep_value *params)
{
    return exp(1300 * (bowl(params) - 0.5)) - 1e-300;
}

/* The size of values does not matter to how they are searched. */
static void test_values_of_any_size(void **state)
{
    static objective *const sizes[] = {tiny, huge, all_sizes};
    double lowest[ARRAY_LENGTH(sizes)];
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        struct fixture *fixture = *state;
        lowest[i] = run(OPEN(fixture, plane), sizes[i], 25);
        if (i + 1 < ARRAY_LENGTH(sizes))
            study_close(&fixture->study);
    }
    assert_true(lowest[0] < 1e-302);
    assert_true(lowest[1] < -0.19e300);
}

/* None, one, two: with and without a value. */
static void test_hardly_any_history(void **state)
{
    static const enum sweep_trial_state endings[] = {SWEEP_TRIAL_COMPLETE, SWEEP_TRIAL_FAILED,
                                                     SWEEP_TRIAL_PRUNED};
    for (size_t e = 0; e < ARRAY_LENGTH(endings); e++)
        for (size_t finished = 0; finished <= 4; finished++) {
            struct fixture *fixture = *state;
            struct study *study = OPEN(fixture, plane);
            for (size_t i = 0; i < 20; i++) {
                ask(study);
                if (i < finished)
                    study_finish(study, i + 1, endings[e], (double)i);
            }
            study_close(study);
        }
    OPEN(*state, plane);
}

/* Up to 64 at once, of which all stay pending. */
static void test_many_pending(void **state)
{
    struct study *study = OPEN(*state, plane);
    run(study, bowl, 12);
    for (size_t i = 0; i < 64; i++)
        ask(study);
}

/* 16 workers whose trials end in no order. */
static void test_workers_without_order(void **state)
{
    struct study *study = OPEN(*state, plane);
    for (size_t i = 0; i < 80; i++) {
        ask(study);
        if (study->count < 16)
            continue;
        uint64_t number = study->count - i * 7 % 16;
        while (study->trials[number - 1].arrival != 0)
            number = number == study->count ? 1 : number + 1;
        study_finish(study, number, SWEEP_TRIAL_COMPLETE, bowl(study->params[number - 1]));
    }
}

/* A space that is smaller than what runs at once, and one little larger: no point twice, and all.
 */
static void test_more_workers_than_points(void **state)
{
    static const struct sweep_parameter few[] = {
        {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 6},
        {.name = "b", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1, .q = 0.1},
    };
    static const size_t workers[] = {1, 4, 16, 64, 80};
    enum {
        FEW = 66
    };
    for (size_t w = 0; w < ARRAY_LENGTH(workers); w++) {
        struct fixture *fixture = *state;
        struct study *study = OPEN(fixture, few);
        for (size_t i = 0; i < FEW; i++) {
            ask(study);
            if (i + 1 < workers[w])
                continue;
            const struct sweep_value *done = study->params[i + 1 - workers[w]];
            study_finish(study, i + 2 - workers[w], SWEEP_TRIAL_COMPLETE,
                         number_of(&done[0]) - number_of(&done[1]));
        }
        assert_int_equal(study_ask(study), SWEEP_EXHAUSTED);
        study_close(study);
    }
    OPEN(*state, plane);
}

/* A corner of a twentieth of the plane works. Once it is found, the next trials stay near it:
 * points that fill the plane would take another forty. */
static void test_success_among_failures(void **state)
{
    struct study *study = OPEN(*state, plane);
    size_t found[3] = {0};
    size_t count = 0;
    while (count < ARRAY_LENGTH(found)) {
        const struct sweep_value *params = ask(study);
        bool works = params[0].real > 0.5 && params[1].real < 2.5e-4;
        study_finish(study, study->count, works ? SWEEP_TRIAL_COMPLETE : SWEEP_TRIAL_FAILED,
                     params[0].real);
        study->trials[study->count - 1].reason = works ? SWEEP_REASON_NONE : SWEEP_REASON_EXIT_CODE;
        if (works)
            found[count++] = study->count;
    }
    assert_true(found[0] > 5);
    assert_true(found[2] <= found[0] + 12);
}

/* --- spaces ----------------------------------------------------------------------------------- */

static double parabola(const struct sweep_value *params)
{
    return (params[0].real - 0.7) * (params[0].real - 0.7);
}

static void test_one_real(void **state)
{
    assert_true(run(OPEN(*state, one), parabola, 20) < 1e-4);
}

static double slope_up(const struct sweep_value *params)
{
    return params[0].real;
}

static double slope_down(const struct sweep_value *params)
{
    return -params[0].real;
}

/* Branin's function over its least value: three equal minima, in a plane whose second axis is
 * logarithmic. */
static double branin(const struct sweep_value *params)
{
    double pi = acos(-1);
    double a = 15 * params[0].real - 5;
    double b = 15 * (1 + log10(params[1].real) / 4);
    double c = b - 5.1 / (4 * pi * pi) * a * a + 5 / pi * a - 6;
    return c * c + 10 * (1 - 1 / (8 * pi)) * cos(a) + 10 - 0.39788735772973816;
}

/* From 20 values on every second trial is for the digits of the best minimum, the others look
 * elsewhere still: their values are decades apart. */
static void test_every_second_trial_is_for_digits(void **state)
{
    struct study *study = OPEN(*state, plane);
    double decades[2] = {0, 0}; /* mean logarithms of even and of odd trials */
    run(study, branin, 20);
    for (size_t i = 0; i < 24; i++) {
        double value = run(study, branin, 1);
        decades[study->count % 2] += log10(fmax(value, 1e-9)) / 12;
    }
    assert_true(decades[0] < decades[1] - 1.5);
}

/* What is best at a bound is tried there, not next to it. */
static void test_bounds_are_reached(void **state)
{
    struct fixture *fixture = *state;
    assert_true(run(OPEN(fixture, one), slope_up, 12) == -1);
    study_close(&fixture->study);
    assert_true(run(OPEN(fixture, one), slope_down, 12) == -3);
}

static void test_hundred_dimensions(void **state)
{
    struct sweep_parameter parameters[100];
    char names[100][8];
    for (size_t i = 0; i < ARRAY_LENGTH(parameters); i++) {
        snprintf(names[i], sizeof names[i], "x%zu", i);
        parameters[i] = i % 4 == 3
                            ? (struct sweep_parameter){.distribution = SWEEP_INT_UNIFORM, .max = 7}
                            : (struct sweep_parameter){.distribution = SWEEP_UNIFORM, .max = 1};
        parameters[i].name = names[i];
    }
    run(OPEN(*state, parameters), slope_up, 30);
}

#define CATEGORIES 200

static double third(const struct sweep_value *params)
{
    return fabs(number_of(&params[0]) - 137) + params[1].real;
}

static void test_many_categories(void **state)
{
    struct sweep_value choices[CATEGORIES];
    const struct sweep_parameter parameters[] = {
        {.name = "c",
         .distribution = SWEEP_CATEGORICAL,
         .choices = choices,
         .choice_count = CATEGORIES},
        plane[0],
    };
    for (int64_t i = 0; i < CATEGORIES; i++)
        choices[i] = (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = i};
    run(OPEN(*state, parameters), third, 40);
}

static const struct sweep_value kinds[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "a"},
    {.kind = SWEEP_VALUE_TEXT, .text = "b"},
    {.kind = SWEEP_VALUE_TEXT, .text = "c"},
};

/* All but the first are active in some trials only; with `c` no other is. */
static const struct sweep_parameter conditional[] = {
    {.name = "kind", .distribution = SWEEP_CATEGORICAL, .choices = kinds, .choice_count = 3},
    {.name = "x", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 6},
    {.name = "inner", .distribution = SWEEP_CATEGORICAL, .choices = kinds, .choice_count = 3},
    {.name = "y", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-3, .max = 1},
};

static const struct spaces_rule conditional_rules[] = {
    {"x", "kind = 'a'"},
    {"depth", "kind in ('a', 'b')"},
    {"inner", "depth > 2"},
    {"y", "inner = 'b'"},
};

static double nested(const struct sweep_value *params)
{
    double value = strcmp(params[0].text, "c") == 0 ? 1 : 2;
    for (size_t i = 1; i < ARRAY_LENGTH(conditional); i++)
        if (params[i].kind == SWEEP_VALUE_REAL)
            value -= params[i].real * (1 - params[i].real);
    return value;
}

/* The space has reals, but with kind c one point, with b 13 and a few more that differ in y. */
static void test_everything_conditional(void **state)
{
    run(OPEN_RULED(*state, conditional), nested, 60);
}

/* With a there are kind, x, depth; with b kind and depth; inner where depth is 3 to 6, y with one
 * of three values of inner. */
static void test_which_are_active_together(void **state)
{
    static const double expected[] = {70 / 27.0, 35 / 9.0, 61 / 18.0, 23 / 6.0, 4.5};
    struct embedding *embedding = embedding_create(OPEN_RULED(*state, conditional)->space);
    assert_int_equal(embedding->count, ARRAY_LENGTH(expected));
    for (size_t j = 0; j < ARRAY_LENGTH(expected); j++)
        assert_true(fabs(embedding->dimensions[j].company - expected[j]) < 0.1);
    embedding_free(embedding);
}

static void test_everything_conditional_and_pending(void **state)
{
    struct study *study = OPEN_RULED(*state, conditional);
    run(study, nested, 10);
    for (size_t i = 0; i < 40; i++)
        ask(study);
}

static const struct sweep_parameter thin[] = {
    {.name = "x", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "y", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
    {.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 10},
};

/* One point in a thousand. */
static const struct spaces_rule thin_rules[] = {
    {NULL, "x + y < 0.1 and n <= 2"},
};

static double corner(const struct sweep_value *params)
{
    return (params[0].real - 0.05) * (params[0].real - 0.05) + params[1].real +
           (double)params[2].integer;
}

static void test_hardly_anything_is_feasible(void **state)
{
    assert_true(run(OPEN_RULED(*state, thin), corner, 40) < 1.01);
}

static const struct sweep_parameter unbounded[] = {
    {.name = "a", .distribution = SWEEP_NORMAL, .mu = 3, .sigma = 2},
    {.name = "b", .distribution = SWEEP_LOG_NORMAL, .mu = -5, .sigma = 2},
    {.name = "c", .distribution = SWEEP_BETA, .a = 0.5, .b = 2},
};

static double far_away(const struct sweep_value *params)
{
    return -params[0].real - log(params[1].real) - params[2].real;
}

static void test_distributions_without_bounds(void **state)
{
    run(OPEN(*state, unbounded), far_away, 40);
}

static const struct sweep_parameter grids[] = {
    {.name = "step", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 0.75, .step = 0.05},
    {.name = "quarters", .distribution = SWEEP_UNIFORM, .min = 0, .max = 10, .q = 0.25},
    {.name = "log_q", .distribution = SWEEP_LOG_UNIFORM, .min = 1, .max = 100, .q = 0.5},
    {.name = "normal_q",
     .distribution = SWEEP_NORMAL,
     .mu = 50,
     .sigma = 9,
     .q = 5,
     .q_is_int = true},
    {.name = "width", .distribution = SWEEP_INT_LOG, .min = 1, .max = 4096},
    {.name = "odd", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 99, .step = 2},
};

static double on_grid(const struct sweep_value *params)
{
    double sum = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(grids); i++)
        sum += pow(log1p(fabs(number_of(&params[i]))) - 1, 2);
    return sum;
}

/* study_assert_valid() looks for each value among the levels. */
static void test_values_are_on_their_grids(void **state)
{
    struct study *study = OPEN(*state, grids);
    run(study, on_grid, 40);
    for (size_t i = 0; i < 10; i++)
        ask(study);
}

/* A parameter of endless levels, of which few are ever drawn, has no two trials alike while others
 * are left. */
static void test_few_of_endless_levels(void **state)
{
    static const struct sweep_parameter parameters[] = {
        {.name = "n",
         .distribution = SWEEP_NORMAL,
         .mu = 50,
         .sigma = 10,
         .q = 5,
         .q_is_int = true},
    };
    struct study *study = OPEN(*state, parameters);
    for (size_t i = 0; i < 10; i++) {
        ask(study);
        study_finish(study, study->count, SWEEP_TRIAL_COMPLETE,
                     fabs((double)study->params[i][0].integer - 42));
    }
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_points_next_to_each_other),
        WITH_FIXTURE(test_same_point_again),
        WITH_FIXTURE(test_constant_objective),
        WITH_FIXTURE(test_values_of_any_size),
        WITH_FIXTURE(test_hardly_any_history),
        WITH_FIXTURE(test_many_pending),
        WITH_FIXTURE(test_workers_without_order),
        WITH_FIXTURE(test_more_workers_than_points),
        WITH_FIXTURE(test_success_among_failures),
        WITH_FIXTURE(test_one_real),
        WITH_FIXTURE(test_every_second_trial_is_for_digits),
        WITH_FIXTURE(test_bounds_are_reached),
        WITH_FIXTURE(test_hundred_dimensions),
        WITH_FIXTURE(test_many_categories),
        WITH_FIXTURE(test_everything_conditional),
        WITH_FIXTURE(test_which_are_active_together),
        WITH_FIXTURE(test_everything_conditional_and_pending),
        WITH_FIXTURE(test_hardly_anything_is_feasible),
        WITH_FIXTURE(test_distributions_without_bounds),
        WITH_FIXTURE(test_values_are_on_their_grids),
        WITH_FIXTURE(test_few_of_endless_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
