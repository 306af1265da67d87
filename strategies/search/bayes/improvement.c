/* The logarithm of expected improvement. */
#include "improvement.h"

#include <math.h>

#include <gsl/gsl_sf_erf.h>

#define SQRT_2           1.41421356237309504880
#define SQRT_HALF_PI     1.25331413731550025121
#define HALF_LOG_2PI     0.91893853320467274178
#define INVERSE_SQRT_2PI 0.39894228040143267794

/* Below, h(z) is the small difference of two large numbers, and a series is exact. */
#define SERIES_BELOW (-10.0)

/* Terms of the series; the first one left out is below 1e-13 at its bound. */
#define TERMS 16

/* Asymptotic, z < 0: h = phi/z^2 (1 - 3/z^2 + 15/z^4 - ...), Phi = phi/|z| (1 - 1/z^2 + 3/z^4 ...).
 */
static double by_series(double z, double *phi_part, double *Phi_part)
{
    double inverse = 1 / (z * z);
    double of_h = 1;
    double of_Phi = 1;
    double term_h = 1;
    double term_Phi = 1;
    for (int k = 1; k < TERMS; k++) {
        term_Phi *= -(2 * k - 1) * inverse;
        term_h *= -(2 * k + 1) * inverse;
        of_Phi += term_Phi;
        of_h += term_h;
    }
    *phi_part = z * z / of_h;
    *Phi_part = -z * of_Phi / of_h;
    return -0.5 * z * z - HALF_LOG_2PI - 2 * log(-z) + log(of_h);
}

double improvement_log(double z, double *phi_part, double *Phi_part)
{
    if (z < SERIES_BELOW)
        return by_series(z, phi_part, Phi_part);
    double phi = INVERSE_SQRT_2PI * exp(-0.5 * z * z);
    double Phi = 0.5 * erfc(-z / SQRT_2);
    double h = phi + z * Phi;
    if (z < -1) {
        double scaled = exp(0.5 * z * z) * erfc(-z / SQRT_2);
        h = phi * (1 + z * SQRT_HALF_PI * scaled);
    }
    *phi_part = phi / h;
    *Phi_part = Phi / h;
    return log(h);
}

double improvement_log_probability(double z, double *slope)
{
    *slope = gsl_sf_hazard(-z);
    return gsl_sf_log_erfc(-z / SQRT_2) - log(2);
}
