/* A metric that was not found: which trials wait for it, and whether anything depends on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_fixture.h"

static int open_fixture(void **state)
{
    static struct store_fixture fixture;

    fixture_open(&fixture);
    *state = &fixture;
    return 0;
}

static int close_fixture(void **state)
{
    fixture_close(*state);
    return 0;
}

static bool is_unseen(struct store_fixture *f)
{
    bool unseen = false;

    MUST(store_is_unseen(f->store, &unseen, err));
    return unseen;
}

static bool is_free(struct store_fixture *f)
{
    bool free = false;

    MUST(store_is_free(f->store, &free, err));
    return free;
}

static uint64_t held_after(struct store_fixture *f, uint64_t after)
{
    uint64_t trial = 4711;

    MUST(store_find_held(f->store, after, &trial, err));
    return trial;
}

/* End the first attempt of a trial. */
static void end(struct store_fixture *f, struct sweep_trial *trial, enum sweep_trial_state state,
                enum sweep_reason reason)
{
    const struct attempt_outcome outcome = {.end = ATTEMPT_EXITED};

    MUST(store_record_outcome(f->store, (struct attempt_key){trial->number, 1}, &outcome,
                              10 * trial->number, err));
    trial->state = state;
    trial->reason = reason;
    if (state != SWEEP_TRIAL_WAITING)
        trial->arrival = 10 * trial->number + 1;
    MUST(store_update_trial(f->store, trial, err));
}

static void test_trials_that_wait_for_their_metric(void **state)
{
    struct store_fixture *f = *state;
    struct sweep_trial trials[5];

    assert_int_equal(held_after(f, 0), 0);
    MUST(store_begin(f->store, err));
    for (uint64_t i = 0; i < 5; i++)
        trials[i] = fixture_start(f, i + 1);
    end(f, &trials[0], SWEEP_TRIAL_FAILED, SWEEP_REASON_METRIC_MISSING);
    end(f, &trials[1], SWEEP_TRIAL_WAITING, SWEEP_REASON_METRIC_MISSING);
    end(f, &trials[2], SWEEP_TRIAL_WAITING, SWEEP_REASON_PREEMPTED);
    end(f, &trials[3], SWEEP_TRIAL_WAITING, SWEEP_REASON_METRIC_MISSING);
    MUST(store_commit(f->store, err));
    assert_int_equal(held_after(f, 0), 2);
    assert_int_equal(held_after(f, 2), 4);
    assert_int_equal(held_after(f, 4), 0);
}

static void test_what_depends_on_the_metric(void **state)
{
    struct store_fixture *f = *state;
    struct store_report report = {.key = {2, 1}, .metric = "loss", .sequence = 1, .arrival = 5};

    assert_true(is_unseen(f));
    MUST(store_begin(f->store, err));
    struct sweep_trial failed = fixture_start(f, 1);
    struct sweep_trial held = fixture_start(f, 2);
    MUST(store_record_report(f->store, &report, err));
    end(f, &failed, SWEEP_TRIAL_FAILED, SWEEP_REASON_EXIT_CODE);
    end(f, &held, SWEEP_TRIAL_WAITING, SWEEP_REASON_METRIC_MISSING);
    assert_true(is_unseen(f)); /* captures are not the metric */
    report = (struct store_report){.key = {2, 1}, .metric = "val_acc", .sequence = 2, .arrival = 6};
    MUST(store_record_report(f->store, &report, err));
    assert_false(is_unseen(f));
    store_rollback(f->store);

    assert_true(is_unseen(f));
    MUST(store_begin(f->store, err));
    struct sweep_trial complete = fixture_start(f, 1);
    end(f, &complete, SWEEP_TRIAL_COMPLETE, SWEEP_REASON_NONE);
    assert_false(is_unseen(f)); /* also without a value: it was ranked as it was then */
    store_rollback(f->store);

    MUST(store_begin(f->store, err));
    struct sweep_trial valued = fixture_start(f, 1);
    valued.objective = SWEEP_OBJECTIVE_NAN;
    end(f, &valued, SWEEP_TRIAL_FAILED, SWEEP_REASON_EXIT_CODE);
    assert_false(is_unseen(f));
    store_rollback(f->store);
}

static void test_when_trials_to_come_have_nothing_to_compare_with(void **state)
{
    struct store_fixture *f = *state;
    struct store_report report = {.key = {1, 1}, .metric = "val_acc", .sequence = 1, .arrival = 5};

    assert_true(is_free(f));
    for (enum sweep_trial_state ending = SWEEP_TRIAL_WAITING; ending <= SWEEP_TRIAL_CANCELLED;
         ending++) {
        bool is_evidence = ending == SWEEP_TRIAL_COMPLETE || ending == SWEEP_TRIAL_PRUNED;
        if (ending == SWEEP_TRIAL_RUNNING)
            continue;
        MUST(store_begin(f->store, err));
        struct sweep_trial trial = fixture_start(f, 1);
        assert_false(is_free(f)); /* while it runs */
        MUST(store_record_report(f->store, &report, err));
        end(f, &trial, ending, SWEEP_REASON_NONE);
        assert_int_equal(is_free(f), !is_evidence && ending != SWEEP_TRIAL_WAITING);
        store_rollback(f->store);
    }
    MUST(store_begin(f->store, err));
    struct sweep_trial missing = fixture_start(f, 1);
    end(f, &missing, SWEEP_TRIAL_FAILED, SWEEP_REASON_METRIC_MISSING);
    assert_false(is_free(f));
    store_rollback(f->store);
}

/* Numbers that are read from an ended attempt's output come after its outcome. */
static void test_arrival_of_what_was_read_again(void **state)
{
    struct store_fixture *f = *state;
    struct store_report report = {.key = {1, 1}, .metric = "val_acc", .sequence = 1, .arrival = 99};
    uint64_t arrival = 0;

    MUST(store_begin(f->store, err));
    struct sweep_trial held = fixture_start(f, 1);
    end(f, &held, SWEEP_TRIAL_WAITING, SWEEP_REASON_METRIC_MISSING);
    MUST(store_record_report(f->store, &report, err));
    MUST(store_commit(f->store, err));
    MUST(store_load_arrival(f->store, &arrival, err));
    assert_int_equal(arrival, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_trials_that_wait_for_their_metric, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(test_what_depends_on_the_metric, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(test_when_trials_to_come_have_nothing_to_compare_with,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(test_arrival_of_what_was_read_again, open_fixture,
                                        close_fixture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
