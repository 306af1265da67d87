/*
 * The bend of values.
 *
 * Both halves are one function, f(u, p) = ((1 + u)^p - 1) / p of u >= 0, which is log(1 + u) at
 * p = 0; near there it and its derivative are taken by their series, since the formulas cancel.
 */
#include "warp.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* Of p l: where no more than the first term of f, or six of its derivative, are to be seen. */
#define NEAR_ZERO       1e-8
#define SLOPE_NEAR_ZERO 0.03

/* f of p < 0 reaches no further than -1 / p. */
#define BELOW_ONE (1 - 0x1p-53)

static double power(double u, double p, double *by_p)
{
    double l = log1p(u);
    double x = p * l;
    double raised = fabs(x) < NEAR_ZERO ? l * (1 + x / 2) : expm1(x) / p;
    if (fabs(x) < SLOPE_NEAR_ZERO)
        *by_p =
            l * l *
            (1.0 / 2 + x * (1.0 / 3 + x * (1.0 / 8 + x * (1.0 / 30 + x * (1.0 / 144 + x / 840)))));
    else
        *by_p = (exp(x) * l - raised) / p;
    return raised;
}

double warp_value(double value, double bend, double *by_bend)
{
    double by_p;
    bool is_upper = value >= 0;
    double warped = power(fabs(value), is_upper ? bend : 2 - bend, &by_p);
    if (by_bend != NULL)
        *by_bend = by_p;
    return is_upper ? warped : -warped;
}

double warp_log_slope(double value, double bend, double *by_bend)
{
    double l = log1p(fabs(value));
    *by_bend = value >= 0 ? l : -l;
    return value >= 0 ? (bend - 1) * l : (1 - bend) * l;
}

double warp_inverse(double warped, double bend)
{
    double p = warped >= 0 ? bend : 2 - bend;
    double w = fabs(warped);
    double l = fabs(p * w) < NEAR_ZERO ? w * (1 - p * w / 2) : log1p(fmax(p * w, -BELOW_ONE)) / p;
    double u = expm1(l);
    return warped >= 0 ? u : -u;
}
