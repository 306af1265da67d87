/* The quick load of what ranks trials, beside the full one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_fixture.h"

static const struct {
    enum sweep_trial_state state;
    enum sweep_objective_kind objective;
    double value;
    double last;
} ROWS[] = {
    {SWEEP_TRIAL_COMPLETE, SWEEP_OBJECTIVE_FINITE, 0.1, -0.0},
    {SWEEP_TRIAL_COMPLETE, SWEEP_OBJECTIVE_NAN, NAN, 3},
    {SWEEP_TRIAL_FAILED, SWEEP_OBJECTIVE_NONE, NAN, NAN},
    {SWEEP_TRIAL_PRUNED, SWEEP_OBJECTIVE_POSITIVE_INFINITE, INFINITY, 1.5},
    {SWEEP_TRIAL_CANCELLED, SWEEP_OBJECTIVE_NEGATIVE_INFINITE, -INFINITY, NAN},
};

static void record(struct store_fixture *f)
{
    MUST(store_begin(f->store, err));
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        struct sweep_trial trial = fixture_start(f, i + 1);

        trial.state = ROWS[i].state;
        trial.objective = ROWS[i].objective;
        trial.value = ROWS[i].value;
        trial.last = ROWS[i].last;
        trial.arrival = i + 1;
        MUST(store_update_trial(f->store, &trial, err));
    }
    fixture_start(f, ARRAY_LENGTH(ROWS) + 1);
    MUST(store_commit(f->store, err));
}

static void test_quick_and_full_load_agree_on_one_moment(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct store_trials all, quick;
    struct sweep_error error = {0};
    (void)state;

    fixture_open(f);
    record(f);
    struct store *reader = store_open(f->path, STORE_READ, &error);

    assert_non_null(reader);
    MUST(store_hold(reader, err));
    MUST(store_load_trials(reader, f->space, &f->arena, false, &all, err));
    MUST(store_begin(f->store, err));
    fixture_start(f, ARRAY_LENGTH(ROWS) + 2); /* not of this moment */
    MUST(store_commit(f->store, err));
    MUST(store_load_outcomes(reader, &f->arena, &quick, err));
    assert_int_equal(quick.count, ARRAY_LENGTH(ROWS) + 1);
    assert_int_equal(all.count, quick.count);
    for (size_t i = 0; i < all.count; i++) {
        assert_int_equal(quick.items[i].number, i + 1);
        assert_int_equal(quick.items[i].state, all.items[i].state);
        assert_int_equal(quick.items[i].objective, all.items[i].objective);
        assert_memory_equal(&quick.items[i].value, &all.items[i].value, sizeof(double));
        assert_memory_equal(&quick.items[i].last, &all.items[i].last, sizeof(double));
        assert_null(quick.items[i].params);
    }
    store_close(reader);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quick_and_full_load_agree_on_one_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
