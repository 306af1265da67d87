/* The fake back end: what traces rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"
#include "exec/fake.h"

static const struct fake_report reports[] = {
    {.after_ms = 2000, .value = 0.5, .step = 1},
    {.after_ms = 7000, .value = 0.75, .step = 2},
};

static const struct fake_attempt rows[] = {
    {.trial = 1, .number = 2, .runs_ms = 300, .end = ATTEMPT_LOST},
    {.trial = 1,
     .runs_ms = 9000,
     .end = ATTEMPT_EXITED,
     .detail = 4,
     .stops_in_ms = 1500,
     .reports = reports,
     .report_count = ARRAY_LENGTH(reports)},
    {.trial = 2, .runs_ms = 9000, .end = ATTEMPT_EXITED, .ignores_stop = true},
    {.launch_failures = 2, .runs_ms = 100, .end = ATTEMPT_EXITED},
};

static int open_world(void **state)
{
    *state = fake_open(&(struct fake_world){.attempts = rows, .count = ARRAY_LENGTH(rows)});
    return 0;
}

static int close_world(void **state)
{
    backend_fake.close(*state);
    return 0;
}

static bool launch(struct backend_state *world, struct attempt_key key, int64_t now_ms)
{
    const struct spec spec = {.key = key, .token = "4a7d1ed414474e4033ac29ccb8653d9b"};
    const struct backend_launch request = {.spec = &spec, .now_ms = now_ms};
    struct attempt_identity identity;
    struct sweep_error err = {0};
    if (!backend_fake.launch(world, &request, &identity, &err)) {
        assert_int_equal(err.code, SWEEP_BUSY);
        return false;
    }
    assert_int_equal(identity.key.trial, key.trial);
    assert_int_equal(identity.key.number, key.number);
    assert_string_equal(identity.token, spec.token);
    return true;
}

static void expect(struct backend_state *world, int64_t now_ms, enum backend_event_kind kind,
                   struct backend_event *event)
{
    assert_int_equal(backend_fake.deadline(world), now_ms);
    assert_false(backend_fake.next(world, now_ms - 1, event));
    assert_true(backend_fake.next(world, now_ms, event));
    assert_int_equal(event->kind, kind);
}

static void test_nothing_executes_before_go(void **state)
{
    struct backend_event event;
    const struct attempt_key key = {1, 1};
    assert_true(launch(*state, key, 1000));
    expect(*state, 1000, BACKEND_READY, &event);
    assert_false(backend_fake.next(*state, 99000, &event));
    assert_true(backend_fake.deadline(*state) == INT64_MAX);
    backend_fake.abandon(*state, key);
    backend_fake.go(*state, key);
    assert_false(backend_fake.next(*state, 99000, &event));
}

static void test_reports_then_end(void **state)
{
    struct backend_event event;
    struct fake_report report;
    const struct attempt_key key = {1, 1};
    assert_true(launch(*state, key, 1000));
    expect(*state, 1000, BACKEND_READY, &event);
    backend_fake.go(*state, key);
    assert_false(fake_take_report(*state, key, &report));
    expect(*state, 3000, BACKEND_JOURNAL, &event);
    assert_true(fake_take_report(*state, key, &report));
    assert_true(report.value == 0.5);
    assert_false(fake_take_report(*state, key, &report));
    expect(*state, 8000, BACKEND_JOURNAL, &event);
    assert_true(fake_take_report(*state, key, &report));
    assert_true(report.value == 0.75);
    backend_fake.abandon(*state, key); /* too late: it has had its GO */
    expect(*state, 10000, BACKEND_ENDED, &event);
    assert_int_equal(event.outcome.end, ATTEMPT_EXITED);
    assert_int_equal(event.outcome.detail, 4);
    assert_int_equal(event.outcome.duration_us, 9000000);
    assert_false(backend_fake.next(*state, 99000, &event));
}

static void test_stops(void **state)
{
    static const struct {
        const char *name;
        struct attempt_key key;
        int64_t at_ms;
        bool force;
        int64_t ends_ms;
        enum attempt_end end;
        int32_t detail;
    } stops[] = {
        {"takes its time", {1, 1}, 500, false, 2000, ATTEMPT_SIGNALED, 15},
        {"forced", {1, 1}, 500, true, 500, ATTEMPT_SIGNALED, 9},
        {"ignored", {2, 1}, 500, false, 9000, ATTEMPT_EXITED, 0},
        {"not with force", {2, 1}, 500, true, 500, ATTEMPT_SIGNALED, 9},
        {"ends before that", {1, 1}, 8000, false, 9000, ATTEMPT_EXITED, 4},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(stops); i++) {
        struct backend_event event;
        struct backend_state *world =
            fake_open(&(struct fake_world){.attempts = rows, .count = ARRAY_LENGTH(rows)});
        assert_true(launch(world, stops[i].key, 0));
        while (backend_fake.next(world, 0, &event))
            backend_fake.go(world, event.key);
        while (backend_fake.next(world, stops[i].at_ms, &event))
            ;
        backend_fake.stop(world, stops[i].key, ATTEMPT_STOP_CANCEL, stops[i].force);
        do
            assert_true(backend_fake.next(world, backend_fake.deadline(world), &event));
        while (event.kind != BACKEND_ENDED);
        if (event.outcome.ended_us != stops[i].ends_ms * 1000)
            fail_msg("%s: ended at %lld us", stops[i].name, (long long)event.outcome.ended_us);
        assert_int_equal(event.outcome.end, stops[i].end);
        assert_int_equal(event.outcome.detail, stops[i].detail);
        assert_int_equal(event.outcome.stop, stops[i].end == ATTEMPT_SIGNALED ? ATTEMPT_STOP_CANCEL
                                                                              : ATTEMPT_STOP_NONE);
        backend_fake.close(world);
    }
}

static void test_adopted_goes_on(void **state)
{
    struct backend_event event;
    struct sweep_error err = {0};
    const struct attempt_identity identity = {.key = {1, 2}};
    assert_false(backend_fake.next(*state, 5000, &event));
    assert_true(backend_fake.adopt(*state, &identity, &err));
    expect(*state, 5300, BACKEND_ENDED, &event);
    assert_int_equal(event.outcome.end, ATTEMPT_LOST);
    assert_int_equal(event.outcome.ended_us, 0);
}

static void test_refused_launches(void **state)
{
    assert_false(launch(*state, (struct attempt_key){8, 1}, 0));
    assert_false(launch(*state, (struct attempt_key){9, 1}, 0));
    assert_true(launch(*state, (struct attempt_key){8, 1}, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_executes_before_go, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_reports_then_end, open_world, close_world),
        cmocka_unit_test(test_stops),
        cmocka_unit_test_setup_teardown(test_adopted_goes_on, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_refused_launches, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
