/*
 * The distribution function by the incomplete beta function, and its inverse by bisection: called a
 * few times for a table, so certainty is worth more than speed.
 */
#include "trial/student.h"

#include <float.h>
#include <math.h>

#define TERMS_MAX   1000 /* converges in about sqrt(max(a, b)) */
#define HALVES_MAX  2000 /* more than the bits and exponents of a double have */
#define DENOMINATOR 1e-300

static double away_from_zero(double x)
{
    return fabs(x) < DENOMINATOR ? DENOMINATOR : x;
}

/* The continued fraction of I_x(a, b), by Lentz's method; quick for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1;
    double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
    double h = d;
    for (int i = 1; i <= TERMS_MAX; i++) {
        double m = i;
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        h *= d * c;
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON)
            break;
    }
    return h;
}

/* I_x(a, b), with `y` = 1 - x given apart, since it may be far smaller than the rounding of x. */
static double beta_incomplete(double a, double b, double x, double y)
{
    if (x <= 0 || y <= 0)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) +
                       b * log(y)); /* x^a y^b / B(a, b) */
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, y) / b;
}

/* P(T <= -|t|) = I_{v / (v + t^2)}(v / 2, 1 / 2) / 2. */
double student_probability(double t, double freedom)
{
    double square = t * t;
    double tail = beta_incomplete(freedom / 2, 0.5, freedom / (freedom + square),
                                  square / (freedom + square)) /
                  2;
    return t > 0 ? 1 - tail : tail;
}

double student_quantile(double p, double freedom)
{
    /* In the lower half, where tails are small numbers and not what is left of 1. */
    double tail = p < 0.5 ? p : 1 - p;
    double low = -1;
    double high = 0;
    if (p == 0.5)
        return 0;
    while (student_probability(low, freedom) > tail)
        low *= 2;
    for (int i = 0; i < HALVES_MAX; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (student_probability(middle, freedom) > tail)
            high = middle;
        else
            low = middle;
    }
    return p < 0.5 ? low : -low;
}
