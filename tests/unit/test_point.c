/* Numbers of points and back, and params that are no point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../strategies/search/point.h"
#include "base/array.h"
#include "space/space.h"

static const struct sweep_value names[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "sgd"},
    {.kind = SWEEP_VALUE_TEXT, .text = "adam"},
    {.kind = SWEEP_VALUE_NULL},
};

static const struct sweep_parameter parameters[] = {
    {.name = "name", .distribution = SWEEP_CATEGORICAL, .choices = names, .choice_count = 3},
    {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = -4, .max = 4, .step = 2},
    {.name = "rate", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 0.55, .step = 0.1},
};
#define POINTS (3 * 5 * 5)

static struct arena arena;

static int make_space(void **state)
{
    struct sweep_error err = {0};
    *state = space_create(&arena, parameters, ARRAY_LENGTH(parameters), &err);
    return *state == NULL;
}

static int release_space(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void test_round_trip(void **state)
{
    const struct sweep_space *space = *state;
    struct sweep_value params[ARRAY_LENGTH(parameters)];
    uint64_t point;
    for (uint64_t i = 0; i < POINTS; i++) {
        point_params(space, i, params);
        assert_true(point_of(space, params, &point));
        assert_int_equal(point, i);
    }
    assert_int_equal(sweep_space_count_points(space, SWEEP_COUNT_STEPS, &point), SWEEP_COUNT_EXACT);
    assert_int_equal(point, POINTS);
}

static struct sweep_value text(const char *t)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_TEXT, .text = t};
}

static struct sweep_value integer(int64_t integer)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = integer};
}

static struct sweep_value real(double real)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = real};
}

static struct sweep_value kind(enum sweep_value_kind kind)
{
    return (struct sweep_value){.kind = kind, .boolean = true};
}

static void test_what_is_no_point(void **state)
{
    const struct {
        const char *name;
        struct sweep_value params[3];
        bool is_point;
    } rows[] = {
        {"a point", {text("adam"), integer(2), real(0.3)}, true},
        {"spelt differently", {text("adam"), real(2), real(0.3)}, true},
        {"no such choice", {text("lion"), integer(2), real(0.3)}, false},
        {"between two steps", {text("adam"), integer(3), real(0.3)}, false},
        {"below the least", {text("adam"), integer(-6), real(0.3)}, false},
        {"above the largest", {text("adam"), integer(6), real(0.3)}, false},
        {"nearly a step", {text("adam"), integer(2), real(0.31)}, false},
        {"below max, no step", {text("adam"), integer(2), real(0.55)}, false},
        {"text for a number", {text("adam"), text("0"), real(0.3)}, false},
        {"bool for a number", {text("adam"), kind(SWEEP_VALUE_BOOL), real(0.3)}, false},
        {"absent", {text("adam"), integer(2), kind(SWEEP_VALUE_NONE)}, false},
        {"null is a choice", {kind(SWEEP_VALUE_NULL), integer(2), real(0.3)}, true},
        {"absent is not null", {kind(SWEEP_VALUE_NONE), integer(2), real(0.3)}, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        uint64_t point;
        if (point_of(*state, rows[i].params, &point) != rows[i].is_point)
            fail_msg("%s", rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_what_is_no_point),
    };
    return cmocka_run_group_tests(tests, make_space, release_space);
}
