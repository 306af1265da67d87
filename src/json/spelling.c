/*
 * The grammar of a number, RFC 8259, section 6.
 */
#include "json/spelling.h"

#include <stddef.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

/* The end of JSON's -?(0|[1-9][0-9]*), or NULL. */
static const char *skip_integer(const char *text)
{
    if (*text == '-')
        text++;
    if (*text == '0')
        return text + 1;
    return is_digit(*text) ? skip_digits(text) : NULL;
}

/* The end of an optional ".digits", or NULL when the digits are missing. */
static const char *skip_fraction(const char *text)
{
    if (*text != '.')
        return text;
    return is_digit(text[1]) ? skip_digits(text + 1) : NULL;
}

/* The end of an optional exponent, or NULL when its digits are missing. */
static const char *skip_exponent(const char *text)
{
    if (*text != 'e' && *text != 'E')
        return text;
    text++;
    if (*text == '+' || *text == '-')
        text++;
    return is_digit(*text) ? skip_digits(text) : NULL;
}

const char *spelling_end(const char *text, bool *is_whole)
{
    const char *whole = skip_integer(text);
    const char *end = whole ? skip_fraction(whole) : NULL;

    end = end ? skip_exponent(end) : NULL;
    *is_whole = end == whole;
    return end;
}
