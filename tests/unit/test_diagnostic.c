/* Mistakes as a person sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "config/diagnostic.h"

static void assert_shown(struct diagnostics *list, const char *source, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, 64 * 1024);
    diagnostics_format(list, "f.yaml", strview_of(source), &out);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_release(&out);
    diagnostics_release(list);
    assert_int_equal(list->count, 0);
}

static void test_nothing(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    assert_shown(&list, "a: 1\n", "");
}

static void test_sorted_by_place(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct mark){2, 4, 1, NULL}, "third %d", 3);
    diagnostics_hint(&list, "of %s", "three");
    diagnostics_add(&list, DIAGNOSTIC_WARNING, (struct mark){2, 1, 2, NULL}, "second");
    diagnostics_add(&list, DIAGNOSTIC_NOTE, (struct mark){0}, "first");
    diagnostics_hint(&list, "no place");
    assert_int_equal(list.errors, 1);
    assert_shown(&list, "ab: cd\nef: gh",
                 "f.yaml: note: first\n"
                 "  no place\n"
                 "f.yaml:2:1: warning: second\n"
                 "     2 | ef: gh\n"
                 "       | ^^\n"
                 "f.yaml:2:4: error: third 3\n"
                 "     2 | ef: gh\n"
                 "       |    ^ of three\n");
}

/* One diagnostic at a mark of one source: what the two lines below the message look like. */
static void test_places(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *source;
        struct mark mark;
        const char *shown;
    } rows[] = {
        {"code points",
         "gr\xc3\xb6\xc3\x9f"
         "e: x",
         {1, 8, 1, NULL},
         "     1 | gr\xc3\xb6\xc3\x9f"
         "e: x\n       |        ^\n"},
        {"tab", "\tx", {1, 2, 1, NULL}, "     1 |  x\n       |  ^\n"},
        {"CRLF", "ab\r\ncd\r\n", {2, 1, 2, NULL}, "     2 | cd\n       | ^^\n"},
        {"BOM",
         "\xef\xbb\xbf"
         "ab",
         {1, 1, 2, NULL},
         "     1 | ab\n       | ^^\n"},
        {"escape", "a\x1b[31m", {1, 1, 1, NULL}, "     1 | a?[31m\n       | ^\n"},
        {"C1",
         "a\xc2\x9b"
         "b",
         {1, 3, 1, NULL},
         "     1 | a?b\n       |   ^\n"},
        {"no UTF-8",
         "a\xff"
         "b",
         {1, 3, 1, NULL},
         "     1 | a?b\n       |   ^\n"},
        {"cut UTF-8", "a\xc3", {1, 2, 1, NULL}, "     1 | a?\n       |  ^\n"},
        {"too wide", "abc", {1, 2, 50, NULL}, "     1 | abc\n       |  ^^\n"},
        {"behind the end", "abc", {1, 4, 5, NULL}, "     1 | abc\n       |    ^\n"},
        {"no such line", "abc", {7, 1, 1, NULL}, "     7 | \n       | ^\n"},
        {"empty source", "", {1, 1, 1, NULL}, "     1 | \n       | ^\n"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct diagnostics list = {0};
        struct strbuf out;
        strbuf_init(&out, 4096);
        diagnostics_add(&list, DIAGNOSTIC_ERROR, rows[i].mark, "m");
        diagnostics_format(&list, "f", strview_of(rows[i].source), &out);
        const char *shown = strchr(strbuf_text(&out), '\n') + 1;
        if (strcmp(shown, rows[i].shown) != 0)
            fail_msg("%s:\n%s", rows[i].name, shown);
        strbuf_release(&out);
        diagnostics_release(&list);
    }
}

static void test_long_line_is_cut_around_the_caret(void **state)
{
    (void)state;
    char source[401];
    memset(source, 'x', 400);
    source[400] = '\0';
    memcpy(source + 300, "HERE", 4);
    struct diagnostics list = {0};
    struct strbuf out;
    strbuf_init(&out, 4096);
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct mark){1, 301, 4, NULL}, "m");
    diagnostics_format(&list, "f", strview_of(source), &out);
    const char *line = strchr(strbuf_text(&out), '\n') + 1;
    const char *carets = strchr(line, '\n') + 1;
    assert_true(strlen(line) < 2 * 140);
    assert_int_equal(strstr(line, "HERE") - line, strchr(carets, '^') - carets);
    assert_string_equal(strchr(carets, '^'), "^^^^\n");
    strbuf_release(&out);
    diagnostics_release(&list);
}

static void test_messages_are_harmless(void **state)
{
    (void)state;
    char long_text[5000];
    memset(long_text, 'y', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    struct diagnostics list = {0};
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct mark){0}, "a\x1b[2Jb\nc\xc2\x9b");
    assert_string_equal(list.items[0].message, "a?[2Jb?c??");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct mark){0}, "%s", long_text);
    assert_true(strlen(list.items[1].message) < 1000);
    assert_string_equal(list.items[1].message + strlen(list.items[1].message) - 3, "...");
    diagnostics_release(&list);
}

static void test_errors_push_remarks_out(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    for (size_t i = 0; i < DIAGNOSTICS_MAX; i++)
        diagnostics_add(&list, i == 3 ? DIAGNOSTIC_NOTE : DIAGNOSTIC_ERROR, (struct mark){0}, "%zu",
                        i);
    diagnostics_add(&list, DIAGNOSTIC_WARNING, (struct mark){0}, "a warning too many");
    diagnostics_hint(&list, "its hint goes too");
    assert_int_equal(list.count, DIAGNOSTICS_MAX);
    assert_int_equal(list.dropped, 1);
    assert_null(list.items[DIAGNOSTICS_MAX - 1].hint);
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct mark){0}, "takes the note's place");
    diagnostics_add(&list, DIAGNOSTIC_ERROR, (struct mark){0}, "an error too many");
    assert_string_equal(list.items[3].message, "4");
    assert_string_equal(list.items[DIAGNOSTICS_MAX - 1].message, "takes the note's place");
    assert_int_equal(list.dropped, 3);
    assert_int_equal(list.errors, DIAGNOSTICS_MAX + 1);
    diagnostics_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_sorted_by_place),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_long_line_is_cut_around_the_caret),
        cmocka_unit_test(test_messages_are_harmless),
        cmocka_unit_test(test_errors_push_remarks_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
