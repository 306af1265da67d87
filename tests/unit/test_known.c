/* What a strategy gets to see of trials: asker/known.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "asker/known.h"
#include "base/arena.h"
#include "space/space.h"

#define TRIALS 5

static const struct sweep_parameter x = {
    .name = "x", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 9};

/* Trials 1 to 3 are finished, the newest first; the others are not. */
static void make_trials(struct sweep_trial *trials, struct sweep_value *params, const int64_t *xs)
{
    for (size_t i = 0; i < TRIALS; i++) {
        params[i] = (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = xs[i]};
        trials[i] = (struct sweep_trial){
            .number = i + 1,
            .params = &params[i],
            .state = i < 3 ? SWEEP_TRIAL_COMPLETE : SWEEP_TRIAL_RUNNING,
            .arrival = i < 3 ? 3 - i : 0,
        };
    }
}

static void check_view(struct known *known, uint64_t seen, const uint64_t *finished, size_t count,
                       uint64_t pending)
{
    const uint64_t numbers[] = {4, 5};
    const struct known_view view = {TRIALS + 1, seen, numbers, 2};
    struct sweep_history history = {0};

    known_history(known, &view, &history);
    assert_int_equal(history.finished_count, seen);
    assert_int_equal(history.pending_count, 2);
    known_narrow(known, &history);
    assert_int_equal(history.finished_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(history.finished[i]->number, finished[i]);
    assert_int_equal(history.pending_count, 1);
    assert_int_equal(history.pending[0]->number, pending);
}

/* A longer history begins with the shorter one, with those outside left out of both. */
static void test_narrow(void **state)
{
    struct arena arena = {0};
    struct sweep_trial trials[TRIALS];
    struct sweep_value params[TRIALS];
    const struct sweep_space *space = space_create(&arena, &x, 1, NULL);
    struct sweep_judge *judge = sweep_judge_create(space, NULL);
    struct known known = {.param_count = 1, .space = space, .judge = judge};
    (void)state;

    make_trials(trials, params, (const int64_t[TRIALS]){7, 10, 3, 0, 9});
    known_restore(&known, trials, TRIALS);
    check_view(&known, 3, (const uint64_t[]){3, 1}, 2, 5);
    check_view(&known, 2, (const uint64_t[]){3}, 1, 5);
    check_view(&known, 0, NULL, 0, 5);

    /* One that finishes later is sorted out as well. */
    trials[3].state = SWEEP_TRIAL_FAILED;
    trials[3].arrival = 4;
    known_add(&known, &trials[3]);
    check_view(&known, 4, (const uint64_t[]){3, 1}, 2, 5);
    known_release(&known);
    sweep_judge_free(judge);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_narrow)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
