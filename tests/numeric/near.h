/*
 * Numbers that are to be near others.
 *
 *     assert_relative(improvement_log(z, &a, &b), expected, 1e-12);
 */
#ifndef NUMERIC_NEAR_H
#define NUMERIC_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** Relative to the expected number itself, however small. */
#define assert_relative(actual, expected, tolerance) \
    assert_within(#actual, actual, expected, (tolerance)*fabs(expected))

/** Relative to the expected number, or to 1 where that is larger. */
#define assert_near(actual, expected, tolerance) \
    assert_within(#actual, actual, expected, (tolerance)*fmax(1, fabs(expected)))

static inline void assert_within(const char *what, double actual, double expected, double error)
{
    if (!(fabs(actual - expected) <= error))
        fail_msg("%s: got %.17g, expected %.17g, off by %.3g of %.3g", what, actual, expected,
                 fabs(actual - expected), error);
}

#endif
