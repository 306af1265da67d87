/* Descent inside a box: known functions, bounds that bind, and values that are none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../strategies/search/bayes/lbfgs.h"
#include "base/array.h"

#define N 10

typedef double function(const double *x, double *gradient);

struct descent {
    double x[N];
    double value;
    int evaluations;
};

/* Of `size` dimensions in [lower, upper]^size, from one place in each of them. */
static struct descent descend(function *f, size_t size, const double *bounds, const double *from,
                              int evaluations)
{
    double lower[N];
    double upper[N];
    double gradient[N];
    struct descent out = {.evaluations = 0};
    for (size_t i = 0; i < size; i++) {
        lower[i] = bounds[0];
        upper[i] = bounds[1];
    }
    const struct lbfgs_options options = {.lower = lower,
                                          .upper = upper,
                                          .first_step = 0.1,
                                          .gradient_end = 1e-9,
                                          .value_end = 0,
                                          .evaluations = evaluations};
    struct lbfgs *lbfgs = lbfgs_create(size);
    lbfgs_start(lbfgs, &options, from);
    bool is_going;
    do {
        const double *at = lbfgs_point(lbfgs);
        for (size_t i = 0; i < size; i++)
            assert_true(at[i] >= lower[i] && at[i] <= upper[i]);
        double value = f(at, gradient);
        out.evaluations++;
        is_going = lbfgs_take(lbfgs, value, gradient);
    } while (is_going);
    const double *best = lbfgs_best(lbfgs, &out.value);
    for (size_t i = 0; i < size; i++)
        out.x[i] = best[i];
    lbfgs_free(lbfgs);
    assert_true(out.evaluations <= evaluations);
    return out;
}

static const double wide[2] = {-10, 10};

/* Rosenbrock's valley: the lowest point is 1 everywhere. */
static double rosenbrock(const double *x, double *gradient)
{
    double value = 0;
    for (size_t i = 0; i < N; i++)
        gradient[i] = 0;
    for (size_t i = 0; i + 1 < N; i++) {
        double a = x[i + 1] - x[i] * x[i];
        double b = 1 - x[i];
        value += 100 * a * a + b * b;
        gradient[i] += -400 * a * x[i] - 2 * b;
        gradient[i + 1] += 200 * a;
    }
    return value;
}

static void test_valley_is_followed_to_its_end(void **state)
{
    static const double from[N] = {-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1};
    (void)state;
    struct descent found = descend(rosenbrock, N, wide, from, 400);
    assert_true(found.value < 1e-12);
    for (size_t i = 0; i < N; i++)
        assert_true(fabs(found.x[i] - 1) < 1e-5);
}

/* With x <= 1/2 the lowest point of two dimensions is (1/2, 1/4). */
static double rosenbrock_of_two(const double *x, double *gradient)
{
    double a = x[1] - x[0] * x[0];
    double b = 1 - x[0];
    gradient[0] = -400 * a * x[0] - 2 * b;
    gradient[1] = 200 * a;
    return 100 * a * a + b * b;
}

static void test_valley_ends_at_a_bound(void **state)
{
    static const double bounds[2] = {-2, 0.5};
    static const double from[N] = {-1.2, 0.4};
    (void)state;
    struct descent found = descend(rosenbrock_of_two, 2, bounds, from, 200);
    assert_true(found.x[0] == 0.5);
    assert_true(fabs(found.x[1] - 0.25) < 1e-6);
}

/* sum k (x_k - c_k)^2, coupled: the unbounded lowest point is outside in half of the dimensions. */
static double quadratic(const double *x, double *gradient)
{
    double value = 0;
    for (size_t i = 0; i < N; i++) {
        double weight = pow(3, (double)i);
        double c = i % 2 == 0 ? 0.3 : i % 4 == 1 ? 2 : -2;
        value += weight * (x[i] - c) * (x[i] - c);
        gradient[i] = 2 * weight * (x[i] - c);
    }
    return value;
}

static void test_bounds_bind(void **state)
{
    static const double bounds[2] = {-1, 1};
    static const double from[N] = {0};
    (void)state;
    struct descent found = descend(quadratic, N, bounds, from, 300);
    for (size_t i = 0; i < N; i++)
        if (i % 2 == 0)
            assert_true(fabs(found.x[i] - 0.3) < 1e-6);
        else
            assert_true(found.x[i] == (i % 4 == 1 ? 1 : -1));
}

