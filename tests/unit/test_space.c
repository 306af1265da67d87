/* Making a space, what it refuses, finding in it, its size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"

#define TWO_TO_53 9007199254740992.0

static const struct sweep_value digits[] = {
    {.kind = SWEEP_VALUE_INT, .integer = 3},
    {.kind = SWEEP_VALUE_INT, .integer = 1},
    {.kind = SWEEP_VALUE_INT, .integer = 4},
};

static const struct sweep_value endless[] = {{.kind = SWEEP_VALUE_REAL, .real = (double)INFINITY}};

static void test_refused_parameters(void **state)
{
    (void)state;
    static const struct {
        struct sweep_parameter parameter;
        const char *message;
    } rows[] = {
        {{.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0.5, .max = 0.25},
         "parameter 'lr': min 0.5 is above max 0.25; swap them?"},
        {{.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 64, .max = 8},
         "parameter 'n': min 64 is above max 8; swap them?"},
        {{.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0.5, .max = 0.5},
         "parameter 'lr': min and max are both 0.5; write 'value: 0.5' for a constant"},
        {{.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 0, .max = 0.5},
         "parameter 'lr': min is 0, but a log scale needs a min above 0"},
        {{.name = "n", .distribution = SWEEP_INT_LOG, .min = -2, .max = 9},
         "parameter 'n': min is -2, but a log scale needs a min above 0"},
        {{.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1, .step = -0.1},
         "parameter 'lr': step is -0.1; it must be above 0"},
        {{.name = "lr", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1, .step = 1.5},
         "parameter 'lr': step 1.5 is larger than the whole range from 0 to 1; only min would ever "
         "be tried"},
        {{.name = "lr", .distribution = SWEEP_UNIFORM, .min = 1, .max = 2, .step = 1e-17},
         "parameter 'lr': there are too many values from 1 to 2 to count them; narrow the range or "
         "take a larger step"},
        {{.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = -TWO_TO_53, .max = TWO_TO_53},
         "parameter 'n': there are too many values from -9007199254740992 to 9007199254740992 "
         "to count them; narrow the range or take a larger step"},
        {{.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 4 * TWO_TO_53},
         "parameter 'n': 36028797018963968 is beyond 2^53 (9007199254740992), the largest "
         "integer that is exact everywhere"},
        {{.name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 2.5},
         "parameter 'n' takes integers, but 2.5 is none"},
        {{.name = "x", .distribution = SWEEP_UNIFORM, .min = 0, .max = (double)INFINITY},
         "parameter 'x': min 0, max inf and step 0 must be finite numbers"},
        {{.name = "x", .distribution = SWEEP_UNIFORM, .min = -1.5e308, .max = 1.5e308},
         "parameter 'x': the range from -1.5e+308 to 1.5e+308 is too wide for a number"},
        {{.name = "c", .distribution = SWEEP_CATEGORICAL},
         "parameter 'c' has no values; list at least one"},
        {{.name = "c", .distribution = SWEEP_CONSTANT, .choices = endless, .choice_count = 1},
         "parameter 'c': value number 1 is not a finite number"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_error err = {0};
        assert_false(space_check_parameter(&rows[i].parameter, &err));
        assert_int_equal(err.code, SWEEP_BAD_INPUT);
        assert_string_equal(err.message, rows[i].message);
    }
}

static void test_find(void **state)
{
    (void)state;
    const struct sweep_parameter parameters[] = {
        {.name = "momentum", .distribution = SWEEP_UNIFORM, .min = 0, .max = 0.99},
        {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 16, .max = 256},
        {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1},
    };
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(&arena, parameters, 3, &err);
    assert_non_null(space);
    assert_int_equal(sweep_space_count(space), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(space_find(space, parameters[i].name), i);
        assert_string_equal(sweep_space_parameter(space, i)->name, parameters[i].name);
    }
    assert_int_equal(space_find(space, "lrr"), SPACE_NOT_FOUND);
    assert_int_equal(space_find(space, ""), SPACE_NOT_FOUND);
    arena_release(&arena);
}

static void test_create_refuses(void **state)
{
    (void)state;
    const struct sweep_parameter parameters[] = {
        {.name = "a", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1},
        {.name = "b", .distribution = SWEEP_UNIFORM, .min = 2, .max = 1},
        {.name = "a", .distribution = SWEEP_UNIFORM, .min = 0, .max = 3},
    };
    struct arena arena = {0};
    struct sweep_error err = {0};
    assert_null(space_create(&arena, parameters, 2, &err));
    assert_string_equal(err.message, "parameter 'b': min 2 is above max 1; swap them?");
    const struct sweep_parameter twice[] = {parameters[0], parameters[2]};
    assert_null(space_create(&arena, twice, 2, &err));
    assert_string_equal(err.message, "parameter 'a' is given twice");
    arena_release(&arena);
}

static void test_size(void **state)
{
    (void)state;
    const struct sweep_parameter real = {
        .name = "real", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1};
    const struct sweep_parameter three = {
        .name = "three", .distribution = SWEEP_CATEGORICAL, .choices = digits, .choice_count = 3};
    const struct sweep_parameter one = {
        .name = "one", .distribution = SWEEP_CONSTANT, .choices = digits, .choice_count = 1};
    struct sweep_parameter wide[3];
    static const char *const names[] = {"x", "y", "z"};
    for (size_t i = 0; i < 3; i++)
        wide[i] = (struct sweep_parameter){
            .name = names[i], .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 4294967296};

    const struct {
        struct sweep_parameter parameters[3];
        size_t count;
        bool finite;
        uint64_t size;
    } rows[] = {
        {{{0}}, 0, true, 1},
        {{one}, 1, true, 1},
        {{three, one}, 2, true, 3},
        {{three, real}, 2, false, 0},
        {{wide[0], three}, 2, true, 12884901888},
        {{wide[0], wide[1]}, 2, true, UINT64_MAX},
        {{wide[0], wide[1], wide[2]}, 3, true, UINT64_MAX},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct arena arena = {0};
        struct sweep_error err = {0};
        struct sweep_space *space = space_create(&arena, rows[i].parameters, rows[i].count, &err);
        assert_non_null(space);
        uint64_t size = 5851;
        assert_int_equal(sweep_space_size(space, &size), rows[i].finite);
        assert_int_equal(size, rows[i].finite ? rows[i].size : 5851);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_parameters),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_create_refuses),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
