/*
 * Times as text, and clocks that go forward.
 */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/array.h"

static void test_format_utc(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {1795517467999999, "2026-11-24T10:51:07Z"},
        {951782400000000, "2000-02-29T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {-1000000, "1969-12-31T23:59:59Z"},
        {253402300799000000, "9999-12-31T23:59:59Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char text[CLOCK_TEXT_MAX];

        clock_format_utc(rows[i].us, text);
        assert_string_equal(text, rows[i].text);
    }
}

/* Zones in the words of POSIX, which need no files. */
static void test_format_local(void **state)
{
    static const char paris[] = "CET-1CEST,M3.5.0,M10.5.0/3";
    static const struct {
        const char *zone;
        int64_t us;
        const char *text;
    } rows[] = {
        {"UTC", 1764067267000000, "2025-11-25 10:41:07 UTC"},
        {paris, 1764067267000000, "2025-11-25 11:41:07 CET"},
        {paris, 1750000000000000, "2025-06-15 17:06:40 CEST"},
        {"<+0545>-5:45", 1764067267000000, "2025-11-25 16:26:07 +0545"},
        {"EST5", -1, "1969-12-31 18:59:59 EST"},
        {"<ABCDEFGHIJKLMNOPQRSTUVWXYZ>0", 1764067267000000, "2025-11-25T10:41:07Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char text[CLOCK_TEXT_MAX];

        assert_int_equal(setenv("TZ", rows[i].zone, 1), 0);
        clock_format_local(rows[i].us, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_format_duration(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {
        {0, "0.00s"},
        {-5, "0.00s"},
        {420000, "0.42s"},
        {9999999, "9.99s"},
        {10000000, "10.0s"},
        {12345678, "12.3s"},
        {59999999, "59.9s"},
        {60000000, "1m00s"},
        {247000000, "4m07s"},
        {3599999999, "59m59s"},
        {3600000000, "1h00m"},
        {8100000000, "2h15m"},
        {86399999999, "23h59m"},
        {86400000000, "1d00h"},
        {273600000000, "3d04h"},
        {INT64_MAX, "106751991d04h"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char text[CLOCK_TEXT_MAX];

        clock_format_duration(rows[i].us, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_clocks(void **state)
{
    int64_t before_ms = clock_boot_ms();
    int64_t us = clock_boot_us();
    int64_t after_ms = clock_boot_ms();
    time_t before = time(NULL);
    int64_t wall = clock_wall_us();

    (void)state;
    assert_true(before_ms <= us / 1000 && us / 1000 <= after_ms);
    /* time() may lag behind by a tick; the two are seconds apart only if the clock is set now. */
    assert_true(wall / 1000000 >= (int64_t)before - 1);
    assert_true(wall / 1000000 <= (int64_t)time(NULL) + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format_utc),
        cmocka_unit_test(test_format_local),
        cmocka_unit_test(test_format_duration),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