/* A start outside is moved to the bound, and leaves it again. */
static void test_start_is_moved_into_the_box(void **state)
{
    static const double bounds[2] = {-1, 1};
    static const double from[N] = {50, -50, 50, -50, 50, -50, 50, -50, 50, -50};
    (void)state;
    struct descent found = descend(quadratic, N, bounds, from, 300);
    assert_true(fabs(found.x[0] - 0.3) < 1e-6 && found.x[1] == 1 && found.x[3] == -1);
}

/* Bounds that leave no room hold a coordinate where it is. */
static void test_no_room_is_borne(void **state)
{
    static const double bounds[2] = {0.25, 0.25};
    static const double from[N] = {0};
    (void)state;
    struct descent found = descend(quadratic, N, bounds, from, 300);
    assert_int_equal(found.evaluations, 1);
    assert_true(found.x[4] == 0.25);
}

/* The logarithm of what is not positive is none: a step too far is made shorter. */
static double barrier(const double *x, double *gradient)
{
    gradient[0] = 1 - 1e-3 / x[0];
    return x[0] > 0 ? x[0] - 1e-3 * log(x[0]) : (double)NAN;
}

static void test_what_is_not_finite_is_too_far(void **state)
{
    static const double from[N] = {5};
    (void)state;
    struct descent found = descend(barrier, 1, wide, from, 100);
    assert_true(fabs(found.x[0] - 1e-3) < 1e-8);
}

static double never_finite(const double *x, double *gradient)
{
    gradient[0] = x[0];
    return (double)INFINITY;
}

static double slope_is_nan(const double *x, double *gradient)
{
    gradient[0] = (double)NAN;
    return x[0];
}

static void test_nothing_finite_ends_at_once(void **state)
{
    static const double from[N] = {3};
    (void)state;
    struct descent found = descend(never_finite, 1, wide, from, 100);
    assert_true(found.evaluations == 1 && isinf(found.value) && found.x[0] == 3);
    found = descend(slope_is_nan, 1, wide, from, 100);
    assert_true(found.evaluations == 1 && isinf(found.value) && found.x[0] == 3);
}

/* Finite at the start alone. */
static double only_here(const double *x, double *gradient)
{
    gradient[0] = 1;
    return x[0] == 3 ? 7 : -(double)INFINITY;
}

static void test_finite_start_is_kept(void **state)
{
    static const double from[N] = {3};
    (void)state;
    struct descent found = descend(only_here, 1, wide, from, 100);
    assert_true(found.value == 7 && found.x[0] == 3);
}

static double flat(const double *x, double *gradient)
{
    (void)x;
    for (size_t i = 0; i < N; i++)
        gradient[i] = 0;
    return 4;
}

static void test_flat_ends_at_once(void **state)
{
    static const double from[N] = {0.5};
    (void)state;
    struct descent found = descend(flat, N, wide, from, 100);
    assert_true(found.evaluations == 1 && found.value == 4 && found.x[0] == 0.5);
}

/* A slope that lies: no step is ever enough, and it gives up. */
static double liar(const double *x, double *gradient)
{
    gradient[0] = 1;
    return fabs(x[0] - 1);
}

static void test_wrong_slopes_end(void **state)
{
    static const double from[N] = {1};
    (void)state;
    struct descent found = descend(liar, 1, wide, from, 1000);
    assert_true(found.value == 0 && found.x[0] == 1);
    assert_true(found.evaluations < 20);
}

static void test_evaluations_are_counted(void **state)
{
    static const double from[N] = {-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1};
    double gradient[N];
    (void)state;
    for (int most = 1; most < 20; most++) {
        struct descent found = descend(rosenbrock, N, wide, from, most);
        assert_int_equal(found.evaluations, most);
        assert_true(found.value <= rosenbrock(from, gradient));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valley_is_followed_to_its_end),
        cmocka_unit_test(test_valley_ends_at_a_bound),
        cmocka_unit_test(test_bounds_bind),
        cmocka_unit_test(test_start_is_moved_into_the_box),
        cmocka_unit_test(test_no_room_is_borne),
        cmocka_unit_test(test_what_is_not_finite_is_too_far),
        cmocka_unit_test(test_nothing_finite_ends_at_once),
        cmocka_unit_test(test_finite_start_is_kept),
        cmocka_unit_test(test_flat_ends_at_once),
        cmocka_unit_test(test_wrong_slopes_end),
        cmocka_unit_test(test_evaluations_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
