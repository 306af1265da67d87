/* Draws, levels and sizes of every kind of parameter. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/number.h"
#include "space/space.h"

static const double largest_u = 0x1.fffffffffffffp-1; /* 1 - 2^-53 */

static const struct sweep_value colours[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "red"},
    {.kind = SWEEP_VALUE_INT, .integer = 7, .text = "7"},
    {.kind = SWEEP_VALUE_NULL},
};

/* size: what sweep_parameter_size() says. last: the largest value. */
static const struct row {
    struct sweep_parameter parameter;
    uint64_t size;
    double last;
} rows[] = {
    {{.name = "real", .distribution = SWEEP_UNIFORM, .min = -1.25, .max = 3.5}, 0, 3.5},
    {{.name = "tiny real", .distribution = SWEEP_UNIFORM, .min = 1, .max = 0x1.0000000000001p0},
     0,
     0x1.0000000000001p0},
    {{.name = "wide real", .distribution = SWEEP_UNIFORM, .min = -8e307, .max = 8e307}, 0, 8e307},
    {{.name = "log", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-5, .max = 0.1}, 0, 0.1},
    {{.name = "log wide", .distribution = SWEEP_LOG_UNIFORM, .min = 5e-324, .max = 1.7e308},
     0,
     1.7e308},
    {{.name = "int", .distribution = SWEEP_INT_UNIFORM, .min = -3, .max = 4}, 8, 4},
    {{.name = "two", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 1}, 2, 1},
    {{.name = "int wide", .distribution = SWEEP_INT_UNIFORM, .min = 0, .max = 9007199254740991},
     9007199254740992U,
     9007199254740991},
    {{.name = "int step",
      .distribution = SWEEP_INT_UNIFORM,
      .min = 16,
      .max = 256,
      .step = 16,
      .step_is_int = true},
     16,
     256},
    {{.name = "int step short",
      .distribution = SWEEP_INT_UNIFORM,
      .min = 3,
      .max = 20,
      .step = 5,
      .step_is_int = true},
     4,
     18},
    {{.name = "int log", .distribution = SWEEP_INT_LOG, .min = 1, .max = 1024}, 1024, 1024},
    {{.name = "int log step",
      .distribution = SWEEP_INT_LOG,
      .min = 8,
      .max = 250,
      .step = 8,
      .step_is_int = true},
     31,
     248},
    {{.name = "tenths", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 0.9, .step = 0.1},
     9,
     0.9},
    {{.name = "short tenths", .distribution = SWEEP_UNIFORM, .min = 0.0, .max = 0.95, .step = 0.1},
     10,
     0.9},
    {{.name = "small", .distribution = SWEEP_UNIFORM, .min = 1e-5, .max = 1e-3, .step = 1e-5},
     100,
     1e-3},
    {{.name = "binary", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 17.3, .step = 1.0 / 3},
     52,
     0.1 + 51.0 / 3},
    {{.name = "whole steps",
      .distribution = SWEEP_UNIFORM,
      .min = 2,
      .max = 9,
      .step = 3,
      .step_is_int = true},
     3,
     8},
    {{.name = "log step", .distribution = SWEEP_LOG_UNIFORM, .min = 0.01, .max = 1, .step = 0.01},
     100,
     1},
    {{.name = "choice", .distribution = SWEEP_CATEGORICAL, .choices = colours, .choice_count = 3},
     3,
     0},
    {{.name = "constant", .distribution = SWEEP_CONSTANT, .choices = colours, .choice_count = 1},
     1,
     0},
};

