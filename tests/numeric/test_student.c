/*
 * Student's quantiles against published tables and closed forms, and intervals against a textbook's
 * and R's arithmetic.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/array.h"
#include "trial/spread.h"
#include "trial/student.h"

#define PI 3.14159265358979323846

/* NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, "Critical Values of the Student's-t
 * Distribution": three decimals. */
static const struct {
    double freedom;
    double t90;
    double t95;
    double t975;
    double t99;
    double t995;
    double t999;
} published[] = {
    {1, 3.078, 6.314, 12.706, 31.821, 63.657, 318.309},
    {2, 1.886, 2.920, 4.303, 6.965, 9.925, 22.327},
    {3, 1.638, 2.353, 3.182, 4.541, 5.841, 10.215},
    {4, 1.533, 2.132, 2.776, 3.747, 4.604, 7.173},
    {5, 1.476, 2.015, 2.571, 3.365, 4.032, 5.893},
    {6, 1.440, 1.943, 2.447, 3.143, 3.707, 5.208},
    {7, 1.415, 1.895, 2.365, 2.998, 3.499, 4.785},
    {9, 1.383, 1.833, 2.262, 2.821, 3.250, 4.297},
    {10, 1.372, 1.812, 2.228, 2.764, 3.169, 4.144},
    {15, 1.341, 1.753, 2.131, 2.602, 2.947, 3.733},
    {20, 1.325, 1.725, 2.086, 2.528, 2.845, 3.552},
    {30, 1.310, 1.697, 2.042, 2.457, 2.750, 3.385},
    {60, 1.296, 1.671, 2.000, 2.390, 2.660, 3.232},
    {100, 1.290, 1.660, 1.984, 2.364, 2.626, 3.174},
};

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("got %.17g, expected %.17g within %g", actual, expected, tolerance);
}

static void quantiles_are_those_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(published); i++) {
        double v = published[i].freedom;
        assert_near(student_quantile(0.90, v), published[i].t90, 0.0005);
        assert_near(student_quantile(0.95, v), published[i].t95, 0.0005);
        assert_near(student_quantile(0.975, v), published[i].t975, 0.0005);
        assert_near(student_quantile(0.99, v), published[i].t99, 0.0005);
        assert_near(student_quantile(0.995, v), published[i].t995, 0.0005);
        assert_near(student_quantile(0.999, v), published[i].t999, 0.0005);
    }
}

/* With 1, 2 and 4 degrees of freedom the quantile has a closed form (Shaw 2006, "Sampling
 * Student's T distribution", 3.2). */
static double closed_form(double p, int freedom)
{
    double alpha = 4 * p * (1 - p);
    double sign = p < 0.5 ? -1 : 1;
    if (freedom == 1)
        return tan(PI * (p - 0.5));
    if (freedom == 2)
        return (2 * p - 1) / sqrt(alpha / 2);
    return sign * 2 * sqrt(cos(acos(sqrt(alpha)) / 3) / sqrt(alpha) - 1);
}

static void quantiles_are_those_of_closed_forms(void **state)
{
    static const double probabilities[] = {1e-9, 0.001, 0.025, 0.1, 0.3, 0.6, 0.9, 0.975, 0.9999};
    static const int freedoms[] = {1, 2, 4};
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(probabilities); i++)
        for (size_t k = 0; k < ARRAY_LENGTH(freedoms); k++) {
            double exact = closed_form(probabilities[i], freedoms[k]);
            assert_near(student_quantile(probabilities[i], freedoms[k]), exact, 1e-7 * fabs(exact));
        }
}

/* With many degrees of freedom it is nearly the normal distribution, whose 0.975 quantile is z; the
 * next term of the expansion is Abramowitz and Stegun's, 26.7.5. */
static void many_degrees_are_normal(void **state)
{
    const double z = 1.959963984540054;
    const double freedom = 1e4;
    (void)state;
    assert_near(student_quantile(0.975, freedom), z + (z * z * z + z) / (4 * freedom), 1e-7);
}

static void probability_and_quantile_are_inverse(void **state)
{
    (void)state;
    for (double v = 1; v < 2000; v = v * 3 + 1)
        for (double p = 0.005; p < 1; p += 0.033) {
            assert_near(student_probability(student_quantile(p, v), v), p, 1e-12);
            assert_near(student_quantile(1 - p, v), -student_quantile(p, v), 1e-9);
        }
    assert_true(student_quantile(0.5, 3) == 0);
}

/* R's `sleep` data, extra sleep with drug 2 (Student 1908); t.test() of R prints mean 2.33 and the
 * interval 0.8976775 to 3.7623225. */
static void interval_is_that_of_a_textbook(void **state)
{
    static const double extra[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    struct spread spread = spread_of(extra, ARRAY_LENGTH(extra));
    (void)state;
    assert_int_equal(spread.count, 10);
    assert_near(spread.mean, 2.33, 1e-12);
    assert_near(spread.sd, 2.002249, 1e-6);
    assert_near(spread.low, 0.8976775, 1e-6);
    assert_near(spread.high, 3.7623225, 1e-6);
    assert_false(spread.is_constant);
    assert_true(spread_holds(&spread, 0.9));
    assert_false(spread_holds(&spread, 0.8));
    assert_false(spread_holds(&spread, 3.8));
}

static void few_values_have_no_interval(void **state)
{
    static const double one[] = {0.25};
    (void)state;
    struct spread spread = spread_of(one, 0);
    assert_int_equal(spread.count, 0);
    assert_false(spread_holds(&spread, 0));
    spread = spread_of(one, 1);
    assert_true(spread.mean == 0.25 && spread.sd == 0);
    assert_false(spread_holds(&spread, 0.25));
}

/* 0.1 has no exact double: a mean by a plain sum would be another number. */
static void equal_values_stay_as_they_are(void **state)
{
    static const double same[] = {0.1, 0.1, 0.1};
    static const double close[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    (void)state;
    struct spread spread = spread_of(same, 3);
    assert_true(spread.is_constant);
    assert_true(spread.mean == 0.1 && spread.low == 0.1 && spread.high == 0.1 && spread.sd == 0);
    spread = spread_of(close, 3);
    assert_true(spread.mean == 1e9 + 2 && spread.sd == 1);
    assert_false(spread.is_constant);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_the_table),
        cmocka_unit_test(quantiles_are_those_of_closed_forms),
        cmocka_unit_test(many_degrees_are_normal),
        cmocka_unit_test(probability_and_quantile_are_inverse),
        cmocka_unit_test(interval_is_that_of_a_textbook),
        cmocka_unit_test(few_values_have_no_interval),
        cmocka_unit_test(equal_values_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
