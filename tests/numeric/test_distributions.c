/*
 * Draws of every distribution against its closed form, by Kolmogorov and Smirnov's test with fixed
 * seeds; rounding to multiples; and that sweep_parameter_unit() undoes sweep_parameter_draw().
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/rng.h"

#define DRAWS 20000
#define SEED  20261128

static double number(struct sweep_value value)
{
    return value.kind == SWEEP_VALUE_INT ? (double)value.integer : value.real;
}

/* --- closed forms ---------------------------------------------------------------------------- */

static double normal_share(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

static double uniform_share(const struct sweep_parameter *p, double x)
{
    return fmin(fmax((x - p->min) / (p->max - p->min), 0), 1);
}

static double log_uniform_share(const struct sweep_parameter *p, double x)
{
    return x <= p->min ? 0 : fmin(log(x / p->min) / log(p->max / p->min), 1);
}

static double shifted_normal_share(const struct sweep_parameter *p, double x)
{
    return normal_share((x - p->mu) / p->sigma);
}

static double log_normal_share(const struct sweep_parameter *p, double x)
{
    return x <= 0 ? 0 : normal_share((log(x) - p->mu) / p->sigma);
}

/* Of whole shapes: the share of binomial outcomes from a on, of a + b - 1 tries. */
static double beta_share(const struct sweep_parameter *p, double x)
{
    int tries = (int)(p->a + p->b) - 1;
    double share = 0;
    x = fmin(fmax(x, 0), 1);
    for (int j = (int)p->a; j <= tries; j++) {
        double ways = 1;
        for (int i = 0; i < j; i++)
            ways = ways * (tries - i) / (i + 1);
        share += ways * pow(x, j) * pow(1 - x, tries - j);
    }
    return share;
}

static const struct row {
    struct sweep_parameter parameter;
    double (*share)(const struct sweep_parameter *p, double x);
} rows[] = {
    {{.name = "uniform", .distribution = SWEEP_UNIFORM, .min = -2, .max = 3}, uniform_share},
    {{.name = "log uniform", .distribution = SWEEP_LOG_UNIFORM, .min = 1e-6, .max = 10},
     log_uniform_share},
    {{.name = "standard normal", .distribution = SWEEP_NORMAL, .mu = 0, .sigma = 1},
     shifted_normal_share},
    {{.name = "normal", .distribution = SWEEP_NORMAL, .mu = -40, .sigma = 0.5},
     shifted_normal_share},
    {{.name = "log normal", .distribution = SWEEP_LOG_NORMAL, .mu = -3, .sigma = 2},
     log_normal_share},
    {{.name = "flat beta", .distribution = SWEEP_BETA, .a = 1, .b = 1}, beta_share},
    {{.name = "beta", .distribution = SWEEP_BETA, .a = 2, .b = 5}, beta_share},
    {{.name = "steep beta", .distribution = SWEEP_BETA, .a = 30, .b = 1}, beta_share},
};

/* The same rounded; the tie of exactly q / 2 has no probability. */
static const struct row rounded[] = {
    {{.name = "q uniform", .distribution = SWEEP_UNIFORM, .min = 0, .max = 10, .q = 1},
     uniform_share},
    {{.name = "q uniform off the grid",
      .distribution = SWEEP_UNIFORM,
      .min = -1.3,
      .max = 2.2,
      .q = 0.5},
     uniform_share},
    {{.name = "q log uniform",
      .distribution = SWEEP_LOG_UNIFORM,
      .min = 8,
      .max = 300,
      .q = 8,
      .q_is_int = true},
     log_uniform_share},
    {{.name = "q normal", .distribution = SWEEP_NORMAL, .mu = 10, .sigma = 4, .q = 2.5},
     shifted_normal_share},
    {{.name = "q log normal",
      .distribution = SWEEP_LOG_NORMAL,
      .mu = 2,
      .sigma = 1,
      .q = 3,
      .q_is_int = true},
     log_normal_share},
    {{.name = "q beta", .distribution = SWEEP_BETA, .a = 2, .b = 5, .q = 0.1}, beta_share},
};

/* --- Kolmogorov and Smirnov ------------------------------------------------------------------ */

static int compare_doubles(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return *left < *right ? -1 : *left > *right;
}

static void draw_many(const struct sweep_parameter *parameter, double out[DRAWS])
{
    struct sweep_rng rng;
    sweep_rng_init(&rng, SEED, 1);
    for (size_t i = 0; i < DRAWS; i++)
        out[i] = number(sweep_parameter_draw(parameter, sweep_rng_uniform(&rng)));
    qsort(out, DRAWS, sizeof *out, compare_doubles);
}

/* A correct distribution is farther off than this once in a thousand seeds. */
static const double distance_max = 1.95;

static void test_draws_follow_the_closed_form(void **state)
{
    (void)state;
    static double draws[DRAWS];
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        double distance = 0;
        draw_many(&rows[i].parameter, draws);
        for (size_t j = 0; j < DRAWS; j++) {
            double share = rows[i].share(&rows[i].parameter, draws[j]);
            distance = fmax(distance, fabs(share - (double)j / DRAWS));
            distance = fmax(distance, fabs(share - (double)(j + 1) / DRAWS));
        }
        if (distance * sqrt(DRAWS) > distance_max)
            fail_msg("%s: distance %g", rows[i].parameter.name, distance);
    }
}

