/*
 * The bend of values against values of 60 digits (reference.py), next to 0 and 2 where its formula
 * cancels too, and against differences.
 */
#include "near.h"

#include "../../strategies/search/bayes/warp.h"
#include "base/array.h"
#include "reference_functions.h"

static void bend_is_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(reference_bend); i++) {
        const double *row = reference_bend[i];
        double by_bend;
        assert_relative(warp_value(row[0], row[1], &by_bend), row[2], 1e-12);
        assert_relative(by_bend, row[3], 1e-12);
        assert_relative(warp_log_slope(row[0], row[1], &by_bend), row[4], 1e-12);
        assert_relative(by_bend, row[5], 1e-12);
        assert_true(warp_value(row[0], row[1], NULL) == warp_value(row[0], row[1], &by_bend));
    }
}

static void bend_keeps_order(void **state)
{
    (void)state;
    for (double bend = WARP_MIN; bend <= WARP_MAX; bend += 0.01) {
        double before = -INFINITY;
        for (double value = -5; value < 5; value += 0.01) {
            double warped = warp_value(value, bend, NULL);
            assert_true(warped > before);
            before = warped;
        }
    }
}

static void bend_rises_by_its_slopes(void **state)
{
    const double step = 0x1p-16;
    (void)state;
    for (double bend = -0.97; bend < 3; bend += 0.043)
        for (double value = -4; value < 4; value += 0.071) {
            double by_bend;
            double up = warp_value(value + step, bend, NULL);
            double down = warp_value(value - step, bend, NULL);
            assert_near(warp_log_slope(value, bend, &by_bend), log((up - down) / (2 * step)), 1e-8);
            warp_value(value, bend, &by_bend);
            up = warp_value(value, bend + step, NULL);
            down = warp_value(value, bend - step, NULL);
            assert_near(by_bend, (up - down) / (2 * step), 1e-8);
        }
}

static void inverse_leads_back(void **state)
{
    static const double more[] = {-1e-5, -1e-9, 0, 1e-12, 1e-7, 2 - 1e-6, 2};
    (void)state;
    for (double bend = WARP_MIN; bend <= WARP_MAX; bend += 0.037)
        for (double value = -5; value < 5; value += 0.17)
            assert_near(warp_inverse(warp_value(value, bend, NULL), bend), value, 1e-12);
    for (size_t i = 0; i < ARRAY_LENGTH(more); i++)
        for (double value = -5; value < 5; value += 0.17)
            assert_near(warp_inverse(warp_value(value, more[i], NULL), more[i]), value, 1e-12);
    assert_true(warp_inverse(1.5, -1) > 1e10);
    assert_true(warp_inverse(-1.5, 3) < -1e10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bend_is_exact),
        cmocka_unit_test(bend_keeps_order),
        cmocka_unit_test(bend_rises_by_its_slopes),
        cmocka_unit_test(inverse_leads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
