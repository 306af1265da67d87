/*
 * Which libraries multiply and factor: GSL brings its own plain BLAS along, ten times slower, and
 * what it defines has the same names.
 */
#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "../../strategies/search/bayes/linear.h"
#include "base/array.h"

/* Where a name is found by everything that is loaded, GSL too. */
static void assert_is_of_openblas(const char *name)
{
    Dl_info info;
    void *address = dlsym(RTLD_DEFAULT, name);
    if (address == NULL || dladdr(address, &info) == 0)
        fail_msg("%s is nowhere", name);
    if (strstr(info.dli_fname, "openblas") == NULL)
        fail_msg("%s is of %s", name, info.dli_fname);
}

static void openblas_does_the_work(void **state)
{
    static const char *const names[] = {"cblas_dgemm", "cblas_dtrsm", "cblas_dtrsv", "cblas_dgemv",
                                        "cblas_ddot",  "dpotrf_",     "dpotri_",     "dgemm_"};
    (void)state;
    linear_use_one_thread(); /* so that this program is linked with it */
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        assert_is_of_openblas(names[i]);
}

/* [4 2; 2 5] = L L' with L = [2 0; 1 2], its inverse [5 -2; -2 4] / 16. */
static void small_matrices_by_hand(void **state)
{
    double a[] = {4, 2, 2, 5};
    double b[] = {2, 5, 4, 4};
    double c[4];
    (void)state;
    assert_true(linear_factor(a, 2));
    assert_true(a[0] == 2);
    assert_true(a[1] == 1);
    assert_true(a[3] == 2);
    linear_solve(a, 2, false, b, 2); /* two columns by one call, one by another */
    assert_true(b[0] == 1);
    assert_true(b[1] == 2);
    linear_solve(a, 2, true, b, 1);
    assert_true(b[0] == 0);
    assert_true(b[1] == 1);
    linear_invert(a, 2);
    assert_true(a[0] == 5.0 / 16);
    assert_true(a[1] == -2.0 / 16);
    assert_true(a[3] == 4.0 / 16);
    /* [1 3; 2 4]' [1 0; 1 2] = [3 4; 7 8] */
    linear_multiply_transposed((const double[]){1, 2, 3, 4}, (const double[]){1, 1, 0, 2}, 2, 2, 2,
                               c);
    assert_true(c[0] == 3 && c[1] == 7 && c[2] == 4 && c[3] == 8);
    linear_apply((const double[]){1, 2, 3, 4}, 2, 2, (const double[]){1, 10}, c);
    assert_true(c[0] == 31 && c[1] == 42);
    linear_apply_transposed((const double[]){1, 2, 3, 4}, 2, 2, (const double[]){1, 10}, c);
    assert_true(c[0] == 21 && c[1] == 43);
    assert_true(linear_dot((const double[]){1, 2, 3}, (const double[]){4, 5, 6}, 3) == 32);
}

static void what_is_not_definite_is_refused(void **state)
{
    double indefinite[] = {1, 2, 2, 1};
    double zero[] = {0};
    double nan[] = {1, (double)NAN, (double)NAN, 1};
    (void)state;
    assert_false(linear_factor(indefinite, 2));
    assert_false(linear_factor(zero, 1));
    assert_false(linear_factor(nan, 2));
}

static void a_limit_leaves_no_room(void **state)
{
    struct rlimit before;
    (void)state;
    assert_true(linear_has_room());
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    struct rlimit limit = {.rlim_cur = 150 << 20, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    bool has_room = linear_has_room();
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_false(has_room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openblas_does_the_work),
        cmocka_unit_test(small_matrices_by_hand),
        cmocka_unit_test(what_is_not_definite_is_refused),
        cmocka_unit_test(a_limit_leaves_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
