/* The order of trial/ranking.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "sweep/rng.h"
#include "trial/ranking.h"

#define TRIAL(n, s, k, v)                                                                       \
    {                                                                                           \
        .number = (n), .state = SWEEP_TRIAL_##s, .objective = SWEEP_OBJECTIVE_##k, .value = (v) \
    }

/* Every kind of trial, by number; values of those that are not complete would win if they counted.
 */
static const struct sweep_trial trials[] = {
    TRIAL(1, FAILED, FINITE, 99.5),
    TRIAL(2, COMPLETE, FINITE, 0.9411),
    TRIAL(3, CANCELLED, FINITE, -99.5),
    TRIAL(4, COMPLETE, NAN, NAN),
    TRIAL(5, COMPLETE, FINITE, 0.9529),
    TRIAL(6, RUNNING, FINITE, 99.5),
    TRIAL(7, PRUNED, FINITE, -99.5),
    TRIAL(8, COMPLETE, FINITE, 0.9529),
    TRIAL(9, WAITING, NONE, NAN),
    TRIAL(10, COMPLETE, POSITIVE_INFINITE, INFINITY),
    TRIAL(11, COMPLETE, FINITE, -1.25e-310),
    TRIAL(12, COMPLETE, NEGATIVE_INFINITE, -INFINITY),
    TRIAL(13, FAILED, NONE, NAN),
    TRIAL(14, COMPLETE, NONE, NAN),
    TRIAL(15, PRUNED, FINITE, 99.5),
};

enum {
    COUNT = ARRAY_LENGTH(trials)
};

static void point_at_all(const struct sweep_trial *pointers[COUNT], uint64_t shuffle)
{
    struct sweep_rng rng;

    for (size_t i = 0; i < COUNT; i++)
        pointers[i] = &trials[i];
    sweep_rng_init(&rng, 0x9e3779b97f4a7c15, shuffle);
    for (size_t i = COUNT - 1; i > 0; i--) {
        size_t k = (size_t)sweep_rng_below(&rng, i + 1);
        const struct sweep_trial *swap = pointers[i];

        pointers[i] = pointers[k];
        pointers[k] = swap;
    }
}

static int by_most(const void *a, const void *b)
{
    return ranking_compare(*(const struct sweep_trial *const *)a,
                           *(const struct sweep_trial *const *)b, true);
}

static int by_least(const void *a, const void *b)
{
    return ranking_compare(*(const struct sweep_trial *const *)a,
                           *(const struct sweep_trial *const *)b, false);
}

static void test_sorts_best_first_whatever_came_in(void **state)
{
    static const uint64_t maximized[COUNT] = {5, 8, 2, 11, 4, 10, 12, 14, 7, 15, 6, 9, 1, 13, 3};
    static const uint64_t minimized[COUNT] = {11, 2, 5, 8, 4, 10, 12, 14, 7, 15, 6, 9, 1, 13, 3};
    const struct sweep_trial *pointers[COUNT];
    (void)state;

    for (uint64_t shuffle = 0; shuffle < 200; shuffle++)
        for (int maximize = 0; maximize <= 1; maximize++) {
            const uint64_t *expected = maximize ? maximized : minimized;

            point_at_all(pointers, shuffle);
            qsort(pointers, COUNT, sizeof(struct sweep_trial *), maximize ? by_most : by_least);
            for (size_t i = 0; i < COUNT; i++)
                assert_int_equal(pointers[i]->number, expected[i]);
        }
}

static void test_best_is_the_first_of_the_ranking(void **state)
{
    (void)state;
    assert_int_equal(ranking_best(trials, COUNT, true)->number, 5);
    assert_int_equal(ranking_best(trials, COUNT, false)->number, 11);
}

static void test_none_is_best_without_a_finite_value(void **state)
{
    const struct sweep_trial unfit[] = {trials[0], trials[3], trials[5], trials[9]};
    (void)state;

    assert_null(ranking_best(unfit, ARRAY_LENGTH(unfit), true));
    assert_null(ranking_best(NULL, 0, true));
}

static void test_better_is_strict(void **state)
{
    (void)state;
    assert_true(ranking_is_better(2, 1, true));
    assert_false(ranking_is_better(1, 2, true));
    assert_true(ranking_is_better(1, 2, false));
    assert_false(ranking_is_better(1, 1, true));
    assert_false(ranking_is_better(1, 1, false));
    assert_false(ranking_is_better(0.0, -0.0, true));
    assert_false(ranking_is_better(NAN, 1, true));
    assert_false(ranking_is_better(NAN, 1, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts_best_first_whatever_came_in),
        cmocka_unit_test(test_best_is_the_first_of_the_ranking),
        cmocka_unit_test(test_none_is_best_without_a_finite_value),
        cmocka_unit_test(test_better_is_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
