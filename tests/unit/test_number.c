/*
 * Numbers from text and back.
 */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "sweep/rng.h"

static uint64_t bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static const struct {
    const char *text;
    enum number_result result;
    double value;
} real_rows[] = {
    {"0", NUMBER_OK, 0},
    {"-0", NUMBER_OK, -0.0},
    {"1e-5", NUMBER_OK, 1e-5},
    {"+1.5E+3", NUMBER_OK, 1500},
    {".5", NUMBER_OK, 0.5},
    {"5.", NUMBER_OK, 5},
    {"5.e1", NUMBER_OK, 50},
    {"007", NUMBER_OK, 7},
    {"1e-400", NUMBER_OK, 0},
    {"5e-324", NUMBER_OK, 5e-324},
    {"2.2250738585072011e-308", NUMBER_OK, 0x0.fffffffffffffp-1022},
    {"1.7976931348623157e308", NUMBER_OK, 0x1.fffffffffffffp1023},
    {"inf", NUMBER_OK, INFINITY},
    {"-Infinity", NUMBER_OK, -INFINITY},
    {"+INF", NUMBER_OK, INFINITY},
    {"1e999", NUMBER_OVERFLOW, 0},
    {"-1.7976931348623159e308", NUMBER_OVERFLOW, 0},
    {"", NUMBER_INVALID, 0},
    {"-", NUMBER_INVALID, 0},
    {".", NUMBER_INVALID, 0},
    {"+.e1", NUMBER_INVALID, 0},
    {"e5", NUMBER_INVALID, 0},
    {"1e", NUMBER_INVALID, 0},
    {"1e+", NUMBER_INVALID, 0},
    {"1e1.5", NUMBER_INVALID, 0},
    {"--1", NUMBER_INVALID, 0},
    {"+-1", NUMBER_INVALID, 0},
    {"1,5", NUMBER_INVALID, 0},
    {"1_000", NUMBER_INVALID, 0},
    {"0x10", NUMBER_INVALID, 0},
    {"0x1p3", NUMBER_INVALID, 0},
    {" 1", NUMBER_INVALID, 0},
    {"1 ", NUMBER_INVALID, 0},
    {"1\n", NUMBER_INVALID, 0},
    {"1.2.3", NUMBER_INVALID, 0},
    {"1f", NUMBER_INVALID, 0},
    {"1d5", NUMBER_INVALID, 0},
    {"in", NUMBER_INVALID, 0},
    {"infinit", NUMBER_INVALID, 0},
    {"nan(1)", NUMBER_INVALID, 0},
    {"nano", NUMBER_INVALID, 0},
    {"\xd9\xa1", NUMBER_INVALID, 0}, /* ARABIC-INDIC DIGIT ONE */
};

static void test_parse_double(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(real_rows); i++) {
        double value = 0x1.23456789abcdep7;
        enum number_result result = number_parse_double(strview_of(real_rows[i].text), &value);

        if (result != real_rows[i].result)
            fail_msg("'%s' gives result %d", real_rows[i].text, (int)result);
        if (bits_of(value) !=
            bits_of(result == NUMBER_OK ? real_rows[i].value : 0x1.23456789abcdep7))
            fail_msg("'%s' gives %.17g", real_rows[i].text, value);
    }
}

static void test_parse_nan(void **state)
{
    static const char *const texts[] = {"nan", "NaN", "-nan", "+NAN"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        double value = 0;

        assert_int_equal(number_parse_double(strview_of(texts[i]), &value), NUMBER_OK);
        assert_true(isnan(value));
    }
}

/* A text of the grammar's pieces, in about half of all cases with one character changed. */
static size_t draw_text(struct sweep_rng *rng, char out[64])
{
    static const char *const pieces[] = {"",  "+", "-",   "0",   "7",     "12",       "9876543210",
                                         ".", "e", "E",   "e+",  "e-",    "00",       "308",
                                         "5", "f", "nan", "inf", "iNiTy", "infinity", "1e-30"};
    static const char strange[] = "0123456789+-.eEnaifxXpP() \t_,dLu\0";
    size_t size = 0;

    for (uint64_t i = sweep_rng_below(rng, 6); i > 0; i--) {
        const char *piece = pieces[sweep_rng_below(rng, ARRAY_LENGTH(pieces))];

        memcpy(out + size, piece, strlen(piece));
        size += strlen(piece);
    }
    if (size > 0 && sweep_rng_below(rng, 2) == 0)
        out[sweep_rng_below(rng, size)] = strange[sweep_rng_below(rng, sizeof strange - 1)];
    out[size] = '\0';
    return size;
}

