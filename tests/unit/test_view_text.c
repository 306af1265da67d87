/* Foreign text is made safe and measured; tables fit the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "view/term/table.h"
#include "view/term/text.h"

static const struct {
    const char *name;
    const char *text;
    const char *safe;
    size_t width;
} SAFE[] = {
    {"plain", "lr=0.0031", "lr=0.0031", 9},
    {"umlaut",
     "Gr\xc3\xb6\xc3\x9f"
     "e",
     "Gr\xc3\xb6\xc3\x9f"
     "e",
     5},
    {"wide", "\xe6\xa8\xa1\xe5\x9e\x8b", "\xe6\xa8\xa1\xe5\x9e\x8b", 4},
    {"combining", "e\xcc\x81", "e\xcc\x81", 1},
    {"escape sequence", "\x1b[2J", "\\x1b[2J", 7},
    {"newline", "a\nb", "a\\nb", 4},
    {"tab", "a\tb", "a b", 3},
    {"delete", "\x7f", "\\x7f", 4},
    {"C1 control",
     "\xc2\x9b"
     "31m",
     "\\x9b31m", 7},
    {"right-to-left override",
     "\xe2\x80\xae"
     "gpj",
     "\\u202egpj", 9},
    {"bad byte", "\xff", "\\xff", 4},
    {"cut sequence", "\xe2\x82", "\\xe2\\x82", 8},
    {"overlong", "\xc0\x80", "\\xc0\\x80", 8},
    {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80", 12},
    {"empty", "", "", 0},
};

static void test_safe(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(SAFE); i++) {
        struct strbuf out;
        strbuf_init(&out, 1000);
        text_append_safe(&out, strview_of(SAFE[i].text));
        if (strcmp(strbuf_text(&out), SAFE[i].safe) != 0)
            fail_msg("%s: got '%s'", SAFE[i].name, strbuf_text(&out));
        if (text_width(strbuf_view(&out)) != SAFE[i].width)
            fail_msg("%s: width %zu", SAFE[i].name, text_width(strbuf_view(&out)));
        strbuf_release(&out);
    }
}

static void test_lines_are_kept(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    text_append_safe_lines(&out, strview_of("a\tb\n\x1b]0;title\a\n"));
    assert_string_equal(strbuf_text(&out), "a\tb\n\\x1b]0;title\\x07\n");
    strbuf_release(&out);
}

static void test_colours_of_output(void **state)
{
    (void)state;
    static const char COLOURED[] = "\x1b[1;34mwandb\x1b[0m: \x1b[2J\x1b[31";
    struct strbuf out;
    strbuf_init(&out, 1000);
    text_append_safe_output(&out, strview_of(COLOURED));
    assert_string_equal(strbuf_text(&out), "wandb: \\x1b[2J\\x1b[31");
    strbuf_release(&out);
    /* One that comes in two pieces is kept for the second. */
    assert_int_equal(text_whole(strview_of(COLOURED)), strlen(COLOURED) - strlen("\x1b[31"));
    assert_int_equal(text_whole(strview_of("a\x1b")), 1);
    assert_int_equal(text_whole(strview_of("a\x1b[m")), 4);
}

static void test_returns_end_lines(void **state)
{
    (void)state;
    struct strbuf out;
    strbuf_init(&out, 1000);
    text_append_safe_lines(&out, strview_of("10%\r20%\r\nend\r"));
    assert_string_equal(strbuf_text(&out), "10%\n20%\nend\n");
    strbuf_release(&out);
}

static const struct {
    const char *name;
    const char *text;
    size_t whole;
} PIECES[] = {
    {"nothing", "", 0},
    {"ASCII", "abc", 3},
    {"whole sequence", "a\xe2\x82\xac", 4},
    {"cut after one byte", "a\xe2", 1},
    {"cut after two bytes", "a\xe2\x82", 1},
    {"cut after three of four", "a\xf0\x9f\x98", 1},
    {"four of four", "a\xf0\x9f\x98\x80", 5},
    {"lone continuation", "a\x80", 2},
    {"only continuations", "\x80\x80\x80\x80", 4},
    {"byte that begins nothing", "a\xff", 2},
    {"return", "50%\r", 3},
    {"return and newline", "50%\r\n", 5},
};

static void test_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(PIECES); i++)
        if (text_whole(strview_of(PIECES[i].text)) != PIECES[i].whole)
            fail_msg("%s: %zu", PIECES[i].name, text_whole(strview_of(PIECES[i].text)));
}

static void test_fit(void **state)
{
    (void)state;
    assert_int_equal(text_fit(strview_of("abcdef"), 4), 4);
    assert_int_equal(text_fit(strview_of("\xe6\xa8\xa1\xe5\x9e\x8b"), 3), 3);
    assert_int_equal(text_fit(strview_of("e\xcc\x81x"), 1), 3);
    assert_int_equal(text_fit(strview_of("ab"), 10), 2);
}

