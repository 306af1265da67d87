/* Values: equality, text, and what storing drops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/order.h"
#include "space/space.h"

#define TEXT(t)                               \
    {                                         \
        .kind = SWEEP_VALUE_TEXT, .text = (t) \
    }
#define INT(n)                                  \
    {                                           \
        .kind = SWEEP_VALUE_INT, .integer = (n) \
    }
#define REAL(x)                               \
    {                                         \
        .kind = SWEEP_VALUE_REAL, .real = (x) \
    }
#define BOOL(b)                                  \
    {                                            \
        .kind = SWEEP_VALUE_BOOL, .boolean = (b) \
    }
#define NULL_VALUE               \
    {                            \
        .kind = SWEEP_VALUE_NULL \
    }
#define NONE_VALUE               \
    {                            \
        .kind = SWEEP_VALUE_NONE \
    }
#define SPELLED(x, t)                                      \
    {                                                      \
        .kind = SWEEP_VALUE_REAL, .real = (x), .text = (t) \
    }

static void test_equal(void **state)
{
    (void)state;
    static const struct {
        struct sweep_value a;
        struct sweep_value b;
        bool equal;
    } rows[] = {
        {INT(1), REAL(1.0), false},
        {INT(-731), INT(-731), true},
        {INT(731), INT(732), false},
        {SPELLED(1e-5, "1e-5"), SPELLED(1e-5, "0.00001"), true},
        {REAL(0.1), REAL(0.30000000000000004), false},
        {TEXT("adam"), TEXT("adam"), true},
        {TEXT("adam"), TEXT("sgd"), false},
        {TEXT("True"), BOOL(true), false},
        {BOOL(true), BOOL(true), true},
        {BOOL(true), BOOL(false), false},
        {NULL_VALUE, NULL_VALUE, true},
        {NULL_VALUE, NONE_VALUE, false},
        {NONE_VALUE, NONE_VALUE, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(sweep_value_equal(&rows[i].a, &rows[i].b), rows[i].equal);
        assert_int_equal(sweep_value_equal(&rows[i].b, &rows[i].a), rows[i].equal);
    }
}

static void test_params_equal(void **state)
{
    (void)state;
    const struct sweep_value a[] = {INT(3), TEXT("x"), REAL(0.5)};
    const struct sweep_value b[] = {INT(3), TEXT("x"), REAL(0.75)};
    assert_true(sweep_params_equal(a, a, 3));
    assert_false(sweep_params_equal(a, b, 3));
    assert_true(sweep_params_equal(a, b, 2));
    assert_true(sweep_params_equal(a, b, 0));
}

static void test_format(void **state)
{
    (void)state;
    static const struct {
        struct sweep_value value;
        const char *text;
    } rows[] = {
        {BOOL(true), "True"},
        {BOOL(false), "False"},
        {NULL_VALUE, "None"},
        {NONE_VALUE, ""},
        {INT(-42), "-42"},
        {INT(INT64_MIN), "-9223372036854775808"},
        {REAL(64), "64.0"},
        {REAL(1e-5), "1e-05"},
        {REAL(0.1), "0.1"},
        {SPELLED(1e-5, "1e-5"), "1e-5"},
        {SPELLED(1000, "1_000"), "1_000"},
        {TEXT("two words"), "two words"},
        {TEXT(""), ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct strbuf out;
        strbuf_init(&out, 100);
        space_format_value(&rows[i].value, &out);
        assert_string_equal(strbuf_text(&out), rows[i].text);
        strbuf_release(&out);
    }
}

static const struct sweep_value listed[] = {
    SPELLED(1e-5, "1e-5"),
    {.kind = SWEEP_VALUE_INT, .integer = 64, .text = "0064"},
    REAL(2),
    INT(2),
    TEXT("adam"),
};

static const struct sweep_parameter categorical = {
    .name = "c", .distribution = SWEEP_CATEGORICAL, .choices = listed, .choice_count = 5};
static const struct sweep_parameter whole = {
    .name = "n", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 100};
static const struct sweep_parameter real = {
    .name = "x", .distribution = SWEEP_UNIFORM, .min = 1, .max = 100};

static void test_restore(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const struct sweep_parameter *parameter;
        struct sweep_value stored;
        struct sweep_value expected;
    } rows[] = {
        {"spelling", &categorical, REAL(0.00001), SPELLED(1e-5, "1e-5")},
        {"kind and spelling",
         &categorical,
         REAL(64.0),
         {.kind = SWEEP_VALUE_INT, .integer = 64, .text = "0064"}},
        {"same kind first", &categorical, INT(2), INT(2)},
        {"same kind first", &categorical, REAL(2), REAL(2)},
        {"text", &categorical, TEXT("adam"), TEXT("adam")},
        {"not listed", &categorical, REAL(7.5), REAL(7.5)},
        {"integer", &whole, REAL(64.0), INT(64)},
        {"no integer", &whole, REAL(64.5), REAL(64.5)},
        {"real", &real, INT(64), REAL(64)},
        {"null", &real, NULL_VALUE, NULL_VALUE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_value value = space_restore_value(rows[i].parameter, rows[i].stored);
        if (!sweep_value_equal(&value, &rows[i].expected))
            fail_msg("%s: not equal", rows[i].name);
        bool is_text = value.text != NULL && rows[i].expected.text != NULL;
        assert_int_equal(value.text == NULL, rows[i].expected.text == NULL);
        if (is_text)
            assert_string_equal(value.text, rows[i].expected.text);
    }
}

/* Sorting finds what comparing each with each does. */
static void test_repeated(void **state)
{
    static const struct sweep_value values[] = {
        INT(2),  REAL(2),   TEXT("2"), INT(1),     INT(2),    NULL_VALUE, TEXT("a"), NULL_VALUE,
        REAL(2), TEXT("2"), INT(2),    REAL(-0.0), REAL(0.0), TEXT(""),   INT(7),
    };
    const struct sweep_parameter parameter = {
        .distribution = SWEEP_CATEGORICAL, .choices = values, .choice_count = ARRAY_LENGTH(values)};
    bool repeated[ARRAY_LENGTH(values)];
    size_t count = 0;
    (void)state;
    size_t found = space_find_repeated(&parameter, repeated);
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        bool is_listed = false;
        for (size_t k = 0; k < i; k++)
            is_listed = is_listed || sweep_value_equal(&values[k], &values[i]);
        assert_int_equal(repeated[i], is_listed);
        count += is_listed;
        for (size_t k = 0; k < ARRAY_LENGTH(values); k++) {
            int order = space_compare_values(&values[i], &values[k]);
            assert_int_equal(order == 0, sweep_value_equal(&values[i], &values[k]));
            assert_int_equal(order > 0, space_compare_values(&values[k], &values[i]) < 0);
        }
    }
    assert_int_equal(found, count);
    assert_int_equal(count, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),    cmocka_unit_test(test_params_equal),
        cmocka_unit_test(test_format),   cmocka_unit_test(test_restore),
        cmocka_unit_test(test_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
