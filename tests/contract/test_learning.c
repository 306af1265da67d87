/*
 * What a strategy must keep to when trials run side by side and their values matter. Whoever adds a
 * strategy adds its row to the registry and nothing here; test_strategies.c is the other battery.
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

/* So many trials at a time, the oldest of which ends next. */
static void assert_workers_share_nothing(struct fixture *fixture, const struct sweep_space *space,
                                         size_t workers, size_t trials)
{
    struct study *study = fixture->study;
    study_open(study, fixture->strategy, space, SEED);
    for (uint64_t number = 1; number <= trials; number++) {
        assert_int_equal(study_ask(study), SWEEP_SUGGESTED);
        assert_int_equal(study_count_same(study, number), 0);
        if (number >= workers)
            study_finish(study, number - workers + 1, SWEEP_TRIAL_COMPLETE, study_value(number));
    }
    study_close(study);
}

static void test_many_workers(void **state)
{
    static const size_t workers[] = {1, 4, 16, 64};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(workers); i++) {
        assert_workers_share_nothing(fixture, fixture_space(fixture, SPACE_MIXED), workers[i],
                                     MIXED_POINTS);
        assert_workers_share_nothing(fixture, fixture_space(fixture, SPACE_HUGE), workers[i], 140);
    }
}

static bool suits(const struct sweep_strategy *strategy, const struct sweep_space *space)
{
    void *made = strategy->create(space, NULL);
    strategy->free(made);
    return made != NULL;
}

static void test_many_workers_in_an_infinite_space(void **state)
{
    static const size_t workers[] = {1, 16, 64};
    struct fixture *fixture = *state;
    if (!suits(fixture->strategy, fixture_space(fixture, SPACE_CONTINUOUS)))
        return;
    for (size_t i = 0; i < ARRAY_LENGTH(workers); i++) {
        assert_workers_share_nothing(fixture, fixture_space(fixture, SPACE_UNBOUNDED), workers[i],
                                     140);
        assert_workers_share_nothing(fixture, fixture_space(fixture, SPACE_RULED_CONTINUOUS),
                                     workers[i], 140);
    }
}

/* What another strategy, another version or a damaged record left there. */
static void test_foreign_memos(void **state)
{
    static const size_t sizes[] = {1, 8, 12, 20, 36, 44, 128, SWEEP_MEMO_MAX};
    struct fixture *fixture = *state;
    const struct sweep_space *spaces[] = {fixture_space(fixture, SPACE_MIXED),
                                          fixture_space(fixture, SPACE_RULED)};
    struct study *study = fixture->study;
    for (size_t i = 0; i < ARRAY_LENGTH(sizes) * ARRAY_LENGTH(spaces); i++) {
        study_open(study, fixture->strategy, spaces[i % ARRAY_LENGTH(spaces)], SEED);
        study_run(study, 15);
        for (size_t k = 0; k < study->count; k++) {
            if (k % 2 == 0) /* the first bytes of its own stay */
                memset(study->memos[k] + 4, 0x55 + (int)i, SWEEP_MEMO_MAX - 4);
            else
                memset(study->memos[k], (int)(k * 83), SWEEP_MEMO_MAX);
            study->trials[k].memo_size = sizes[i / ARRAY_LENGTH(spaces)];
        }
        study_restart(study);
        study_run(study, 40);
        for (uint64_t number = 1; number <= study->count; number++)
            assert_int_equal(study_count_same(study, number), 0);
        study_close(study);
    }
}

static void test_maximize_is_minimize_turned_round(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *space = fixture_space(fixture, SPACE_MIXED);
    study_open(fixture->study, fixture->strategy, space, SEED);
    study_open(fixture->other, fixture->strategy, space, SEED);
    fixture->other->maximize = true;
    study_run(fixture->study, 50);
    for (uint64_t number = 1; number <= 50; number++) {
        assert_int_equal(study_ask(fixture->other), SWEEP_SUGGESTED);
        study_finish(fixture->other, number, SWEEP_TRIAL_COMPLETE, -study_value(number));
    }
    study_assert_same_trials(fixture->study, fixture->other);
    study_close(fixture->study);
    study_close(fixture->other);
}

/* Least at lr 1e-3 and dropout 0.3 with depth 2, which no edge or middle is. */
static double bowl(const struct sweep_value *params)
{
    double depth = (double)params[0].integer - 2;
    double lr = log10(params[1].real) + 3;
    double dropout = params[2].real - 0.3;
    return depth * depth + lr * lr + 10 * dropout * dropout;
}

static double best_of_bowl(struct study *study, const struct sweep_strategy *strategy,
                           const struct sweep_space *space, uint64_t seed)
{
    double best = (double)INFINITY;
    study_open(study, strategy, space, seed);
    for (uint64_t number = 1; number <= 60; number++) {
        assert_int_equal(study_ask(study), SWEEP_SUGGESTED);
        double value = bowl(study->params[number - 1]);
        study_finish(study, number, SWEEP_TRIAL_COMPLETE, value);
        best = fmin(best, value);
    }
    study_close(study);
    return best;
}

/* A strategy that uses results is better for it than evenly spread points are. */
static void test_learns(void **state)
{
    struct fixture *fixture = *state;
    const struct sweep_space *space = fixture_space(fixture, SPACE_CONTINUOUS);
    double gain = 0;
    if (!fixture->strategy->uses_results)
        return;
    for (uint64_t seed = 1; seed <= 9; seed++)
        gain += log(best_of_bowl(fixture->study, sweep_strategy_find("sobol"), space, seed) /
                    best_of_bowl(fixture->study, fixture->strategy, space, seed));
    assert_true(gain / 9 > log(3));
}

static const struct fixture_test battery[] = {
    {"many workers", test_many_workers},
    {"many workers in an infinite space", test_many_workers_in_an_infinite_space},
    {"foreign memos", test_foreign_memos},
    {"maximize is minimize turned round", test_maximize_is_minimize_turned_round},
    {"learns", test_learns},
};

int main(void)
{
    return fixture_run_battery(battery, ARRAY_LENGTH(battery));
}
