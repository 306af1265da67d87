/*
 * The bend of values.
 *
 * Both halves are one function, f(u, p) = ((1 + u)^p - 1) / p of u >= 0, which is log(1 + u) at
 * p = 0; near there it is taken by its series, since the formula cancels.
 */
#include "warp.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define NEAR_ZERO 1e-5

static double power(double u, double p, double *by_p)
{
    double l = log1p(u);
    if (fabs(p * l) < NEAR_ZERO) {
        *by_p = l * l * (0.5 + p * l / 3);
        return l * (1 + p * l / 2);
    }
    double raised = exp(p * l);
    *by_p = (raised * l - expm1(p * l) / p) / p;
    return expm1(p * l) / p;
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
    double u = fabs(p) < NEAR_ZERO ? expm1(w) : expm1(log(fmax(1 + p * w, 1e-300)) / p);
    return warped >= 0 ? u : -u;
}
