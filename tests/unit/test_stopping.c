/*
 * The timetable of an end: which limit comes first, what moves it, and how it ends.
 */
#include "shim/stopping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define START_MS 5000

static struct stopping begin(int64_t timeout_ms, int64_t stall_ms)
{
    const struct spec spec = {.timeout_ms = timeout_ms, .stall_ms = stall_ms, .grace_ms = 300};
    struct stopping stopping;
    stopping_init(&stopping, &spec, START_MS);
    return stopping;
}

static void test_without_limits_it_runs_for_ever(void **state)
{
    (void)state;
    struct stopping stopping = begin(0, 0);
    assert_int_equal(stopping_deadline(&stopping), INT64_MAX);
    stopping_heard(&stopping, START_MS + 10);
    stopping_slept(&stopping, 1000);
    assert_int_equal(stopping_deadline(&stopping), INT64_MAX);
    assert_int_equal(stopping_tick(&stopping, INT64_MAX - 1), STOPPING_NOTHING);
}

static void test_silence_stops_and_is_the_reason(void **state)
{
    (void)state;
    struct stopping stopping = begin(10000, 700);
    assert_int_equal(stopping_deadline(&stopping), START_MS + 700);
    assert_int_equal(stopping_tick(&stopping, START_MS + 699), STOPPING_NOTHING);
    stopping_heard(&stopping, START_MS + 699);
    assert_int_equal(stopping_tick(&stopping, START_MS + 700), STOPPING_NOTHING);
    assert_int_equal(stopping_deadline(&stopping), START_MS + 1399);
    assert_int_equal(stopping_tick(&stopping, START_MS + 1399), STOPPING_TERMINATE);
    assert_int_equal(stopping.reason, ATTEMPT_STOP_STALL);
    stopping_heard(&stopping, START_MS + 1400); /* too late */
    assert_int_equal(stopping_deadline(&stopping), START_MS + 1699);
    assert_int_equal(stopping_tick(&stopping, START_MS + 1699), STOPPING_KILL);
}

static void test_output_does_not_put_off_the_timeout(void **state)
{
    (void)state;
    struct stopping stopping = begin(1000, 700);
    stopping_heard(&stopping, START_MS + 600);
    assert_int_equal(stopping_deadline(&stopping), START_MS + 1000);
    assert_int_equal(stopping_tick(&stopping, START_MS + 1000), STOPPING_TERMINATE);
    assert_int_equal(stopping.reason, ATTEMPT_STOP_TIMEOUT);
}

static void test_sleep_is_no_silence(void **state)
{
    (void)state;
    struct stopping stopping = begin(0, 700);
    stopping_slept(&stopping, 100000);
    assert_int_equal(stopping_tick(&stopping, START_MS + 100699), STOPPING_NOTHING);
    assert_int_equal(stopping_tick(&stopping, START_MS + 100700), STOPPING_TERMINATE);
    assert_int_equal(stopping.reason, ATTEMPT_STOP_STALL);
}

static void test_centuries_do_not_wrap_around(void **state)
{
    (void)state;
    struct stopping stopping = begin(INT64_MAX, INT64_MAX);
    stopping_heard(&stopping, START_MS + 1);
    stopping_slept(&stopping, 1000);
    assert_int_equal(stopping_tick(&stopping, START_MS + 2000), STOPPING_NOTHING);
    assert_int_equal(stopping_deadline(&stopping), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_limits_it_runs_for_ever),
        cmocka_unit_test(test_silence_stops_and_is_the_reason),
        cmocka_unit_test(test_output_does_not_put_off_the_timeout),
        cmocka_unit_test(test_sleep_is_no_silence),
        cmocka_unit_test(test_centuries_do_not_wrap_around),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
