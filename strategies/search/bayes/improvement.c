/* The logarithm of expected improvement. */
#include "improvement.h"

#include <math.h>

#define SQRT_2           1.41421356237309504880
#define HALF_LOG_2PI     0.91893853320467274178
#define INVERSE_SQRT_2PI 0.39894228040143267794

/* Below, the differences of large numbers in h(z) and Phi(z) are divided out. */
#define FAR_BELOW (-5.0)

/* Mills's ratio Phi(-t) / phi(t) = 1 / (t + c), c = 1 / (t + 2 / (t + 3 / (t + ...))), a fraction
 * of Laplace. So h(-t) / phi(t) = 1 - t / (t + c) = c / (t + c): nothing is lost to rounding. So
 * many levels leave an error below the last bit from t = 3 on; numerator and denominator are built
 * up from the first level, without divisions. @return c */
static double mills_tail(double t)
{
    if (t > 1e9)
        return 1 / t;
    int levels = 6 + (int)(80 / t + 250 / (t * t));
    double a[] = {0, 1};
    double b[] = {1, t};
    for (int k = 2; k <= levels; k++) {
        double next_a = t * a[1] + k * a[0];
        double next_b = t * b[1] + k * b[0];
        a[0] = a[1];
        b[0] = b[1];
        a[1] = next_a;
        b[1] = next_b;
    }
    return a[1] / b[1];
}

double improvement_log(double z, double *phi_part, double *Phi_part)
{
    if (z < FAR_BELOW) {
        double c = mills_tail(-z);
        *phi_part = (c - z) / c;
        *Phi_part = 1 / c;
        return -0.5 * z * z - HALF_LOG_2PI + log(c / (c - z));
    }
    double phi = INVERSE_SQRT_2PI * exp(-0.5 * z * z);
    double Phi = 0.5 * erfc(-z / SQRT_2);
    double h = phi + z * Phi;
    *phi_part = phi / h;
    *Phi_part = Phi / h;
    return log(h);
}

double improvement_log_probability(double z, double *slope)
{
    if (z < FAR_BELOW) {
        double t = mills_tail(-z) - z;
        *slope = t;
        return -0.5 * z * z - HALF_LOG_2PI - log(t);
    }
    double Phi = 0.5 * erfc(-z / SQRT_2);
    *slope = INVERSE_SQRT_2PI * exp(-0.5 * z * z) / Phi;
    return z > 0 ? log1p(-0.5 * erfc(z / SQRT_2)) : log(Phi);
}
