/* The reductions of trial/objective.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "trial/objective.h"

#define NONE SWEEP_STEP_NONE

struct report {
    double value;
    int64_t step;
};

static const struct {
    const char *name;
    struct objective_settings settings;
    size_t count;
    struct report reports[6];
    enum sweep_objective_kind kind;
    double value;
    int64_t step;
    double last;
} rows[] = {
    {"nothing reported", {REDUCE_BEST, true, 0}, 0, {{0, 0}}, SWEEP_OBJECTIVE_NONE, NAN, NONE, NAN},
    {"best of a maximised one",
     {REDUCE_BEST, true, 0},
     3,
     {{0.8137, 4}, {0.9529, 5}, {0.9411, 6}},
     SWEEP_OBJECTIVE_FINITE,
     0.9529,
     5,
     0.9411},
    {"best of a minimised one",
     {REDUCE_BEST, false, 0},
     3,
     {{2.302, 1}, {0.1871, 2}, {0.1913, 3}},
     SWEEP_OBJECTIVE_FINITE,
     0.1871,
     2,
     0.1913},
    {"a tie keeps the first",
     {REDUCE_BEST, true, 0},
     3,
     {{0.5, 7}, {0.9529, 8}, {0.9529, 9}},
     SWEEP_OBJECTIVE_FINITE,
     0.9529,
     8,
     0.9529},
    {"-0.0 and 0.0 tie",
     {REDUCE_BEST, true, 0},
     2,
     {{-0.0, 7}, {0.0, 8}},
     SWEEP_OBJECTIVE_FINITE,
     -0.0,
     7,
     0.0},
    {"last",
     {REDUCE_LAST, true, 0},
     3,
     {{0.8137, 4}, {0.9529, 5}, {0.9411, 6}},
     SWEEP_OBJECTIVE_FINITE,
     0.9411,
     6,
     0.9411},
    {"last may be nan",
     {REDUCE_LAST, true, 0},
     2,
     {{0.8137, 4}, {NAN, 5}},
     SWEEP_OBJECTIVE_NAN,
     NAN,
     5,
     NAN},
    {"min though the goal is maximize",
     {REDUCE_MIN, true, 0},
     3,
     {{0.8137, 4}, {0.7001, 5}, {0.9411, 6}},
     SWEEP_OBJECTIVE_FINITE,
     0.7001,
     5,
     0.9411},
    {"max though the goal is minimize",
     {REDUCE_MAX, false, 0},
     3,
     {{0.8137, 4}, {0.9773, 5}, {0.9411, 6}},
     SWEEP_OBJECTIVE_FINITE,
     0.9773,
     5,
     0.9411},
    {"nan never improves",
     {REDUCE_BEST, true, 0},
     3,
     {{NAN, 1}, {0.25, 2}, {NAN, 3}},
     SWEEP_OBJECTIVE_FINITE,
     0.25,
     2,
     NAN},
    {"nan only",
     {REDUCE_BEST, false, 0},
     2,
     {{NAN, 11}, {NAN, 12}},
     SWEEP_OBJECTIVE_NAN,
     NAN,
     11,
     NAN},
    {"nan does not become a minimum",
     {REDUCE_MIN, true, 0},
     2,
     {{3.5, 1}, {NAN, 2}},
     SWEEP_OBJECTIVE_FINITE,
     3.5,
     1,
     NAN},
    {"infinity counts as best",
     {REDUCE_BEST, true, 0},
     2,
     {{0.25, 1}, {INFINITY, 2}},
     SWEEP_OBJECTIVE_POSITIVE_INFINITE,
     INFINITY,
     2,
     INFINITY},
    {"a finite one beats the bad infinity",
     {REDUCE_BEST, true, 0},
     2,
     {{-INFINITY, 1}, {-1e308, 2}},
     SWEEP_OBJECTIVE_FINITE,
     -1e308,
     2,
     -1e308},
    {"the bad infinity alone",
     {REDUCE_MIN, true, 0},
     2,
     {{5, 1}, {-INFINITY, 2}},
     SWEEP_OBJECTIVE_NEGATIVE_INFINITE,
     -INFINITY,
     2,
     -INFINITY},
    {"the smallest subnormal",
     {REDUCE_MIN, true, 0},
     2,
     {{DBL_MIN, 1}, {4.9406564584124654e-324, 2}},
     SWEEP_OBJECTIVE_FINITE,
     4.9406564584124654e-324,
     2,
     4.9406564584124654e-324},
    {"steps are counted where none is known",
     {REDUCE_BEST, true, 0},
     3,
     {{0.1, NONE}, {0.7, NONE}, {0.6, NONE}},
     SWEEP_OBJECTIVE_FINITE,
     0.7,
     2,
     0.6},
    {"counting goes on after known steps",
     {REDUCE_LAST, true, 0},
     3,
     {{0.1, 100}, {0.7, 200}, {0.6, NONE}},
     SWEEP_OBJECTIVE_FINITE,
     0.6,
     3,
     0.6},
    {"mean of fewer than the window",
     {REDUCE_MEAN, true, 4},
     2,
     {{1, 1}, {4, 2}},
     SWEEP_OBJECTIVE_FINITE,
     2.5,
     2,
     4},
    {"mean of the last two",
     {REDUCE_MEAN, true, 2},
     5,
     {{1000, 1}, {1000, 2}, {1000, 3}, {0.5, 4}, {0.25, 5}},
     SWEEP_OBJECTIVE_FINITE,
     0.375,
     5,
     0.25},
    {"mean of one is the last",
     {REDUCE_MEAN, true, 1},
     3,
     {{7, 1}, {8, 2}, {0.1, 3}},
     SWEEP_OBJECTIVE_FINITE,
     0.1,
     3,
     0.1},
    {"mean does not overflow",
     {REDUCE_MEAN, true, 2},
     2,
     {{DBL_MAX, 1}, {DBL_MAX, 2}},
     SWEEP_OBJECTIVE_FINITE,
     DBL_MAX,
     2,
     DBL_MAX},
    {"mean with a nan in the window",
     {REDUCE_MEAN, true, 3},
     3,
     {{1, 1}, {NAN, 2}, {3, 3}},
     SWEEP_OBJECTIVE_NAN,
     NAN,
     3,
     3},
    {"mean after the nan has left the window",
     {REDUCE_MEAN, true, 2},
     4,
     {{1, 1}, {NAN, 2}, {3, 3}, {5, 4}},
     SWEEP_OBJECTIVE_FINITE,
     4,
     4,
     5},
};

/* Same bits, all NaNs being one. */
static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void test_reports_are_reduced(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct objective objective;
        struct sweep_trial trial = {.number = 7, .attempts = 2};

        objective_init(&objective, &rows[i].settings);
        for (size_t k = 0; k < rows[i].count; k++)
            objective_report(&objective, rows[i].reports[k].value, rows[i].reports[k].step);
        objective_result(&objective, &trial);
        if (trial.objective != rows[i].kind || !same(trial.value, rows[i].value) ||
            trial.step != rows[i].step || !same(trial.last, rows[i].last))
            fail_msg("%s: got kind %d value %.17g step %lld last %.17g", rows[i].name,
                     trial.objective, trial.value, (long long)trial.step, trial.last);
        assert_int_equal(objective.reports, rows[i].count);
        assert_int_equal(trial.number, 7); /* nothing else is touched */
        assert_int_equal(trial.attempts, 2);
        objective_release(&objective);
    }
}

static void test_release_accepts_what_has_no_life(void **state)
{
    struct objective zeroed = {0};
    (void)state;

    objective_release(NULL);
    objective_release(&zeroed);
    assert_null(zeroed.recent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reports_are_reduced),
        cmocka_unit_test(test_release_accepts_what_has_no_life),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
