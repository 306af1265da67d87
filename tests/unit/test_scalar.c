/* What plain, quoted and tagged scalars mean. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "config/scalar.h"

static const struct row {
    const char *text;
    enum scalar_kind kind;
    double number; /* of numbers; of booleans 1 or 0 */
    enum scalar_surprise surprise;
} plain[] = {
    {"", SCALAR_NULL, 0, SURPRISE_NONE},
    {"~", SCALAR_NULL, 0, SURPRISE_NONE},
    {"null", SCALAR_NULL, 0, SURPRISE_NONE},
    {"NULL", SCALAR_NULL, 0, SURPRISE_NONE},
    {"nULL", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"None", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"true", SCALAR_BOOL, 1, SURPRISE_NONE},
    {"FALSE", SCALAR_BOOL, 0, SURPRISE_NONE},
    {"tRUE", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"yes", SCALAR_TEXT, 1, SURPRISE_WORD},
    {"Off", SCALAR_TEXT, 0, SURPRISE_WORD},
    {"y", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"0", SCALAR_INT, 0, SURPRISE_NONE},
    {"-731", SCALAR_INT, -731, SURPRISE_NONE},
    {"+12", SCALAR_INT, 12, SURPRISE_NONE},
    {"00", SCALAR_INT, 0, SURPRISE_NONE},
    {"017", SCALAR_INT, 17, SURPRISE_OCTAL},
    {"-08", SCALAR_INT, -8, SURPRISE_OCTAL},
    {"0x1F", SCALAR_INT, 31, SURPRISE_NONE},
    {"0o17", SCALAR_INT, 15, SURPRISE_NONE},
    {"0o8", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"0x", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"0b1", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"9223372036854775807", SCALAR_INT, 9223372036854775807.0, SURPRISE_NONE},
    {"9223372036854775808", SCALAR_TOO_LARGE, 0, SURPRISE_NONE},
    {"-9223372036854775808", SCALAR_INT, -9223372036854775808.0, SURPRISE_NONE},
    {"0xFFFFFFFFFFFFFFFFF", SCALAR_TOO_LARGE, 0, SURPRISE_NONE},
    {"1.5", SCALAR_REAL, 1.5, SURPRISE_NONE},
    {"-.25", SCALAR_REAL, -0.25, SURPRISE_NONE},
    {"5.", SCALAR_REAL, 5, SURPRISE_NONE},
    {".", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"-", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1e-5", SCALAR_REAL, 1e-5, SURPRISE_EXPONENT},
    {"1.5e5", SCALAR_REAL, 1.5e5, SURPRISE_EXPONENT},
    {"1.5e+5", SCALAR_REAL, 1.5e5, SURPRISE_NONE},
    {"1e", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"e5", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1e999", SCALAR_TOO_LARGE, 0, SURPRISE_NONE},
    {".inf", SCALAR_REAL, (double)INFINITY, SURPRISE_NONE},
    {"-.INF", SCALAR_REAL, -(double)INFINITY, SURPRISE_NONE},
    {"inf", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"nan", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1,5", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1.2.3", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1 2", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1_000", SCALAR_TEXT, 0, SURPRISE_UNDERSCORE},
    {"v_1", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1:30", SCALAR_TEXT, 0, SURPRISE_SEXAGESIMAL},
    {"1:75", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"1:3:", SCALAR_TEXT, 0, SURPRISE_NONE},
    {"127.0.0.1:80", SCALAR_TEXT, 0, SURPRISE_NONE},
};

static double number_of(const struct scalar *scalar)
{
    switch (scalar->kind) {
    case SCALAR_INT:
    case SCALAR_REAL:
        return scalar->real;
    case SCALAR_BOOL:
    case SCALAR_TEXT:
        return scalar->boolean ? 1 : 0;
    case SCALAR_NULL:
    case SCALAR_TOO_LARGE:
    case SCALAR_MISTAGGED:
        return 0;
    }
    return 0;
}

static void test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++) {
        const struct node node = {.kind = NODE_SCALAR, .text = plain[i].text};
        struct scalar scalar = scalar_read(&node);
        if (scalar.kind != plain[i].kind || scalar.surprise != plain[i].surprise ||
            number_of(&scalar) != plain[i].number)
            fail_msg("'%s': kind %d, surprise %d, number %.17g", plain[i].text, (int)scalar.kind,
                     (int)scalar.surprise, number_of(&scalar));
    }
}

static void test_quoted_is_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++) {
        const struct node node = {.kind = NODE_SCALAR, .text = plain[i].text, .quoted = true};
        struct scalar scalar = scalar_read(&node);
        assert_int_equal(scalar.kind, SCALAR_TEXT);
        assert_int_equal(scalar.surprise, SURPRISE_NONE);
    }
}

static void test_not_a_number(void **state)
{
    (void)state;
    const struct node node = {.kind = NODE_SCALAR, .text = ".NaN"};
    struct scalar scalar = scalar_read(&node);
    assert_int_equal(scalar.kind, SCALAR_REAL);
    assert_true(isnan(scalar.real));
    assert_false(scalar.is_decimal);
}

static void test_tags(void **state)
{
    (void)state;
    static const struct {
        enum node_tag tag;
        const char *text;
        enum scalar_kind kind;
    } rows[] = {
        {TAG_FLOAT, "1e-5", SCALAR_REAL},   {TAG_FLOAT, "3", SCALAR_REAL},
        {TAG_FLOAT, "x", SCALAR_MISTAGGED}, {TAG_INT, "3", SCALAR_INT},
        {TAG_INT, "3.5", SCALAR_MISTAGGED}, {TAG_INT, "99999999999999999999", SCALAR_TOO_LARGE},
        {TAG_STR, "3", SCALAR_TEXT},        {TAG_STR, "yes", SCALAR_TEXT},
        {TAG_BOOL, "true", SCALAR_BOOL},    {TAG_BOOL, "3", SCALAR_MISTAGGED},
        {TAG_NULL, "", SCALAR_NULL},        {TAG_NULL, "x", SCALAR_MISTAGGED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        for (int quoted = 0; quoted < 2; quoted++) {
            const struct node node = {.kind = NODE_SCALAR,
                                      .tag = rows[i].tag,
                                      .text = rows[i].text,
                                      .quoted = quoted == 1};
            struct scalar scalar = scalar_read(&node);
            if (scalar.kind != rows[i].kind || scalar.surprise != SURPRISE_NONE)
                fail_msg("%d '%s': kind %d", (int)rows[i].tag, rows[i].text, (int)scalar.kind);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_quoted_is_text),
        cmocka_unit_test(test_not_a_number),
        cmocka_unit_test(test_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
