/*
 * JSON that YAML 1.1 reads as the same: numbers with exponents, characters that it does not take.
 */
#include "run/wandb_params.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"

static const struct row {
    const char *json;
    const char *expected;
} rows[] = {
    {"{\"a\":{\"value\":1e-05}}", "{\"a\":{\"value\":1.0e-05}}"},
    {"[1e5,-2E7,1.5e3,1.0e-5,3e+20]", "[1.0e+5,-2.0E+7,1.5e+3,1.0e-5,3.0e+20]"},
    {"[0,-1,0.5,true,null]", "[0,-1,0.5,true,null]"},
    {"\"1e5 \\\"2e5\\\\\"", "\"1e5 \\\"2e5\\\\\""},
    {"\"\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80\"", "\"\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80\""},
    {"\"\x7f\xc2\x85\xc2\x9f\xc2\xa0\"", "\"\\u007f\\u0085\\u009f\xc2\xa0\""},
    {"\"\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf\xef\xbf\xbe\"", "\"\\u2028\\u2029\\ufeff\\ufffe\""},
    {"", ""},
};

static void test_respell(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf out;
        strbuf_init(&out, 4096);
        wandb_params_respell(strview_of(rows[i].json), &out);
        assert_string_equal(strbuf_text(&out), rows[i].expected);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_respell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
