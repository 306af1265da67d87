/*
 * JSON values to numbers with dotted names, also where it is no JSON.
 */
#include "metrics/json_numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"

static const struct row {
    const char *json;
    const char *expected; /* NAME=VALUE, separated by blanks */
} rows[] = {
    {"0.5", "m=0.5"},
    {"-3", "m=-3"},
    {"1e-07", "m=1e-07"},
    {"NaN", "m=nan"},
    {"Infinity", "m=inf"},
    {"-Infinity", "m=-inf"},
    {"\"NaN\"", "m=nan"},
    {"\"0.5\"", ""},
    {"nan", ""},
    {"+1", ""},
    {".5", ""},
    {"-", ""},
    {"1e999", ""},
    {"true", ""},
    {"null", ""},
    {"\"text\"", ""},
    {"[1, 2]", ""},
    {"", ""},
    {"{}", ""},
    {"{\"b\": 1, \"c\": \"text\", \"d\": {\"e\": 1.5}}", "m.b=1 m.d.e=1.5"},
    {"{\"b\":{\"c\":{}},\"d\":2}", "m.d=2"},
    {"{ \"b\" : 1 , \"d\" : NaN }", "m.b=1 m.d=nan"},
    {"{\"_type\":\"image-file\",\"_n\":3,\"_o\":{\"x\":1},\"width\":4}", "m.width=4"},
    {"{\"l\":[{\"x\":1},\"]\",[2]],\"b\":1}", "m.b=1"},
    {"{\"q\\\"\":1,\"s\":\"}\\\"\",\"b\":2}", "m.q\\\"=1 m.b=2"},
    {"{\"\":1,\"b\":2}", "m.b=2"},
    {"{\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":{\"8\":{\"9\":1}}}}}}}},\"b\":2}", "m.b=2"},
    {"{\"b\":1", "m.b=1"}, /* torn */
    {"{\"b\":", ""},
    {"{\"b\"", ""},
    {"{\"b", ""},
    {"{\"b\\", ""},
    {"{", ""},
    {"[", ""},
    {"{\"b\":]}", ""},
    {"{\"b\":,\"c\":1}", "m.c=1"},
    {"}1", ""},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct json_numbers numbers;
        struct strview name;
        double value;
        char text[256] = "";
        json_numbers_init(&numbers, strview_of("m"), strview_of(rows[i].json));
        while (json_numbers_next(&numbers, &name, &value)) {
            size_t used = strlen(text);
            snprintf(text + used, sizeof text - used, "%s%.*s=%g", used > 0 ? " " : "",
                     (int)name.size, name.data, value);
        }
        assert_false(json_numbers_next(&numbers, &name, &value));
        json_numbers_release(&numbers);
        if (strcmp(text, rows[i].expected) != 0)
            fail_msg("%s: '%s', expected '%s'", rows[i].json, text, rows[i].expected);
    }
}

static void test_long_name(void **state)
{
    char json[2 * JSON_NUMBERS_NAME_MAX];
    struct json_numbers numbers;
    struct strview name;
    double value;
    (void)state;
    snprintf(json, sizeof json, "{\"%0*d\":1,\"b\":2}", JSON_NUMBERS_NAME_MAX, 7);
    json_numbers_init(&numbers, strview_of("m"), strview_of(json));
    assert_true(json_numbers_next(&numbers, &name, &value));
    assert_true(strview_is(name, "m.b"));
    json_numbers_release(&numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_long_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
