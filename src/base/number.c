/*
 * Text to number and back: the only door for both.
 *
 * The grammar is checked by hand, so that nothing which strtod() would also take (blanks,
 * hexadecimal, nan(...)) comes in; the conversion itself is the C library's, which rounds
 * correctly, in the "C" locale whatever the process has set.
 *
 * Not for YAML's other spellings, such as .inf: see config.
 */
#include "base/number.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "sweep/error.h"
#include "sweep/mem.h"

/* The longest number that is converted without a copy on the heap. */
enum {
    SHORT_TEXT_MAX = 128
};

/* Every finite double has at most 17 significant digits that matter. */
enum {
    DIGITS_MAX = 17
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct strview skip(struct strview text, size_t count)
{
    return (struct strview){.data = text.data + count, .size = text.size - count};
}

static struct strview skip_sign(struct strview text)
{
    bool has_sign = text.size > 0 && (text.data[0] == '+' || text.data[0] == '-');

    return skip(text, has_sign ? 1 : 0);
}

static size_t count_digits(struct strview text)
{
    size_t count = 0;

    while (count < text.size && is_digit(text.data[count]))
        count++;
    return count;
}

/* Whether `text`, already without its sign, is digits [. digits] [e [+-] digits]. */
static bool is_decimal(struct strview text)
{
    size_t whole = count_digits(text);
    size_t fraction = 0;

    text = skip(text, whole);
    if (text.size > 0 && text.data[0] == '.') {
        fraction = count_digits(skip(text, 1));
        text = skip(text, 1 + fraction);
    }
    if (whole + fraction == 0)
        return false;
    if (text.size == 0)
        return true;
    if (text.data[0] != 'e' && text.data[0] != 'E')
        return false;
    text = skip_sign(skip(text, 1));
    return text.size > 0 && count_digits(text) == text.size;
}

/* Whether `text`, already without its sign, is a word for a value that is not finite. */
static bool is_word(struct strview text)
{
    static const char *const words[] = {"nan", "inf", "infinity"};

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (text.size == strlen(words[i]) && strncasecmp(text.data, words[i], text.size) == 0)
            return true;
    return false;
}

/* newlocale() gives glibc's built-in "C" locale without allocating, so asking each time is cheap
 * and needs no state. */
static locale_t c_locale(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static double convert(const char *text)
{
    locale_t locale = c_locale();
    double value = strtod_l(text, NULL, locale);

    freelocale(locale);
    return value;
}

/* Convert a text of which the grammar is known to be right. */
static double convert_view(struct strview text)
{
    char local[SHORT_TEXT_MAX];
    char *copy = text.size < sizeof local ? local : sweep_alloc(text.size + 1);
    double value;

    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    value = convert(copy);
    if (copy != local)
        sweep_free(copy);
    return value;
}

/* Parse digits alone. */
static enum number_result parse_digits(struct strview text, uint64_t *out)
{
    uint64_t value = 0;

    if (text.size == 0 || count_digits(text) != text.size)
        return NUMBER_INVALID;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit = (uint64_t)(text.data[i] - '0');

        if (value > (UINT64_MAX - digit) / 10)
            return NUMBER_OVERFLOW;
        value = value * 10 + digit;
    }
    *out = value;
    return NUMBER_OK;
}

/* snprintf in the "C" locale: its decimal point is a point. */
static SWEEP_PRINTF(3, 4) void print_real(char *out, size_t size, const char *format, ...)
{
    locale_t locale = c_locale();
    locale_t before = uselocale(locale);
    va_list args;

    va_start(args, format);
    vsnprintf(out, size, format, args);
    va_end(args);
    uselocale(before);
    freelocale(locale);
}

/* Write "nan", "inf" or "-inf". @return false if the value is finite */
static bool format_word(double value, char out[NUMBER_TEXT_MAX])
{
    const char *word = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";

    if (isfinite(value))
        return false;
    memcpy(out, word, strlen(word) + 1);
    return true;
}

/* A positive decimal number: 0.d1d2d3... times 10 to the `point`. */
struct decimal {
    char digits[DIGITS_MAX + 1];
    int count;
    int point;
};

/* Take "d.ddde[+-]xx", as %e writes it, apart. */
static void decimal_read(struct decimal *decimal, const char *text)
{
    const char *exponent = strchr(text, 'e') + 1;
    uint64_t magnitude = 0;

    decimal->digits[0] = *text++;
    decimal->count = 1;
    for (; *text != 'e'; text++)
        if (is_digit(*text))
            decimal->digits[decimal->count++] = *text;
    /* Cannot fail: %e always writes a sign and digits. */
    (void)parse_digits(strview_of(exponent + 1), &magnitude);
    decimal->point = (exponent[0] == '-' ? -(int)magnitude : (int)magnitude) + 1;
}

/* Add one to the last digit. */
static void decimal_increment(struct decimal *decimal)
{
    int last = decimal->count - 1;

    while (last > 0 && decimal->digits[last] == '9')
        decimal->digits[last--] = '0';
    if (decimal->digits[last] != '9') {
        decimal->digits[last]++;
    } else {
        decimal->digits[last] = '1';
        decimal->point++;
    }
}

/* 1e-05, 1.25e+16 */
static char *spell_exponent(const struct decimal *decimal, char *out)
{
    int exponent = decimal->point - 1;

    *out++ = decimal->digits[0];
    if (decimal->count > 1) {
        *out++ = '.';
        memcpy(out, decimal->digits + 1, (size_t)decimal->count - 1);
        out += decimal->count - 1;
    }
    return out + snprintf(out, 16, "e%+03d", exponent); /* at most 12; the text has room */
}

/* Find the decimal number of `count` digits that parses back to `magnitude`, if there is one. */
static bool decimal_try(struct decimal *decimal, double magnitude, int count)
{
    char text[NUMBER_TEXT_MAX];
    int exponent;

    print_real(text, sizeof text, "%.*e", count - 1, magnitude);
    decimal_read(decimal, text);
    if (convert(text) == magnitude)
        return true;
    /* Below a power of two the doubles lie twice as close as above it: there the nearest decimal
     * number may be outside, and the next one inside. 2^-24 is 5.960464477539063e-08. */
    if (frexp(magnitude, &exponent) != 0.5)
        return false;
    decimal_increment(decimal);
    spell_exponent(decimal, text);
    return convert(text) == magnitude;
}

/* The fewest digits that parse back to `magnitude`. 15 digits survive the way through a normal
 * double, so a shorter text shows as trailing zeros there; subnormal numbers have fewer. */
static void decimal_find(struct decimal *decimal, double magnitude)
{
    int count = magnitude < DBL_MIN ? 1 : DBL_DIG;

    while (!decimal_try(decimal, magnitude, count) && count < DIGITS_MAX)
        count++;
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
}

/* 0.00012, 123.45, 12300.0 */
static char *spell_plain(const struct decimal *decimal, char *out)
{
    int first = decimal->point < 1 ? decimal->point - 1 : 0;
    int last = decimal->count > decimal->point ? decimal->count : decimal->point + 1;

    /* Place by place: a place outside the digits is a zero. */
    for (int place = first; place < last; place++) {
        if (place == decimal->point)
            *out++ = '.';
        *out++ = place >= 0 && place < decimal->count ? decimal->digits[place] : '0';
    }
    return out;
}

enum number_result number_parse_double(struct strview text, double *out)
{
    struct strview magnitude = skip_sign(text);
    double value;