/* What strtod() takes whole is a number, less what it takes and the grammar does not: blanks in
 * front, hexadecimal, nan(...). */
static enum number_result expect(const char *text, size_t size, double *value)
{
    char *end;

    if (size == 0 || strlen(text) != size || strpbrk(text, " \txX(p"))
        return NUMBER_INVALID;
    *value = strtod(text, &end);
    if (*end != '\0')
        return NUMBER_INVALID;
    return isinf(*value) && !strpbrk(text, "iI") ? NUMBER_OVERFLOW : NUMBER_OK;
}

static void test_parse_agrees_with_strtod(void **state)
{
    struct sweep_rng rng;
    int counts[3] = {0};

    (void)state;
    sweep_rng_init(&rng, 0x3c6ef372fe94f82b, 21);
    for (int i = 0; i < 1000000; i++) {
        char text[64];
        size_t size = draw_text(&rng, text);
        double expected = 0;
        double value = 0;
        enum number_result result = number_parse_double((struct strview){text, size}, &value);

        if (result != expect(text, size, &expected))
            fail_msg("'%s' gives result %d", text, (int)result);
        if (result == NUMBER_OK && bits_of(value) != bits_of(expected))
            fail_msg("'%s' gives %.17g, not %.17g", text, value, expected);
        counts[result]++;
    }
    /* The texts are worth something only if all three outcomes are common. */
    assert_true(counts[NUMBER_OK] > 100000 && counts[NUMBER_INVALID] > 100000 &&
                counts[NUMBER_OVERFLOW] > 1000);
}

/* A view need not end in NUL, and may have one inside. */
static void test_parse_keeps_to_the_view(void **state)
{
    double value;

    (void)state;
    assert_int_equal(number_parse_double((struct strview){"12.5678", 4}, &value), NUMBER_OK);
    assert_true(value == 12.5);
    assert_int_equal(number_parse_double((struct strview){"12\0", 3}, &value), NUMBER_INVALID);
    assert_int_equal(number_parse_double((struct strview){NULL, 0}, &value), NUMBER_INVALID);
}

/* 400 digits are a number like any other: too large, or small with a long fraction. */
static void test_parse_long_texts(void **state)
{
    char digits[403] = "0.";
    double value = 0;

    (void)state;
    memset(digits + 2, '7', 400);
    assert_int_equal(number_parse_double(strview_of(digits), &value), NUMBER_OK);
    assert_true(value == 7.0 / 9.0);
    assert_int_equal(number_parse_double(strview_of(digits + 2), &value), NUMBER_OVERFLOW);
    memset(digits, '0', 400);
    assert_int_equal(number_parse_double(strview_of(digits), &value), NUMBER_OK);
    assert_true(value == 77);
}

