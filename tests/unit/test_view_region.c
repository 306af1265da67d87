/*
 * Live lines: what is sent to a screen is replayed on a small one of our own.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "view/term/bar.h"
#include "view/term/region.h"

#define ROWS    12
#define COLUMNS 24

/* A screen that knows the sequences that a region may use, and no other. */
struct screen {
    char cells[ROWS][COLUMNS + 1];
    size_t row, column;
};

static void clear_below(struct screen *screen)
{
    for (size_t row = screen->row; row < ROWS; row++)
        memset(screen->cells[row] + (row == screen->row ? screen->column : 0), '\0',
               COLUMNS + 1 - (row == screen->row ? screen->column : 0));
}

/* Carry out one sequence; what follows ESC [. @return its length */
static size_t control(struct screen *screen, const char *text)
{
    size_t up;
    int length = 0;

    if (text[0] == 'J') {
        clear_below(screen);
        return 1;
    }
    if (strncmp(text, "?2026h", 6) == 0 || strncmp(text, "?2026l", 6) == 0)
        return 6;
    for (up = 0; text[length] >= '0' && text[length] <= '9'; length++)
        up = up * 10 + (size_t)(text[length] - '0');
    if (text[length] != 'A')
        fail_msg("an unknown sequence: %.8s", text);
    assert_in_range(up, 1, screen->row);
    screen->row -= up;
    return (size_t)length + 1;
}

static void replay(struct screen *screen, const struct strbuf *out)
{
    const char *text = strbuf_text(out);

    while (*text != '\0') {
        if (strncmp(text, "\x1b[", 2) == 0) {
            text += 2;
            text += control(screen, text);
            continue;
        }
        if (*text == '\n') {
            screen->row++;
            screen->column = 0;
        } else if (*text == '\r') {
            screen->column = 0;
        } else {
            screen->cells[screen->row][screen->column++] = *text;
        }
        text++;
    }
}

static void test_lines_are_drawn_in_place(void **state)
{
    struct region region = {0};
    struct screen screen = {0};
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 4096);
    strbuf_append_text(&out, "earlier\n");
    region_draw(&region, strview_of("one\ntwo\nthree\n"), &out);
    region_draw(&region, strview_of("uno\n"), &out);
    replay(&screen, &out);
    assert_string_equal(screen.cells[0], "earlier");
    assert_string_equal(screen.cells[1], "uno");
    assert_string_equal(screen.cells[2], "");
    assert_string_equal(screen.cells[3], "");
    assert_int_equal(screen.row, 2);
    strbuf_release(&out);
}

static void test_what_is_printed_scrolls_away_above(void **state)
{
    struct region region = {0};
    struct screen screen = {0};
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 4096);
    region_draw(&region, strview_of("live 1\nlive 2\n"), &out);
    region_erase(&region, &out);
    strbuf_append_text(&out, "printed\n");
    region_draw(&region, strview_of("live 1\nlive 2\n"), &out);
    region_erase(&region, &out);
    strbuf_append_text(&out, "the end\n");
    replay(&screen, &out);
    assert_string_equal(screen.cells[0], "printed");
    assert_string_equal(screen.cells[1], "the end");
    assert_string_equal(screen.cells[2], "");
    strbuf_release(&out);
}

static void test_nothing_is_sent_where_nothing_is_drawn(void **state)
{
    struct region region = {0};
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 4096);
    region_erase(&region, &out);
    region_reflow(&region, strview_of("x\n"), 1);
    region_erase(&region, &out);
    assert_int_equal(out.size, 0);
}

static void test_a_narrower_screen_wraps_what_was_drawn(void **state)
{
    static const char lines[] = "1234567890\nab\n\n12345\n";
    static const struct {
        size_t width, height;
    } rows[] = {{20, 4}, {10, 4}, {9, 5}, {5, 5}, {4, 7}, {1, 18}};
    struct strbuf out;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct region region = {0};
        strbuf_init(&out, 4096);
        region_draw(&region, strview_of(lines), &out);
        region_reflow(&region, strview_of(lines), rows[i].width);
        if (region.height != rows[i].height)
            fail_msg("width %zu: %zu lines, expected %zu", rows[i].width, region.height,
                     rows[i].height);
        strbuf_release(&out);
    }
}

static void test_bars_are_as_wide_as_asked_for(void **state)
{
    static const struct {
        double share;
        bool utf8;
        const char *bar;
    } rows[] = {
        {0, false, "........"},  {1, false, "########"},    {0.5, false, "####...."},
        {-3, false, "........"}, {7, false, "########"},    {0.99, false, "#######."},
        {0, true, "········"},   {0.5, true, "████····"},   {0.5625, true, "████▌···"},
        {1, true, "████████"},   {0.999, true, "███████▉"},
    };
    struct strbuf out;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        strbuf_init(&out, 4096);
        bar_append(rows[i].share, 8, rows[i].utf8, &out);
        assert_string_equal(strbuf_text(&out), rows[i].bar);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_drawn_in_place),
        cmocka_unit_test(test_what_is_printed_scrolls_away_above),
        cmocka_unit_test(test_nothing_is_sent_where_nothing_is_drawn),
        cmocka_unit_test(test_a_narrower_screen_wraps_what_was_drawn),
        cmocka_unit_test(test_bars_are_as_wide_as_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
