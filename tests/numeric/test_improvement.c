/*
 * Log expected improvement and log probability against values of 60 digits (reference.py), and
 * their slopes against each other and against differences.
 */
#include "near.h"

#include "../../strategies/search/bayes/improvement.h"
#include "base/array.h"
#include "reference_functions.h"

static void improvement_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(reference_improvement); i++) {
        const double *row = reference_improvement[i];
        double phi_part;
        double Phi_part;
        assert_relative(improvement_log(row[0], &phi_part, &Phi_part), row[1], 1e-12);
        assert_relative(phi_part, row[2], 1e-12);
        assert_relative(Phi_part, row[3], 1e-12);
    }
}

static void probability_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(reference_improvement); i++) {
        const double *row = reference_improvement[i];
        double slope;
        assert_relative(improvement_log_probability(row[0], &slope), row[4], 1e-12);
        assert_relative(slope, row[5], 1e-12);
    }
}

/* h = phi + z Phi: so its parts add up to 1 after z. */
static void parts_add_up(void **state)
{
    (void)state;
    for (double z = -30; z < 40; z += 0.0137) {
        double phi_part;
        double Phi_part;
        improvement_log(z, &phi_part, &Phi_part);
        assert_within("phi + z Phi", phi_part + z * Phi_part, 1, 1e-12 * (1 + z * z));
    }
}

/* No steps where one formula gives way to another: it rises everywhere, by its slope. */
static void improvement_rises_by_its_slope(void **state)
{
    const double step = 0x1p-12;
    (void)state;
    for (double z = -40; z < 40; z += step) {
        double phi_part;
        double Phi_part;
        double part;
        double up = improvement_log(z + step, &part, &part);
        double down = improvement_log(z, &part, &part);
        improvement_log(z + step / 2, &phi_part, &Phi_part);
        assert_true(up > down);
        assert_near((up - down) / step, Phi_part, 1e-8);
    }
}

static void probability_rises_by_its_slope(void **state)
{
    const double step = 0x1p-10;
    (void)state;
    for (double z = -40; z < 8; z += step) {
        double slope;
        double unused;
        double up = improvement_log_probability(z + step, &unused);
        double down = improvement_log_probability(z, &unused);
        improvement_log_probability(z + step / 2, &slope);
        assert_true(up >= down);
        assert_near((up - down) / step, slope, 1e-6);
    }
}

/* However far away, nothing is NaN: a climb is to go on from there. */
static void nothing_is_nan(void **state)
{
    (void)state;
    for (double z = 1; z < 1e150; z *= 1.7)
        for (int sign = -1; sign <= 1; sign += 2) {
            double phi_part;
            double Phi_part;
            assert_true(isfinite(improvement_log(sign * z, &phi_part, &Phi_part)));
            assert_true(isfinite(phi_part) && isfinite(Phi_part));
            assert_true(isfinite(improvement_log_probability(sign * z, &phi_part)));
            assert_true(isfinite(phi_part));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(improvement_is_exact),
        cmocka_unit_test(probability_is_exact),
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(improvement_rises_by_its_slope),
        cmocka_unit_test(probability_rises_by_its_slope),
        cmocka_unit_test(nothing_is_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