static void test_parse_integers(void **state)
{
    static const struct {
        const char *text;
        enum number_result result;
        int64_t value;
        enum number_result unsigned_result;
        uint64_t unsigned_value;
    } rows[] = {
        {"0", NUMBER_OK, 0, NUMBER_OK, 0},
        {"+12", NUMBER_OK, 12, NUMBER_OK, 12},
        {"-12", NUMBER_OK, -12, NUMBER_INVALID, 0},
        {"9223372036854775807", NUMBER_OK, INT64_MAX, NUMBER_OK, INT64_MAX},
        {"9223372036854775808", NUMBER_OVERFLOW, 0, NUMBER_OK, 9223372036854775808u},
        {"-9223372036854775808", NUMBER_OK, INT64_MIN, NUMBER_INVALID, 0},
        {"-9223372036854775809", NUMBER_OVERFLOW, 0, NUMBER_INVALID, 0},
        {"18446744073709551615", NUMBER_OVERFLOW, 0, NUMBER_OK, UINT64_MAX},
        {"18446744073709551616", NUMBER_OVERFLOW, 0, NUMBER_OVERFLOW, 0},
        {"99999999999999999999999", NUMBER_OVERFLOW, 0, NUMBER_OVERFLOW, 0},
        {"", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
        {"+", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
        {"1.0", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
        {"1e3", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
        {" 1", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
        {"1x", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
        {"++1", NUMBER_INVALID, 0, NUMBER_INVALID, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        int64_t value = 0;
        uint64_t unsigned_value = 0;

        assert_int_equal(number_parse_int64(strview_of(rows[i].text), &value), rows[i].result);
        assert_true(value == rows[i].value);
        assert_int_equal(number_parse_uint64(strview_of(rows[i].text), &unsigned_value),
                         rows[i].unsigned_result);
        assert_true(unsigned_value == rows[i].unsigned_value);
    }
}

/* The right column is what Python 3.11's repr() prints. */
static void test_format_shortest(void **state)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {64, "64.0"},
        {0.1, "0.1"},
        {1e-5, "1e-05"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {-1.25e-7, "-1.25e-07"},
        {123456789012345.0, "123456789012345.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.2345e22, "1.2345e+22"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {0x1p-44, "5.684341886080802e-14"},
        {9.5367431640625e-07, "9.5367431640625e-07"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        char text[NUMBER_TEXT_MAX];

        number_format_shortest(rows[i].value, text);
        assert_string_equal(text, rows[i].text);
    }
}

/* Any double there is, subnormal ones and those near the ends included. */
static void test_format_parses_back(void **state)
{
    struct sweep_rng rng;

    (void)state;
    sweep_rng_init(&rng, 0x9a3f1c07d2e46b58, 17);
    for (int i = 0; i < 100000; i++) {
        double value = double_of(sweep_rng_bits(&rng));
        double back = 0;
        char text[NUMBER_TEXT_MAX];

        if (isnan(value))
            continue;
        number_format_shortest(value, text);
        assert_int_equal(number_parse_double(strview_of(text), &back), NUMBER_OK);
        assert_true(bits_of(back) == bits_of(value));
    }
}

/* The digits of a number from the first to the last that is not zero. */
static uint64_t count_significant(const char *text)
{
    uint64_t count = 0;
    uint64_t zeros = 0;

    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (count == 0 && *text == '0'))
            continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        count++;
    }
    return count - zeros;
}

/* A number written with few digits comes back with no more: 15 survive any double. */
static void test_format_is_short(void **state)
{
    struct sweep_rng rng;

    (void)state;
    sweep_rng_init(&rng, 0xa54ff53a5f1d36f1, 22);
    for (int i = 0; i < 100000; i++) {
        uint64_t limit = 1;
        uint64_t digits = sweep_rng_below(&rng, 15) + 1;
        char text[NUMBER_TEXT_MAX];
        char back[NUMBER_TEXT_MAX];
        double value;

        for (uint64_t k = 0; k < digits; k++)
            limit *= 10;
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)sweep_rng_below(&rng, limit),
                 (int)sweep_rng_below(&rng, 560) - 290);
        assert_int_equal(number_parse_double(strview_of(text), &value), NUMBER_OK);
        number_format_shortest(value, back);
        if (count_significant(back) > digits)
            fail_msg("%s becomes %s", text, back);
    }
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        enum number_result result;
        int64_t ms;
    } rows[] = {
        {"90", NUMBER_OK, 90000},
        {"0", NUMBER_OK, 0},
        {"30s", NUMBER_OK, 30000},
        {"1.5h", NUMBER_OK, 5400000},
        {"20m", NUMBER_OK, 1200000},
        {"2d", NUMBER_OK, 172800000},
        {"500ms", NUMBER_OK, 500},
        {".5s", NUMBER_OK, 500},
        {"0.0004s", NUMBER_OK, 0},
        {"0.0006s", NUMBER_OK, 1},
        {"36525d", NUMBER_OK, 3155760000000},
        {"36525.1d", NUMBER_OVERFLOW, 0},
        {"1e300d", NUMBER_OVERFLOW, 0},
        {"1e999s", NUMBER_OVERFLOW, 0},
        {"", NUMBER_INVALID, 0},
        {"s", NUMBER_INVALID, 0},
        {"-1s", NUMBER_INVALID, 0},
        {"+1s", NUMBER_INVALID, 0},
        {"inf", NUMBER_INVALID, 0},
        {"nan", NUMBER_INVALID, 0},
        {"1 s", NUMBER_INVALID, 0},
        {"1w", NUMBER_INVALID, 0},
        {"1H", NUMBER_INVALID, 0},
        {"1h30m", NUMBER_INVALID, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        int64_t ms = 0;
        enum number_result result = number_parse_duration_ms(strview_of(rows[i].text), &ms);

        if (result != rows[i].result || ms != rows[i].ms)
            fail_msg("'%s' gives %d, %lld ms", rows[i].text, (int)result, (long long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_double),
        cmocka_unit_test(test_parse_nan),
        cmocka_unit_test(test_parse_agrees_with_strtod),
        cmocka_unit_test(test_parse_keeps_to_the_view),
        cmocka_unit_test(test_parse_long_texts),
        cmocka_unit_test(test_parse_integers),
        cmocka_unit_test(test_format_shortest),
        cmocka_unit_test(test_format_parses_back),
        cmocka_unit_test(test_format_is_short),
        cmocka_unit_test(test_durations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
