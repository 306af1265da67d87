/* Grid search: its order, what others took, and what it refuses. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/strategy.h"

static enum sweep_answer ask(const struct sweep_space *space, uint64_t number,
                             struct sweep_value *params)
{
    const struct sweep_strategy *grid = sweep_strategy_find("grid");
    const struct sweep_history history = {0};
    const struct sweep_ask request = {.seed = 5, .number = number, .history = &history};
    struct sweep_suggestion suggestion = {.params = params};
    struct sweep_error err = {0};
    void *state = grid->create(space, &err);
    assert_non_null(state);
    enum sweep_answer answer = grid->ask(state, &request, &suggestion);
    grid->free(state);
    return answer;
}

static void test_last_parameter_is_fastest(void **state)
{
    (void)state;
    static const struct sweep_value colours[] = {
        {.kind = SWEEP_VALUE_TEXT, .text = "red"},
        {.kind = SWEEP_VALUE_TEXT, .text = "blue"},
    };
    static const struct sweep_parameter parameters[] = {
        {.name = "z",
         .distribution = SWEEP_CATEGORICAL,
         .choices = colours,
         .choice_count = ARRAY_LENGTH(colours)},
        {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 7, .max = 9},
    };
    static const struct {
        const char *z;
        int64_t a;
    } rows[] = {
        {"red", 7}, {"red", 8}, {"red", 9}, {"blue", 7}, {"blue", 8}, {"blue", 9},
    };
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_value params[2];
    struct sweep_space *space = space_create(&arena, parameters, ARRAY_LENGTH(parameters), &err);
    assert_non_null(space);
    for (uint64_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(ask(space, i + 1, params), SWEEP_SUGGESTED);
        assert_string_equal(params[0].text, rows[i].z);
        assert_int_equal(params[1].integer, rows[i].a);
    }
    arena_release(&arena);
}

/* Trial 1 is somebody's own, of the third point; it is finished, and the others are pending. All
 * points come once, in order, and what the number 1 would have had at the end. */
static void test_numbers_and_points_of_others(void **state)
{
    (void)state;
    static const struct sweep_parameter parameters[] = {
        {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 5},
    };
    static const int64_t expected[] = {3, 2, 4, 5, 1};
    const struct sweep_strategy *grid = sweep_strategy_find("grid");
    struct arena arena = {0};
    struct sweep_value params[6] = {{.kind = SWEEP_VALUE_INT, .integer = 3}};
    struct sweep_trial trials[6] = {{.number = 1, .params = params, .arrival = 1}};
    const struct sweep_trial *known[6] = {&trials[0]};
    struct sweep_space *space = space_create(&arena, parameters, 1, NULL);
    void *strategy = grid->create(space, NULL);
    assert_non_null(strategy);
    for (uint64_t number = 2; number <= 6; number++) {
        const struct sweep_history history = {.finished = known,
                                              .finished_count = 1,
                                              .pending = known + 1,
                                              .pending_count = number - 2};
        const struct sweep_ask request = {.number = number, .history = &history};
        struct sweep_suggestion suggestion = {.params = &params[number - 1]};
        enum sweep_answer answer = grid->ask(strategy, &request, &suggestion);
        assert_int_equal(answer, number < 6 ? SWEEP_SUGGESTED : SWEEP_EXHAUSTED);
        trials[number - 1] = (struct sweep_trial){.number = number, .params = &params[number - 1]};
        known[number - 1] = &trials[number - 1];
    }
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++)
        assert_int_equal(params[i].integer, expected[i]);
    grid->free(strategy);
    arena_release(&arena);
}

static void test_far_points_of_huge_spaces(void **state)
{
    (void)state;
    struct sweep_parameter parameters[6];
    for (size_t i = 0; i < ARRAY_LENGTH(parameters); i++)
        parameters[i] =
            (struct sweep_parameter){.name = (const char *[]){"a", "b", "c", "d", "e", "f"}[i],
                                     .distribution = SWEEP_INT_UNIFORM,
                                     .min = 0,
                                     .max = 9999};
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_value params[ARRAY_LENGTH(parameters)];

    struct sweep_space *space = space_create(&arena, parameters, 3, &err); /* 10^12 points */
    assert_non_null(space);
    assert_int_equal(ask(space, UINT64_C(123456789012), params), SWEEP_SUGGESTED);
    assert_int_equal(params[0].integer, 1234); /* number - 1 in base 10,000 */
    assert_int_equal(params[1].integer, 5678);
    assert_int_equal(params[2].integer, 9011);
    assert_int_equal(ask(space, UINT64_C(1000000000000), params), SWEEP_SUGGESTED);
    assert_int_equal(params[0].integer, 9999);

    space = space_create(&arena, parameters, 6, &err); /* 10^24: more than 64 bits can count */
    assert_non_null(space);
    assert_int_equal(ask(space, UINT64_C(10000000000000000001), params), SWEEP_SUGGESTED);
    assert_int_equal(params[0].integer, 0);
    assert_int_equal(params[1].integer, 1000);
    assert_int_equal(params[5].integer, 0);
    arena_release(&arena);
}

static void test_infinite_parameters_are_refused(void **state)
{
    (void)state;
    static const struct sweep_parameter parameters[] = {
        {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = 2, .max = 5},
        {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1},
    };
    struct arena arena = {0};
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(&arena, parameters, ARRAY_LENGTH(parameters), &err);
    assert_non_null(space);
    assert_null(sweep_strategy_find("grid")->create(space, &err));
    assert_int_equal(err.code, SWEEP_BAD_INPUT);
    assert_string_equal(err.message,
                        "method grid tries every value, but 'lr' can be any number from 1e-05 to "
                        "0.1: give it 'step' or 'values', or take method random");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_parameter_is_fastest),
        cmocka_unit_test(test_numbers_and_points_of_others),
        cmocka_unit_test(test_far_points_of_huge_spaces),
        cmocka_unit_test(test_infinite_parameters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