static const struct table_column COLUMNS[] = {
    {.title = "trial", .right = true},
    {.title = "value"},
    {.title = "optimizer", .rank = 1},
    {.title = "hidden", .right = true, .rank = 2},
};

static void fill(struct table *table)
{
    static const char *const CELLS[][4] = {{"12", "0.9631", "adam", "128"},
                                           {"7", "0.5", "momentum", ""}};
    table_init(table, COLUMNS, ARRAY_LENGTH(COLUMNS));
    for (size_t row = 0; row < ARRAY_LENGTH(CELLS); row++)
        for (size_t i = 0; i < ARRAY_LENGTH(COLUMNS); i++)
            table_cell(table, i == 1 ? TABLE_STRONG : TABLE_PLAIN, "%s", CELLS[row][i]);
}

static void expect_table(const struct terminal *terminal, const char *expected)
{
    struct table table;
    struct strbuf out;
    strbuf_init(&out, 10000);
    fill(&table);
    table_format(&table, terminal, &out);
    assert_string_equal(strbuf_text(&out), expected);
    strbuf_release(&out);
    table_release(&table);
}

static void test_table_unlimited(void **state)
{
    (void)state;
    expect_table(&(struct terminal){0}, "trial  value   optimizer  hidden\n"
                                        "   12  0.9631  adam          128\n"
                                        "    7  0.5     momentum\n");
}

static void test_table_leaves_columns_out(void **state)
{
    (void)state;
    expect_table(&(struct terminal){.width = 30}, "trial  value   optimizer\n"
                                                  "   12  0.9631  adam\n"
                                                  "    7  0.5     momentum\n"
                                                  "(the screen is too narrow for: hidden)\n");
}

static void test_table_cuts_at_last(void **state)
{
    (void)state;
    expect_table(&(struct terminal){.width = 11},
                 "t...  value\n"
                 "  12  0....\n"
                 "   7  0.5\n"
                 "(the screen is too narrow for: optimizer, hidden)\n");
}

/* First what is worth little, then width, then the rightmost of the rest. */
static void test_table_keeps_what_matters(void **state)
{
    static const struct table_column columns[] = {{.title = "trial", .right = true},
                                                  {.title = "time", .rank = 3},
                                                  {.title = "first", .rank = 1},
                                                  {.title = "second", .rank = 1}};
    static const struct {
        size_t width;
        bool utf8;
        const char *expected;
    } rows[] = {
        {60, true,
         "trial  first                     second\n    1  a-value-of-27-columns-a…  short\n"
         "(the screen is too narrow for: time)\n"},
        {30, true,
         "trial  first            second\n    1  a-value-of-27-…  short\n"
         "(the screen is too narrow for: time)\n"},
        {25, false,
         "trial  first       second\n    1  a-value...  short\n"
         "(the screen is too narrow for: time)\n"},
        {24, true,
         "trial  first\n    1  a-value-o…\n(the screen is too narrow for: time, second)\n"},
        {16, true, "trial\n    1\n(the screen is too narrow for: time, first, second)\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct terminal terminal = {.width = rows[i].width, .utf8 = rows[i].utf8};
        struct table table;
        struct strbuf out;
        strbuf_init(&out, 10000);
        table_init(&table, columns, ARRAY_LENGTH(columns));
        table_cell(&table, TABLE_PLAIN, "1");
        table_cell(&table, TABLE_PLAIN, "2000-01-01 00:00:00 UTC");
        table_cell(&table, TABLE_PLAIN, "a-value-of-27-columns-and-x");
        table_cell(&table, TABLE_PLAIN, "short");
        table_format(&table, &terminal, &out);
        assert_string_equal(strbuf_text(&out), rows[i].expected);
        strbuf_release(&out);
        table_release(&table);
    }
}

static void test_table_colour(void **state)
{
    (void)state;
    struct table table;
    struct strbuf out;
    strbuf_init(&out, 10000);
    fill(&table);
    assert_int_equal(table_width(&table), 5 + 2 + 6 + 2 + 9 + 2 + 6);
    table_format(&table, &(struct terminal){.colour = true}, &out);
    assert_non_null(strstr(strbuf_text(&out), "\x1b[1m0.9631\x1b[0m  adam"));
    assert_non_null(strstr(strbuf_text(&out), "\x1b[2mtrial\x1b[0m"));
    strbuf_release(&out);
    table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safe),
        cmocka_unit_test(test_lines_are_kept),
        cmocka_unit_test(test_colours_of_output),
        cmocka_unit_test(test_returns_end_lines),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_table_unlimited),
        cmocka_unit_test(test_table_leaves_columns_out),
        cmocka_unit_test(test_table_cuts_at_last),
        cmocka_unit_test(test_table_keeps_what_matters),
        cmocka_unit_test(test_table_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
