/*
 * Growing texts and their ceiling, and views.
 */
#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"

static void test_append(void **state)
{
    struct strbuf buf;

    (void)state;
    strbuf_init(&buf, 1000);
    assert_string_equal(strbuf_text(&buf), "");
    assert_null(buf.data);
    strbuf_append_text(&buf, "trial");
    strbuf_append_char(&buf, ' ');
    strbuf_printf(&buf, "%d of %s", 12, "many");
    strbuf_append(&buf, "\0x", 2);
    assert_int_equal(buf.size, 18);
    assert_memory_equal(strbuf_text(&buf), "trial 12 of many\0x", 19);
    strbuf_append(&buf, NULL, 0);
    strbuf_printf(&buf, "%s", "");
    assert_int_equal(buf.size, 18);
    assert_true(strview_equal(strbuf_view(&buf), (struct strview){"trial 12 of many\0x", 18}));
    strbuf_reset(&buf);
    assert_string_equal(strbuf_text(&buf), "");
    assert_int_equal(buf.size, 0);
    strbuf_release(&buf);
    assert_int_equal(buf.maximum, 1000);
}

/* Every way to append, at every distance from the ceiling. */
static void test_ceiling(void **state)
{
    static const char piece[] = "0123456789";
    const size_t length = sizeof piece - 1;

    (void)state;
    for (size_t maximum = 0; maximum <= 200; maximum++) {
        struct strbuf plain;
        struct strbuf printed;

        strbuf_init(&plain, maximum);
        strbuf_init(&printed, maximum);
        for (size_t i = 0; i < 15; i++) {
            strbuf_append_text(&plain, piece);
            strbuf_printf(&printed, "%s", piece);
            assert_int_equal(plain.size, (i + 1) * length < maximum ? (i + 1) * length : maximum);
            assert_int_equal(plain.truncated, (i + 1) * length > maximum);
            assert_true(plain.capacity <= maximum + 1);
            assert_true(strview_equal(strbuf_view(&plain), strbuf_view(&printed)));
            assert_int_equal(plain.truncated, printed.truncated);
            assert_int_equal(strlen(strbuf_text(&plain)), plain.size);
        }
        strbuf_release(&plain);
        strbuf_release(&printed);
    }
}

/* A full buffer is full for good: nothing small slips in behind what was cut. */
static void test_full_stays_full(void **state)
{
    struct strbuf buf;

    (void)state;
    strbuf_init(&buf, 5);
    strbuf_append_text(&buf, "abcdefg");
    strbuf_append_char(&buf, 'x');
    strbuf_append_text(&buf, "");
    assert_string_equal(strbuf_text(&buf), "abcde");
    assert_true(buf.truncated);
    strbuf_reset(&buf);
    assert_false(buf.truncated);
    strbuf_append_text(&buf, "fits");
    assert_string_equal(strbuf_text(&buf), "fits");
    strbuf_release(&buf);
}

static void test_no_ceiling_to_speak_of(void **state)
{
    struct strbuf buf;

    (void)state;
    strbuf_init(&buf, SIZE_MAX);
    for (int i = 0; i < 100000; i++)
        strbuf_printf(&buf, "%06d\n", i);
    assert_int_equal(buf.size, 700000);
    assert_memory_equal(strbuf_text(&buf) + 7 * 73519, "073519\n073520\n", 14);
    assert_true(buf.capacity < 1200000);
    strbuf_release(&buf);
    strbuf_release(NULL);
}

static void test_views(void **state)
{
    static const struct {
        struct strview a;
        struct strview b;
        bool equal;
    } rows[] = {
        {{"abc", 3}, {"abcd", 3}, true}, {{"abc", 3}, {"abd", 3}, false},
        {{"abc", 2}, {"abc", 3}, false}, {{NULL, 0}, {"", 0}, true},
        {{NULL, 0}, {NULL, 0}, true},    {{"a\0b", 3}, {"a\0c", 3}, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        assert_int_equal(strview_equal(rows[i].a, rows[i].b), rows[i].equal);
    assert_true(strview_is(strview_of("word"), "word"));
    assert_false(strview_is((struct strview){"words", 5}, "word"));
    assert_false(strview_is((struct strview){"wo\0d", 4}, "wo"));
    assert_true(strview_is((struct strview){NULL, 0}, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),          cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_full_stays_full), cmocka_unit_test(test_no_ceiling_to_speak_of),
        cmocka_unit_test(test_views),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