static double number(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

static bool is_numeric(const struct row *row)
{
    return row->parameter.choice_count == 0;
}

static bool wants_integer(const struct sweep_parameter *p)
{
    return p->distribution == SWEEP_INT_UNIFORM || p->distribution == SWEEP_INT_LOG ||
           p->step_is_int;
}

/* A value is one that the parameter can take: its kind, its bounds, its grid. */
static void assert_possible(const struct row *row, struct sweep_value value)
{
    const struct sweep_parameter *p = &row->parameter;
    if (!is_numeric(row)) {
        bool listed = false;
        for (size_t i = 0; i < p->choice_count; i++)
            listed = listed || sweep_value_equal(&p->choices[i], &value);
        assert_true(listed);
        return;
    }
    assert_int_equal(value.kind, wants_integer(p) ? SWEEP_VALUE_INT : SWEEP_VALUE_REAL);
    assert_null(value.text);
    double x = number(&value);
    if (x < p->min || x > row->last)
        fail_msg("%s: %.17g is out of bounds", p->name, x);
    if (row->size == 0)
        return;
    double k = round((x - p->min) / (p->step > 0 ? p->step : 1));
    struct sweep_value level = sweep_parameter_level(p, (uint64_t)k);
    assert_true(sweep_value_equal(&level, &value));
}

static void test_rows_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct sweep_error err = {0};
        if (!space_check_parameter(&rows[i].parameter, &err))
            fail_msg("%s", err.message);
    }
}

static void test_sizes_and_last_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct row *row = &rows[i];
        uint64_t size = sweep_parameter_size(&row->parameter);
        if (size != row->size)
            fail_msg("%s: size %ju", row->parameter.name, (uintmax_t)size);
        if (!is_numeric(row) || size == 0)
            continue;
        struct sweep_value first = sweep_parameter_level(&row->parameter, 0);
        struct sweep_value last = sweep_parameter_level(&row->parameter, size - 1);
        assert_true(number(&first) == row->parameter.min);
        if (fabs(number(&last) - row->last) > 1e-15 * fabs(row->last))
            fail_msg("%s: last is %.17g", row->parameter.name, number(&last));
    }
}

static void test_levels_increase(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct row *row = &rows[i];
        for (uint64_t k = 1; is_numeric(row) && k < row->size && k < 2000; k++) {
            struct sweep_value below = sweep_parameter_level(&row->parameter, k - 1);
            struct sweep_value above = sweep_parameter_level(&row->parameter, k);
            assert_true(number(&below) < number(&above));
        }
    }
}

/* Fixed points of [0, 1), its ends among them, and a lattice of an irrational slope. */
static double sample_u(size_t i)
{
    static const double ends[] = {0, 0x1p-53, 0x1p-52, 1e-9, 0.5, 1 - 1e-9, 0x1.ffffffffffffep-1};
    if (i < ARRAY_LENGTH(ends))
        return ends[i];
    double x = (double)i * 0.6180339887498949;
    return x - floor(x);
}

static void test_draws_are_possible(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        for (size_t j = 0; j < 4000; j++)
            assert_possible(&rows[i], sweep_parameter_draw(&rows[i].parameter, sample_u(j)));
        assert_possible(&rows[i], sweep_parameter_draw(&rows[i].parameter, largest_u));
    }
}

static void test_draws_grow_with_u(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (!is_numeric(&rows[i]))
            continue;
        struct sweep_value before = sweep_parameter_draw(&rows[i].parameter, 0);
        for (size_t j = 1; j <= 4000; j++) {
            double u = fmin((double)j / 4000, largest_u);
            struct sweep_value now = sweep_parameter_draw(&rows[i].parameter, u);
            assert_true(number(&before) <= number(&now));
            before = now;
        }
    }
}

static void test_ends_are_reached(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct row *row = &rows[i];
        struct sweep_value low = sweep_parameter_draw(&row->parameter, 0);
        struct sweep_value high = sweep_parameter_draw(&row->parameter, largest_u);
        struct sweep_value end = sweep_parameter_draw(&row->parameter, 1);
        if (row->size == 0) {
            double spread = row->last - row->parameter.min;
            assert_true(number(&low) == row->parameter.min);
            assert_true(row->last - number(&high) <= 1e-12 * spread);
            assert_true(number(&end) == row->last);
            continue;
        }
        struct sweep_value first = sweep_parameter_level(&row->parameter, 0);
        struct sweep_value last = sweep_parameter_level(&row->parameter, row->size - 1);
        assert_true(sweep_value_equal(&low, &first));
        assert_true(sweep_value_equal(&high, &last));
        assert_true(sweep_value_equal(&end, &last));
    }
}

