/*
 * Writing JSON.
 */
#include "json/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"

static void test_structure(void **state)
{
    struct strbuf out;
    struct json_writer w;

    (void)state;
    strbuf_init(&out, 1024);
    json_init(&w, &out);
    json_begin_object(&w);
    json_key(&w, "trial");
    json_put_unsigned(&w, UINT64_MAX);
    json_key(&w, "empty");
    json_begin_array(&w);
    json_end_array(&w);
    json_key(&w, "list");
    json_begin_array(&w);
    json_put_integer(&w, INT64_MIN);
    json_begin_object(&w);
    json_end_object(&w);
    json_put_null(&w);
    json_put_boolean(&w, true);
    json_end_array(&w);
    json_key(&w, "b");
    json_put_boolean(&w, false);
    json_key(&w, "raw");
    json_put_raw(&w, "{\"x\":1}");
    json_key(&w, "none");
    json_put_string(&w, NULL);
    json_end_object(&w);
    assert_string_equal(strbuf_text(&out), "{\"trial\":18446744073709551615,\"empty\":[],"
                                           "\"list\":[-9223372036854775808,{},null,true],"
                                           "\"b\":false,\"raw\":{\"x\":1},\"none\":null}");
    strbuf_release(&out);
}

static void test_reals(void **state)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1, "0.1"},          {64, "64.0"},
        {1e-5, "1e-05"},       {1e22, "1e+22"},
        {-0.0, "-0.0"},        {NAN, "\"nan\""},
        {INFINITY, "\"inf\""}, {-INFINITY, "\"-inf\""},
        {5e-324, "5e-324"},    {1.0 / 3, "0.3333333333333333"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf out;
        struct json_writer w;

        strbuf_init(&out, 64);
        json_init(&w, &out);
        json_put_real(&w, rows[i].value);
        assert_string_equal(strbuf_text(&out), rows[i].text);
        strbuf_release(&out);
    }
}

#define BAD "\xEF\xBF\xBD"

static void test_strings(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        size_t size;
        const char *json;
    } rows[] = {
        {"empty", "", 0, ""},
        {"quote and backslash", "a\"b\\c", 5, "a\\\"b\\\\c"},
        {"short escapes", "\b\f\n\r\t", 5, "\\b\\f\\n\\r\\t"},
        {"controls", "\x01\x1f\x7f", 3, "\\u0001\\u001f\x7f"},
        {"NUL inside", "a\0b", 3, "a\\u0000b"},
        {"slash stays", "a/b", 3, "a/b"},
        {"two bytes", "\xC3\xA9", 2, "\xC3\xA9"},
        {"three bytes", "\xE2\x82\xAC", 3, "\xE2\x82\xAC"},
        {"four bytes", "\xF0\x9F\x98\x80", 4, "\xF0\x9F\x98\x80"},
        {"last character", "\xF4\x8F\xBF\xBF", 4, "\xF4\x8F\xBF\xBF"},
        {"above the last", "\xF4\x90\x80\x80", 4, BAD BAD BAD BAD},
        {"lone continuation", "x\x80y", 3, "x" BAD "y"},
        {"overlong slash", "\xC0\xAF", 2, BAD BAD},
        {"overlong three", "\xE0\x80\xAF", 3, BAD BAD BAD},
        {"surrogate", "\xED\xA0\x80", 3, BAD BAD BAD},
        {"cut off", "ab\xE2\x82", 4, "ab" BAD BAD},
        {"cut by a letter", "\xE2\x82z", 3, BAD BAD "z"},
        {"latin-1", "caf\xE9", 4, "caf" BAD},
        {"never in UTF-8", "\xFE\xFF", 2, BAD BAD},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf out;
        struct strbuf expected;
        struct json_writer w;

        strbuf_init(&out, 256);
        strbuf_init(&expected, 256);
        strbuf_printf(&expected, "\"%s\"", rows[i].json);
        json_init(&w, &out);
        json_put_string_view(&w, (struct strview){rows[i].text, rows[i].size});
        if (!strview_equal(strbuf_view(&out), strbuf_view(&expected)))
            fail_msg("%s: %s", rows[i].name, strbuf_text(&out));
        strbuf_release(&out);
        strbuf_release(&expected);
    }
}

/* Keys are escaped like any string, and commas know where they are after a nested end. */
static void test_keys(void **state)
{
    struct strbuf out;
    struct json_writer w;

    (void)state;
    strbuf_init(&out, 256);
    json_init(&w, &out);
    json_begin_array(&w);
    for (int i = 0; i < 2; i++) {
        json_begin_object(&w);
        json_key(&w, "a\"b");
        json_put_string(&w, "v");
        json_end_object(&w);
    }
    json_end_array(&w);
    assert_string_equal(strbuf_text(&out), "[{\"a\\\"b\":\"v\"},{\"a\\\"b\":\"v\"}]");
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_reals),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
