/*
 * Errors: codes, wrapping, and how a message that is too long is cut.
 */
#include "sweep/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_set(void **state)
{
    struct sweep_error err = {0};

    (void)state;
    assert_false(sweep_error_set(&err, SWEEP_BUSY, "%s has %d", "runner", 41));
    assert_int_equal(err.code, SWEEP_BUSY);
    assert_string_equal(err.message, "runner has 41");
    assert_false(sweep_error_set(NULL, SWEEP_BUG, "dropped"));
}

static void test_set_errno(void **state)
{
    struct sweep_error err = {0};

    (void)state;
    assert_false(sweep_error_set_errno(&err, SWEEP_SPAWN, ENOENT, "cannot start '%s'", "train"));
    assert_int_equal(err.code, SWEEP_SPAWN);
    assert_string_equal(err.message, "cannot start 'train': No such file or directory");
    assert_false(sweep_error_set_errno(&err, SWEEP_DATABASE, ENOSPC, "x"));
    assert_int_equal(err.code, SWEEP_NO_SPACE);
    assert_false(sweep_error_set_errno(&err, SWEEP_IO, EDQUOT, "x"));
    assert_int_equal(err.code, SWEEP_NO_SPACE);
    assert_false(sweep_error_set_errno(NULL, SWEEP_IO, EIO, "dropped"));
}

static void test_wrap(void **state)
{
    struct sweep_error err = {0};

    (void)state;
    sweep_error_set(&err, SWEEP_NOT_FOUND, "no file 'a'");
    assert_false(sweep_error_wrap(&err, "while loading sweep '%s'", "digits"));
    assert_int_equal(err.code, SWEEP_NOT_FOUND);
    assert_string_equal(err.message, "while loading sweep 'digits': no file 'a'");
    assert_false(sweep_error_wrap(NULL, "dropped"));
}

/* An error may be set from its own message. */
static void test_set_from_itself(void **state)
{
    struct sweep_error err = {0};

    (void)state;
    sweep_error_set(&err, SWEEP_IO, "inner");
    sweep_error_set(&err, SWEEP_DATABASE, "outer (%s)", err.message);
    assert_string_equal(err.message, "outer (inner)");
}

/* Fill `text` with `lead` and then two-byte characters. */
static void fill(char *text, size_t size, const char *lead)
{
    size_t used = strlen(lead);

    memcpy(text, lead, used);
    for (size_t i = used; i < size; i++)
        text[i] = (i - used) % 2 == 0 ? '\xC3' : '\xA9';
    text[size] = '\0';
}

static void assert_cut(const struct sweep_error *err)
{
    size_t length = strlen(err->message);

    assert_true(length >= sizeof err->message - 3 && length < sizeof err->message);
    assert_string_equal(err->message + length - 3, "...");
    /* Before the dots stands the second half of a character, or the lead. */
    assert_true(err->message[length - 4] == '\xA9');
}

static void test_long_messages(void **state)
{
    struct sweep_error err = {0};
    char text[2001];

    (void)state;
    for (int odd = 0; odd < 2; odd++) {
        fill(text, 2000 + (size_t)(odd ? -1 : 0), odd ? "x" : "");
        sweep_error_set(&err, SWEEP_IO, "%s", text);
        assert_cut(&err);
        sweep_error_set(&err, SWEEP_IO, "short");
        sweep_error_wrap(&err, "%s", text);
        assert_true(strlen(err.message) < sizeof err.message);
        fill(text, 1000, odd ? "x" : "");
        sweep_error_set(&err, SWEEP_IO, "%s", text);
        sweep_error_wrap(&err, "while reading what is %d bytes long", 1000);
        assert_cut(&err);
    }
}

/* One character less than the whole is not cut. */
static void test_exact_fit(void **state)
{
    struct sweep_error err = {0};
    char text[sizeof err.message + 1];

    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof err.message - 1] = '\0';
    sweep_error_set(&err, SWEEP_IO, "%s", text);
    assert_string_equal(err.message, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),           cmocka_unit_test(test_set_errno),
        cmocka_unit_test(test_wrap),          cmocka_unit_test(test_set_from_itself),
        cmocka_unit_test(test_long_messages), cmocka_unit_test(test_exact_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
