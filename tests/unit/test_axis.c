/*
 * Values to coordinates and back, for every kind of parameter.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../strategies/search/axis.h"
#include "base/arena.h"
#include "base/array.h"
#include "space/space.h"

static const struct sweep_value letters[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "a"},
    {.kind = SWEEP_VALUE_TEXT, .text = "b"},
    {.kind = SWEEP_VALUE_TEXT, .text = "c"},
};
static const struct sweep_value one[] = {{.kind = SWEEP_VALUE_INT, .integer = 1}};
static const double uneven[] = {0.9, 0.08, 0.02};

static const struct sweep_parameter parameters[] = {
    {.name = "real", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1},
    {.name = "constant", .distribution = SWEEP_CONSTANT, .choices = one, .choice_count = 1},
    {.name = "integer", .distribution = SWEEP_INT_UNIFORM, .min = -3, .max = 9},
    {.name = "log", .distribution = SWEEP_INT_LOG, .min = 1, .max = 3000},
    {.name = "step", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1, .step = 0.3},
    {.name = "multiple", .distribution = SWEEP_UNIFORM, .min = 0.4, .max = 1.6, .q = 0.5},
    {.name = "choice", .distribution = SWEEP_CATEGORICAL, .choices = letters, .choice_count = 3},
    {.name = "ordered",
     .distribution = SWEEP_CATEGORICAL,
     .choices = letters,
     .probabilities = uneven,
     .choice_count = 3,
     .is_ordered = true},
    {.name = "wide", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 1000000},
};

static const enum axis_kind kinds[] = {AXIS_REAL,  AXIS_CELLS,  AXIS_CELLS, AXIS_CELLS,
                                       AXIS_CELLS, AXIS_CHOICE, AXIS_CELLS, AXIS_REAL};

struct fixture {
    struct arena arena;
    struct axes *axes;
};

static void set_up(struct fixture *fixture)
{
    *fixture = (struct fixture){0};
    struct sweep_space *space =
        space_create(&fixture->arena, parameters, ARRAY_LENGTH(parameters), NULL);
    assert_non_null(space);
    fixture->axes = axes_create(space);
}

static void tear_down(struct fixture *fixture)
{
    axes_free(fixture->axes);
    arena_release(&fixture->arena);
}

static void test_kinds(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    assert_int_equal(fixture.axes->count, ARRAY_LENGTH(kinds));
    for (size_t i = 0; i < fixture.axes->count; i++)
        assert_int_equal(fixture.axes->list[i].kind, kinds[i]);
    tear_down(&fixture);
}

/* Every value that a draw can give comes back as itself; reals but for rounding. */
static void test_there_and_back(void **state)
{
    (void)state;
    struct fixture fixture;
    struct sweep_value params[ARRAY_LENGTH(parameters)];
    struct sweep_value back[ARRAY_LENGTH(parameters)];
    double row[ARRAY_LENGTH(kinds)];
    set_up(&fixture);
    for (int k = 0; k < 1000; k++) {
        for (size_t i = 0; i < ARRAY_LENGTH(parameters); i++)
            params[i] = sweep_parameter_draw(&parameters[i], (k + 0.5) / 1000);
        axes_read(fixture.axes, params, row);
        axes_write(fixture.axes, row, back);
        assert_true(fabs(back[0].real / params[0].real - 1) < 1e-12);
        assert_true(sweep_params_equal(params + 1, back + 1, ARRAY_LENGTH(parameters) - 1));
    }
    tear_down(&fixture);
}

/* A level's stretch is what its parameter gives it. */
static void test_stretches(void **state)
{
    (void)state;
    struct fixture fixture;
    set_up(&fixture);
    for (size_t i = 0; i < fixture.axes->count; i++) {
        const struct axis *axis = &fixture.axes->list[i];
        for (size_t k = 0; k < axis->count; k++) {
            double low = axis->edges[k];
            double high = axis->edges[k + 1];
            struct sweep_value level = sweep_parameter_level(axis->parameter, k);
            assert_true(low < high);
            for (int part = 1; part < 10; part++) {
                double u = low + (high - low) * part / 10;
                struct sweep_value value = sweep_parameter_draw(axis->parameter, u);
                assert_true(sweep_value_equal(&value, &level));
                assert_true(axis_coordinate(axis, u) == (double)k);
            }
            assert_true(fabs(axis_middle(axis, (double)k) - (low + high) / 2) < 1e-15);
        }
    }
    tear_down(&fixture);
}

static void test_what_is_beside(void **state)
{
    (void)state;
    struct fixture fixture;
    struct sweep_value params[ARRAY_LENGTH(parameters)] = {{.kind = SWEEP_VALUE_NONE}};
    double row[ARRAY_LENGTH(kinds)];
    set_up(&fixture);
    const struct axis *list = fixture.axes->list;
    axes_read(fixture.axes, params, row);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        assert_true(isnan(row[i]) && isnan(axis_middle(&list[i], row[i])));
    assert_true(axis_coordinate(&list[0], -3) == 0 && axis_coordinate(&list[0], 3) < 1);
    assert_true(axis_coordinate(&list[1], -3) == 0 && axis_coordinate(&list[1], 3) == 12);
    axes_write(fixture.axes, row, params);
    for (size_t i = 0; i < ARRAY_LENGTH(parameters); i++)
        assert_int_not_equal(params[i].kind, SWEEP_VALUE_NONE);
    tear_down(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_stretches),
        cmocka_unit_test(test_what_is_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
