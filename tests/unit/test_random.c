/* Random search: fair, keyed by seed and number alone, and at the end of its points. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/mem.h"
#include "sweep/strategy.h"

#define SEED UINT64_C(0xBB67AE8584CAA73B)

/* Every known trial is pending: random may look at nothing else. */
static enum sweep_answer ask(void *strategy, uint64_t seed, const struct sweep_trial *trials,
                             uint64_t number, struct sweep_value *params)
{
    const struct sweep_trial **pending = sweep_alloc_array(number, sizeof *pending);
    for (uint64_t i = 0; trials != NULL && i + 1 < number; i++)
        pending[i] = &trials[i];
    const struct sweep_history history = {.pending = pending,
                                          .pending_count = trials != NULL ? number - 1 : 0};
    const struct sweep_ask request = {.seed = seed, .number = number, .history = &history};
    struct sweep_suggestion suggestion = {.params = params};
    enum sweep_answer answer = sweep_strategy_find("random")->ask(strategy, &request, &suggestion);
    sweep_free(pending);
    return answer;
}

static struct sweep_space *make_space(struct arena *arena, const struct sweep_parameter *parameters,
                                      size_t count)
{
    struct sweep_error err = {0};
    struct sweep_space *space = space_create(arena, parameters, count, &err);
    assert_non_null(space);
    return space;
}

static void *create(const struct sweep_space *space)
{
    struct sweep_error err = {0};
    void *strategy = sweep_strategy_find("random")->create(space, &err);
    assert_non_null(strategy);
    return strategy;
}

/* 4,000 draws in 4 cells: each expects 1,000 with a standard deviation of 27; 5 of them are 137. */
static void test_draws_are_fair_and_independent(void **state)
{
    (void)state;
    static const struct sweep_parameter parameters[] = {
        {.name = "x", .distribution = SWEEP_UNIFORM, .min = -1, .max = 1},
        {.name = "y", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-4, .max = 1},
    };
    struct arena arena = {0};
    void *strategy = create(make_space(&arena, parameters, ARRAY_LENGTH(parameters)));
    struct sweep_value params[2];
    int cells[2][2] = {0};
    for (uint64_t number = 1; number <= 4000; number++) {
        assert_int_equal(ask(strategy, SEED, NULL, number, params), SWEEP_SUGGESTED);
        cells[params[0].real < 0][params[1].real < 1e-2]++;
    }
    for (size_t i = 0; i < 4; i++)
        assert_in_range(cells[i / 2][i % 2], 1000 - 137, 1000 + 137);
    sweep_strategy_find("random")->free(strategy);
    arena_release(&arena);
}

static void test_seed_and_number_choose_the_draw(void **state)
{
    (void)state;
    static const struct sweep_parameter parameters[] = {
        {.name = "x", .distribution = SWEEP_UNIFORM, .min = 0, .max = 1}};
    struct arena arena = {0};
    void *strategy = create(make_space(&arena, parameters, 1));
    struct sweep_value first;
    struct sweep_value again;
    struct sweep_value next;
    struct sweep_value other;
    assert_int_equal(ask(strategy, SEED, NULL, 7, &first), SWEEP_SUGGESTED);
    assert_int_equal(ask(strategy, SEED, NULL, 8, &next), SWEEP_SUGGESTED);
    assert_int_equal(ask(strategy, SEED + 1, NULL, 7, &other), SWEEP_SUGGESTED);
    assert_int_equal(ask(strategy, SEED, NULL, 7, &again), SWEEP_SUGGESTED);
    assert_true(first.real == again.real);
    assert_true(first.real != next.real);
    assert_true(first.real != other.real);
    sweep_strategy_find("random")->free(strategy);
    arena_release(&arena);
}

/* Of 3,000 points the last ones are found by walking, not by luck. */
static void test_large_space_is_used_up(void **state)
{
    (void)state;
    enum {
        POINTS = 3000
    };
    static const struct sweep_parameter parameters[] = {
        {.name = "a", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 59},
        {.name = "b", .distribution = SWEEP_INT_LOG, .min = 1, .max = 50},
    };
    struct arena arena = {0};
    void *strategy = create(make_space(&arena, parameters, ARRAY_LENGTH(parameters)));
    struct sweep_trial *trials = sweep_alloc_array(POINTS, sizeof *trials);
    const struct sweep_trial **finished = sweep_alloc_array(POINTS, sizeof *finished);
    struct sweep_value *params = sweep_alloc_array(2 * POINTS + 2, sizeof *params);
    char *was_used = sweep_alloc(POINTS);
    for (uint64_t number = 1; number <= POINTS + 1; number++) {
        const struct sweep_history history = {.finished = finished, .finished_count = number - 1};
        const struct sweep_ask request = {.seed = SEED, .number = number, .history = &history};
        struct sweep_value *point = &params[2 * (number - 1)];
        struct sweep_suggestion suggestion = {.params = point};
        enum sweep_answer answer =
            sweep_strategy_find("random")->ask(strategy, &request, &suggestion);
        assert_int_equal(answer, number <= POINTS ? SWEEP_SUGGESTED : SWEEP_EXHAUSTED);
        if (answer == SWEEP_EXHAUSTED)
            break;
        char *used = &was_used[point[0].integer * 50 + point[1].integer - 1];
        assert_int_equal(*used, 0);
        *used = 1;
        trials[number - 1] =
            (struct sweep_trial){.number = number, .arrival = number, .params = point};
        finished[number - 1] = &trials[number - 1];
    }
    sweep_free(was_used);
    sweep_free(params);
    sweep_free(finished);
    sweep_free(trials);
    sweep_strategy_find("random")->free(strategy);
    arena_release(&arena);
}

static void test_value_listed_twice_is_one_point(void **state)
{
    (void)state;
    static const struct sweep_value values[] = {
        {.kind = SWEEP_VALUE_INT, .integer = 3},
        {.kind = SWEEP_VALUE_INT, .integer = 8},
        {.kind = SWEEP_VALUE_INT, .integer = 3},
        {.kind = SWEEP_VALUE_INT, .integer = 3},
    };
    static const struct sweep_parameter parameters[] = {
        {.name = "k",
         .distribution = SWEEP_CATEGORICAL,
         .choices = values,
         .choice_count = ARRAY_LENGTH(values)},
    };
    struct arena arena = {0};
    void *strategy = create(make_space(&arena, parameters, 1));
    struct sweep_value params[2];
    struct sweep_value none;
    const struct sweep_trial trials[] = {
        {.number = 1, .params = &params[0]},
        {.number = 2, .params = &params[1]},
    };
    assert_int_equal(ask(strategy, SEED, trials, 1, &params[0]), SWEEP_SUGGESTED);
    assert_int_equal(ask(strategy, SEED, trials, 2, &params[1]), SWEEP_SUGGESTED);
    assert_int_equal(params[0].integer + params[1].integer, 3 + 8);
    assert_int_equal(ask(strategy, SEED, trials, 3, &none), SWEEP_EXHAUSTED);
    sweep_strategy_find("random")->free(strategy);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_are_fair_and_independent),
        cmocka_unit_test(test_seed_and_number_choose_the_draw),
        cmocka_unit_test(test_large_space_is_used_up),
        cmocka_unit_test(test_value_listed_twice_is_one_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
