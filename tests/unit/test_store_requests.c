/* What people asked for: recorded once with what it did, found again, never changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_fixture.h"

static const struct store_request sample = {
    .id = "0006123456789abc0123456789abcdef",
    .at_us = 1764000000000042,
    .verb = "note",
    .trial = 12,
    .body = "\"quoted\"\nlines",
    .is_done = true,
    .reply = "noted",
};

static void test_found_again(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct store_request found;
    (void)state;
    fixture_open(f);
    MUST(store_find_request(f->store, &f->arena, sample.id, &found, err));
    assert_null(found.id);
    MUST(store_begin(f->store, err) && store_record_request(f->store, &sample, err) &&
         store_commit(f->store, err));
    fixture_reopen(f, STORE_READ);
    MUST(store_find_request(f->store, &f->arena, sample.id, &found, err));
    assert_string_equal(found.id, sample.id);
    assert_int_equal(found.at_us, sample.at_us);
    assert_string_equal(found.verb, sample.verb);
    assert_int_equal(found.trial, sample.trial);
    assert_string_equal(found.body, sample.body);
    assert_true(found.is_done);
    assert_string_equal(found.reply, sample.reply);
    fixture_close(f);
}

/* The second transaction with the same id fails as a whole: nothing is done twice. */
static void test_once(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct sweep_error refusal = {0};
    struct store_sweep sweep;
    (void)state;
    fixture_open(f);
    MUST(store_begin(f->store, err) && store_record_request(f->store, &sample, err) &&
         store_commit(f->store, err));
    MUST(store_begin(f->store, err) && store_record_wish(f->store, "stop", err));
    assert_false(store_record_request(f->store, &sample, &refusal));
    assert_int_equal(refusal.code, SWEEP_BUG);
    store_rollback(f->store);
    MUST(store_load_sweep(f->store, &f->arena, &sweep, err));
    assert_string_equal(sweep.wish, "run");
    fixture_close(f);
}

static void test_wish(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct sweep_error refusal = {0};
    struct store_sweep sweep;
    (void)state;
    fixture_open(f);
    MUST(store_begin(f->store, err) && store_record_wish(f->store, "pause", err) &&
         store_commit(f->store, err));
    assert_false(store_record_wish(f->store, "sleep", &refusal));
    MUST(store_load_sweep(f->store, &f->arena, &sweep, err));
    assert_string_equal(sweep.wish, "pause");
    fixture_close(f);
}

static void test_told(void **state)
{
    struct store_fixture fixture, *f = &fixture;
    struct store_attempts attempts;
    (void)state;
    fixture_open(f);
    MUST(store_begin(f->store, err));
    fixture_start(f, 1);
    MUST(store_record_told(f->store, (struct attempt_key){1, 1}, ATTEMPT_STOP_CANCEL, err) &&
         store_commit(f->store, err));
    fixture_reopen(f, STORE_READ);
    MUST(store_load_attempts(f->store, &f->arena, 0, &attempts, err));
    assert_int_equal(attempts.count, 1);
    assert_int_equal(attempts.items[0].told, ATTEMPT_STOP_CANCEL);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_again),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_wish),
        cmocka_unit_test(test_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