/* Exact shares: with u on a fine even lattice each cell's count is its probability. */
static void test_uniform_integers_have_equal_shares(void **state)
{
    (void)state;
    const struct sweep_parameter die = {
        .name = "die", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 6};
    size_t counts[6] = {0};
    for (size_t i = 0; i < 60000; i++) {
        struct sweep_value value = sweep_parameter_draw(&die, ((double)i + 0.5) / 60000);
        counts[value.integer - 1]++;
    }
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(counts[i], 10000);
}

static void test_log_integers_have_log_shares(void **state)
{
    (void)state;
    const struct sweep_parameter p = {
        .name = "units", .distribution = SWEEP_INT_LOG, .min = 1, .max = 32};
    const size_t n = 100000;
    size_t counts[33] = {0};
    for (size_t i = 0; i < n; i++) {
        struct sweep_value value = sweep_parameter_draw(&p, ((double)i + 0.5) / (double)n);
        counts[value.integer]++;
    }
    for (int k = 1; k <= 32; k++) {
        double share = log((k + 0.5) / (k - 0.5)) / log(32.5 / 0.5);
        assert_true(fabs((double)counts[k] - share * (double)n) <= 2);
    }
}

static void test_log_reals_have_log_quantiles(void **state)
{
    (void)state;
    const struct sweep_parameter p = {
        .name = "lr", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-4, .max = 1e2};
    static const struct {
        double u;
        double expected;
    } quantiles[] = {{0, 1e-4}, {0.25, 3.1622776601683795e-3}, {0.5, 0.1}, {2.0 / 3, 1}};
    for (size_t i = 0; i < ARRAY_LENGTH(quantiles); i++) {
        struct sweep_value value = sweep_parameter_draw(&p, quantiles[i].u);
        assert_true(fabs(value.real / quantiles[i].expected - 1) < 1e-14);
    }
}

/* A step's values are the doubles that a person's decimals parse to. */
static void test_steps_print_as_written(void **state)
{
    (void)state;
    static const struct {
        double min;
        double max;
        double step;
        uint64_t index;
        const char *expected;
    } steps[] = {
        {0.1, 0.9, 0.1, 2, "0.3"},
        {0.1, 0.9, 0.1, 6, "0.7"},
        {0, 1, 0.1, 3, "0.3"},
        {0, 1, 0.05, 3, "0.15"},
        {-0.3, 0.3, 0.1, 3, "0.0"},
        {1e-5, 1e-3, 1e-5, 6, "7e-05"},
        {1.1, 4, 1.1, 2, "3.3"},
        {0.0001, 0.1, 0.0001, 28, "0.0029"},
        {1e15, 2e15, 0.5, 3, "1000000000000001.5"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        const struct sweep_parameter p = {.name = "p",
                                          .distribution = SWEEP_UNIFORM,
                                          .min = steps[i].min,
                                          .max = steps[i].max,
                                          .step = steps[i].step};
        struct sweep_value value = sweep_parameter_level(&p, steps[i].index);
        char text[NUMBER_TEXT_MAX];
        number_format_shortest(value.real, text);
        assert_string_equal(text, steps[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_valid),
        cmocka_unit_test(test_sizes_and_last_levels),
        cmocka_unit_test(test_levels_increase),
        cmocka_unit_test(test_draws_are_possible),
        cmocka_unit_test(test_draws_grow_with_u),
        cmocka_unit_test(test_ends_are_reached),
        cmocka_unit_test(test_uniform_integers_have_equal_shares),
        cmocka_unit_test(test_log_integers_have_log_shares),
        cmocka_unit_test(test_log_reals_have_log_quantiles),
        cmocka_unit_test(test_steps_print_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
