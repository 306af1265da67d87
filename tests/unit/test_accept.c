/* Values from outside: which are taken, as what, and why others are not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"

#define INT(n)                                  \
    {                                           \
        .kind = SWEEP_VALUE_INT, .integer = (n) \
    }
#define REAL(x)                               \
    {                                         \
        .kind = SWEEP_VALUE_REAL, .real = (x) \
    }
#define TEXT(t)                               \
    {                                         \
        .kind = SWEEP_VALUE_TEXT, .text = (t) \
    }

static const struct sweep_value listed[] = {
    {.kind = SWEEP_VALUE_REAL, .real = 1e-5, .text = "1e-5"},
    TEXT("adam"),
    {.kind = SWEEP_VALUE_NULL},
    {.kind = SWEEP_VALUE_BOOL, .boolean = true},
};

static const struct sweep_value fixed[] = {INT(37)};

static const struct sweep_parameter parameters[] = {
    {.name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-4, .max = 2},
    {.name = "depth", .distribution = SWEEP_INT_UNIFORM, .min = -2, .max = 9},
    {.name = "batch", .distribution = SWEEP_INT_UNIFORM, .min = 16, .max = 70, .step = 16},
    {.name = "rate", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 0.85, .step = 0.1},
    {.name = "choice", .distribution = SWEEP_CATEGORICAL, .choices = listed, .choice_count = 4},
    {.name = "epochs", .distribution = SWEEP_CONSTANT, .choices = fixed, .choice_count = 1},
};

static const struct {
    const char *parameter;
    struct sweep_value given;
    struct sweep_value taken;
    const char *message; /* NULL: it is taken */
} rows[] = {
    {"lr", REAL(0.5), REAL(0.5), NULL},
    {"lr", INT(1), REAL(1), NULL},
    {"lr", REAL(1e-4), REAL(1e-4), NULL},
    {"lr", REAL(3), {0}, "parameter 'lr': 3.0 is not between 0.0001 and 2.0"},
    {"lr", REAL((double)NAN), {0}, "parameter 'lr': nan is not between 0.0001 and 2.0"},
    {"lr", TEXT("x"), {0}, "parameter 'lr': 'x' is not a number"},
    {"lr", {.kind = SWEEP_VALUE_BOOL}, {0}, "parameter 'lr': False is not a number"},
    {"depth", INT(-2), INT(-2), NULL},
    {"depth", REAL(9), INT(9), NULL},
    {"depth", REAL(2.5), {0}, "parameter 'depth': 2.5 is not a whole number"},
    {"depth", INT(INT64_MAX), {0}, "parameter 'depth': 9223372036854775807 is not between"},
    {"batch", INT(64), INT(64), NULL},
    {"batch", INT(70), {0}, "parameter 'batch': 70 is not min plus a whole number of steps"},
    {"batch", INT(17), {0}, "parameter 'batch': 17 is not min plus a whole number of steps"},
    {"rate", REAL(0.3), REAL(0.3), NULL},
    {"rate", REAL(0.30001), {0}, "parameter 'rate': 0.30001 is not min plus"},
    {"choice", REAL(0.00001), REAL(1e-5), NULL},
    {"choice", TEXT("adam"), TEXT("adam"), NULL},
    {"choice", {.kind = SWEEP_VALUE_NULL}, {.kind = SWEEP_VALUE_NULL}, NULL},
    {"choice", TEXT("Adam"), {0}, "parameter 'choice': 'Adam' is none of its values"},
    {"choice", INT(1), {0}, "parameter 'choice': 1 is none of its values"},
    {"epochs", REAL(37), INT(37), NULL},
    {"epochs", INT(38), {0}, "parameter 'epochs': 38 is not its value"},
};

static const struct sweep_parameter *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(parameters); i++)
        if (strcmp(parameters[i].name, name) == 0)
            return &parameters[i];
    fail_msg("no parameter %s", name);
    return NULL;
}

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_error err = {0};
        struct sweep_value taken = {0};
        bool fits = space_accept_value(find(rows[i].parameter), &rows[i].given, &taken, &err);
        if (fits != (rows[i].message == NULL))
            fail_msg("row %zu: %s", i, err.message);
        if (fits)
            assert_true(sweep_value_equal(&taken, &rows[i].taken));
        else if (strncmp(err.message, rows[i].message, strlen(rows[i].message)) != 0)
            fail_msg("row %zu: %s", i, err.message);
    }
}

/* What is listed keeps the YAML's spelling, and the list's own text. */
static void test_listed_values_are_the_list_s_own(void **state)
{
    (void)state;
    struct sweep_value number = REAL(1e-5);
    char adam[] = "adam";
    struct sweep_value text = TEXT(adam);
    struct sweep_value taken;
    assert_true(space_accept_value(find("choice"), &number, &taken, NULL));
    assert_string_equal(taken.text, "1e-5");
    assert_true(space_accept_value(find("choice"), &text, &taken, NULL));
    assert_ptr_equal(taken.text, listed[1].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_listed_values_are_the_list_s_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
