/*
 * Parting a piece of text.
 */
#include "base/strview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"

static void test_take(void **state)
{
    static const struct {
        const char *text;
        const char *taken;
        const char *rest;
        bool found;
    } rows[] = {
        {"", "", "", false},   {"a", "a", "", false}, {",", "", "", true},
        {"a,", "a", "", true}, {",b", "", "b", true}, {"a,b,c", "a", "b,c", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strview rest = strview_of(rows[i].text);
        struct strview taken;
        assert_int_equal(strview_take(&rest, ',', &taken), rows[i].found);
        assert_true(strview_is(taken, rows[i].taken));
        assert_true(strview_is(rest, rows[i].rest));
    }
    struct strview nothing = {0};
    struct strview taken;
    assert_false(strview_take(&nothing, ',', &taken));
    assert_int_equal(taken.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_take)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