/* Of values with gaps the shares are compared at the middles of the gaps. */
static void test_rounded_draws_follow_the_closed_form(void **state)
{
    (void)state;
    static double draws[DRAWS];
    for (size_t i = 0; i < ARRAY_LENGTH(rounded); i++) {
        const struct sweep_parameter *p = &rounded[i].parameter;
        double distance = 0;
        draw_many(p, draws);
        for (size_t j = 1; j < DRAWS; j++) {
            if (draws[j] == draws[j - 1])
                continue;
            double k = nearbyint(draws[j] / p->q);
            if (fabs(k * p->q - draws[j]) > 1e-12 * fabs(draws[j]))
                fail_msg("%s: %.17g is no multiple", p->name, draws[j]);
            double share = rounded[i].share(p, (k - 0.5) * p->q);
            distance = fmax(distance, fabs(share - (double)j / DRAWS));
        }
        if (!(distance > 0) || distance * sqrt(DRAWS) > distance_max)
            fail_msg("%s: distance %g", p->name, distance);
    }
}

/* --- single values --------------------------------------------------------------------------- */

/* Normal quantiles of standard tables; of the beta distribution those with a closed form. */
static void test_known_quantiles(void **state)
{
    (void)state;
    const struct sweep_parameter normal = {.distribution = SWEEP_NORMAL, .sigma = 1};
    const struct sweep_parameter power = {.distribution = SWEEP_BETA, .a = 30, .b = 1};
    const struct sweep_parameter arcsine = {.distribution = SWEEP_BETA, .a = 0.5, .b = 0.5};
    assert_true(fabs(number(sweep_parameter_draw(&normal, 0.975)) - 1.959963984540054) < 1e-14);
    assert_true(fabs(number(sweep_parameter_draw(&normal, 1e-10)) - -6.361340902404056) < 1e-12);
    for (int i = 1; i < 100; i++) {
        double u = i / 100.0;
        double x = sin(acos(-1.0) * u / 2);
        assert_true(fabs(number(sweep_parameter_draw(&power, u)) - pow(u, 1.0 / 30)) < 1e-13);
        assert_true(fabs(number(sweep_parameter_draw(&arcsine, u)) - x * x) < 1e-13);
    }
}

/* Shapes for which GSL's own inverse gives up. */
static void test_extreme_shapes(void **state)
{
    (void)state;
    static const double shapes[] = {0.05, 0.5, 1, 50, 1000, 1e5};
    for (size_t i = 0; i < ARRAY_LENGTH(shapes); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(shapes); j++) {
            const struct sweep_parameter beta = {
                .name = "beta", .distribution = SWEEP_BETA, .a = shapes[i], .b = shapes[j]};
            struct sweep_error err = {0};
            double before = 0;
            assert_true(space_check_parameter(&beta, &err));
            for (int k = 0; k <= 50; k++) {
                double x =
                    number(sweep_parameter_draw(&beta, fmin(k / 50.0, 0x1.fffffffffffffp-1)));
                assert_true(x >= before && x <= 1);
                before = x;
            }
        }
}

