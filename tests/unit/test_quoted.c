/* Texts in double quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/quoted.h"

static void test_written_form(void **state)
{
    static const struct {
        const char *text;
        const char *written;
    } rows[] = {
        {"", "\"\""},
        {"plain text", "\"plain text\""},
        {"a \"b\" \\ 'c'", "\"a \\\"b\\\" \\\\ 'c'\""},
        {"two\nlines\tand\ttabs", "\"two\\nlines\\tand\\ttabs\""},
        {"\x01\x1f\x7f\r", "\"\\x01\\x1f\\x7f\\x0d\""},
        {"na\xc3\xafve", "\"na\xc3\xafve\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf out;

        strbuf_init(&out, 100);
        quoted_append(&out, rows[i].text);
        assert_string_equal(strbuf_text(&out), rows[i].written);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