    if (!is_decimal(magnitude) && !is_word(magnitude))
        return NUMBER_INVALID;
    value = convert_view(text);
    if (isinf(value) && !is_word(magnitude))
        return NUMBER_OVERFLOW;
    *out = value;
    return NUMBER_OK;
}

enum number_result number_parse_int64(struct strview text, int64_t *out)
{
    bool is_negative = text.size > 0 && text.data[0] == '-';
    uint64_t limit = is_negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t magnitude;
    enum number_result result = parse_digits(skip_sign(text), &magnitude);

    if (result != NUMBER_OK)
        return result;
    if (magnitude > limit)
        return NUMBER_OVERFLOW;
    /* Negated as unsigned, where the most negative number has no special place. */
    *out = (int64_t)(is_negative ? 0 - magnitude : magnitude);
    return NUMBER_OK;
}

enum number_result number_parse_uint64(struct strview text, uint64_t *out)
{
    if (text.size > 0 && text.data[0] == '+')
        text = skip(text, 1);
    return parse_digits(text, out);
}

void number_format_shortest(double value, char out[NUMBER_TEXT_MAX])
{
    struct decimal decimal;

    if (format_word(value, out))
        return;
    decimal_find(&decimal, fabs(value));
    if (signbit(value))
        *out++ = '-';
    if (decimal.point > -4 && decimal.point <= 16)
        out = spell_plain(&decimal, out);
    else
        out = spell_exponent(&decimal, out);
    *out = '\0';
}

/* Split "1.5h" into the number's length and the unit's milliseconds. @return 0 if unknown */
static int64_t find_unit(struct strview text, size_t *number_size)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1},          {"s", 1000},         {"m", 60 * 1000},
                 {"h", 3600 * 1000}, {"d", 86400 * 1000}, {"", 1000}};

    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        size_t length = strlen(units[i].name);

        if (text.size >= length &&
            memcmp(text.data + text.size - length, units[i].name, length) == 0) {
            *number_size = text.size - length;
            return units[i].ms;
        }
    }
    return 0;
}

enum number_result number_parse_duration_ms(struct strview text, int64_t *out)
{
    const double limit_ms = 100 * 365.25 * 86400 * 1000;
    size_t number_size = 0;
    int64_t unit_ms = text.size > 0 ? find_unit(text, &number_size) : 0;
    struct strview number = {.data = text.data, .size = number_size};
    double value;

    /* Without a sign and without words: neither -1s nor inf is a duration. */
    if (unit_ms == 0 || !is_decimal(number))
        return NUMBER_INVALID;
    if (number_parse_double(number, &value) != NUMBER_OK || value > limit_ms / (double)unit_ms)
        return NUMBER_OVERFLOW;
    *out = (int64_t)llround(value * (double)unit_ms);
    return NUMBER_OK;
}