static void test_ends_are_finite(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const struct sweep_parameter *p = &rows[i].parameter;
        assert_true(isfinite(number(sweep_parameter_draw(p, 0))));
        assert_true(isfinite(number(sweep_parameter_draw(p, 0x1.fffffffffffffp-1))));
    }
}

static void test_ties_go_to_the_even_multiple(void **state)
{
    (void)state;
    static const struct {
        double u;
        double value;
    } ties[] = {{0.0625, 0}, {0.1875, 2}, {0.3125, 2}, {0.4375, 4}, {0.5625, 4}, {0.9375, 8}};
    const struct sweep_parameter p = {.distribution = SWEEP_UNIFORM, .min = 0, .max = 8, .q = 1};
    for (size_t i = 0; i < ARRAY_LENGTH(ties); i++)
        assert_true(number(sweep_parameter_draw(&p, ties[i].u)) == ties[i].value);
}

/* 64.0 where q is a real, 64 where it is an integer; 0.3 and not 0.30000000000000004; and a
 * multiple beside the bounds. */
static void test_multiples_are_spelled_well(void **state)
{
    (void)state;
    static const struct {
        struct sweep_parameter parameter;
        double u;
        const char *text;
    } spelled[] = {
        {{.distribution = SWEEP_UNIFORM, .min = 32, .max = 96, .q = 1}, 0.5, "64.0"},
        {{.distribution = SWEEP_UNIFORM, .min = 32, .max = 96, .q = 1, .q_is_int = true},
         0.5,
         "64"},
        {{.distribution = SWEEP_UNIFORM, .min = 0, .max = 1, .q = 0.1}, 0.3, "0.3"},
        {{.distribution = SWEEP_UNIFORM, .min = 0.04, .max = 0.26, .q = 0.1}, 0.99, "0.3"},
        {{.distribution = SWEEP_UNIFORM, .min = -0.04, .max = 1, .q = 0.1}, 0, "0.0"},
        {{.distribution = SWEEP_NORMAL, .mu = 0, .sigma = 1, .q = 5, .q_is_int = true}, 0.4, "0"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(spelled); i++) {
        struct strbuf text;
        struct sweep_value value = sweep_parameter_draw(&spelled[i].parameter, spelled[i].u);
        strbuf_init(&text, 64);
        space_format_value(&value, &text);
        assert_string_equal(strbuf_text(&text), spelled[i].text);
        strbuf_release(&text);
    }
}

static void test_bounded_multiples_are_counted(void **state)
{
    (void)state;
    const struct sweep_parameter p = {
        .distribution = SWEEP_UNIFORM, .min = -1.3, .max = 2.2, .q = 0.5};
    uint64_t index;
    assert_int_equal(sweep_parameter_size(&p), 8); /* -1.5, -1.0 .. 2.0 */
    for (uint64_t i = 0; i < 8; i++) {
        struct sweep_value level = sweep_parameter_level(&p, i);
        assert_true(number(level) == -1.5 + 0.5 * (double)i);
        assert_true(sweep_parameter_index(&p, &level, &index) && index == i);
    }
    const struct sweep_value between = {.kind = SWEEP_VALUE_REAL, .real = 0.25};
    assert_false(sweep_parameter_index(&p, &between, &index));
    assert_int_equal(sweep_parameter_size(&rounded[3].parameter), 0);
}

/* --- there and back -------------------------------------------------------------------------- */

static const struct sweep_value words[] = {
    {.kind = SWEEP_VALUE_TEXT, .text = "a"},
    {.kind = SWEEP_VALUE_TEXT, .text = "b"},
    {.kind = SWEEP_VALUE_NULL},
};
static const double shares[] = {0.7, 0.1, 0.2};

static const struct sweep_parameter counted[] = {
    {.name = "die", .distribution = SWEEP_INT_UNIFORM, .min = 1, .max = 6},
    {.name = "steps", .distribution = SWEEP_UNIFORM, .min = 0.1, .max = 2.3, .step = 0.1},
    {.name = "int log", .distribution = SWEEP_INT_LOG, .min = 1, .max = 300},
    {.name = "log step", .distribution = SWEEP_LOG_UNIFORM, .min = 0.01, .max = 1, .step = 0.01},
    {.name = "choice", .distribution = SWEEP_CATEGORICAL, .choices = words, .choice_count = 3},
    {.name = "weighed",
     .distribution = SWEEP_CATEGORICAL,
     .choices = words,
     .probabilities = shares,
     .choice_count = 3},
    {.name = "constant", .distribution = SWEEP_CONSTANT, .choices = words, .choice_count = 1},
};

static void assert_undone(const struct sweep_parameter *p, struct sweep_value value)
{
    double u = sweep_parameter_unit(p, &value);
    assert_true(u >= 0 && u < 1);
    struct sweep_value back = sweep_parameter_draw(p, u);
    if (!sweep_value_equal(&value, &back))
        fail_msg("%s: %.17g comes back as %.17g", p->name, number(value), number(back));
}

static void test_counted_values_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(counted); i++)
        for (uint64_t j = 0; j < sweep_parameter_size(&counted[i]); j++)
            assert_undone(&counted[i], sweep_parameter_level(&counted[i], j));
    for (size_t i = 0; i < ARRAY_LENGTH(rounded); i++)
        for (int j = 0; j < 1000; j++)
            assert_undone(&rounded[i].parameter,
                          sweep_parameter_draw(&rounded[i].parameter, j / 1000.0));
}

static void test_reals_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        for (int j = 1; j < 1000; j++) {
            const struct sweep_parameter *p = &rows[i].parameter;
            struct sweep_value value = sweep_parameter_draw(p, j / 1000.0);
            double u = sweep_parameter_unit(p, &value);
            if (fabs(u - j / 1000.0) > 1e-12)
                fail_msg("%s: %g comes back as %.17g", p->name, j / 1000.0, u);
        }
}

/* A value that no draw comes to, nine deviations out, has a place all the same. */
static void test_the_far_tail_has_a_place(void **state)
{
    (void)state;
    const struct sweep_parameter p = {.distribution = SWEEP_NORMAL, .sigma = 1};
    const struct sweep_value high = {.kind = SWEEP_VALUE_REAL, .real = 9};
    const struct sweep_value low = {.kind = SWEEP_VALUE_REAL, .real = -9};
    assert_true(sweep_parameter_unit(&p, &high) < 1);
    assert_true(sweep_parameter_unit(&p, &high) > 0.999);
    assert_true(sweep_parameter_unit(&p, &low) >= 0);
}

static void test_probabilities_are_the_shares(void **state)
{
    (void)state;
    size_t counts[3] = {0};
    uint64_t index = 0;
    for (size_t i = 0; i < 1000; i++) {
        struct sweep_value value = sweep_parameter_draw(&counted[5], ((double)i + 0.5) / 1000);
        assert_true(sweep_parameter_index(&counted[5], &value, &index));
        counts[index]++;
    }
    assert_int_equal(counts[0], 700);
    assert_int_equal(counts[1], 100);
    assert_int_equal(counts[2], 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draws_follow_the_closed_form),
        cmocka_unit_test(test_rounded_draws_follow_the_closed_form),
        cmocka_unit_test(test_known_quantiles),
        cmocka_unit_test(test_extreme_shapes),
        cmocka_unit_test(test_ends_are_finite),
        cmocka_unit_test(test_ties_go_to_the_even_multiple),
        cmocka_unit_test(test_multiples_are_spelled_well),
        cmocka_unit_test(test_bounded_multiples_are_counted),
        cmocka_unit_test(test_counted_values_come_back),
        cmocka_unit_test(test_reals_come_back),
        cmocka_unit_test(test_the_far_tail_has_a_place),
        cmocka_unit_test(test_probabilities_are_the_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
