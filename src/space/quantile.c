/*
 * Quantile functions and cumulative probabilities, by GSL where they are no elementary functions.
 *
 * GSL's inverse of the beta distribution gives up (NaN) or is far off for many shapes above 100 or
 * below 0.1, so its cumulative probability is bisected instead: some 60 steps of 0.1 us, and right
 * to the last bit that the probability has.
 */
#include "space/quantile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* What rounding makes of min + (max - min) need not be max, nor of exp(log(min)) min. */
static double linear_quantile(double min, double max, double u)
{
    if (u <= 0 || u >= 1)
        return u <= 0 ? min : max;
    return clamp(min + u * (max - min), min, max);
}

static double log_quantile(double min, double max, double u)
{
    double low = log(min);
    if (u <= 0 || u >= 1)
        return u <= 0 ? min : max;
    return clamp(exp(low + u * (log(max) - low)), min, max);
}

static double beta_quantile(double a, double b, double u)
{
    double low = 0;
    double high = 1;
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return high;
        if (gsl_cdf_beta_P(middle, a, b) < u)
            low = middle;
        else
            high = middle;
    }
}

double quantile_of(const struct sweep_parameter *parameter, double u)
{
    double min = parameter->min;
    double max = parameter->max;
    double inside = clamp(u, QUANTILE_EDGE, 1 - QUANTILE_EDGE);
    switch (parameter->distribution) {
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
        break;
    case SWEEP_UNIFORM:
    case SWEEP_INT_UNIFORM:
        return linear_quantile(min, max, u);
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_LOG:
        return log_quantile(min, max, u);
    case SWEEP_NORMAL:
        return parameter->mu + parameter->sigma * gsl_cdf_ugaussian_Pinv(inside);
    case SWEEP_LOG_NORMAL:
        return exp(parameter->mu + parameter->sigma * gsl_cdf_ugaussian_Pinv(inside));
    case SWEEP_BETA:
        return beta_quantile(parameter->a, parameter->b, inside);
    }
    return 0;
}

double quantile_share(const struct sweep_parameter *parameter, double x)
{
    double min = parameter->min;
    double max = parameter->max;
    switch (parameter->distribution) {
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
        break;
    case SWEEP_UNIFORM:
    case SWEEP_INT_UNIFORM:
        return clamp((x - min) / (max - min), 0, 1);
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_LOG:
        return x <= min ? 0 : clamp((log(x) - log(min)) / (log(max) - log(min)), 0, 1);
    case SWEEP_NORMAL:
        return gsl_cdf_ugaussian_P((x - parameter->mu) / parameter->sigma);
    case SWEEP_LOG_NORMAL:
        return x <= 0 ? 0 : gsl_cdf_ugaussian_P((log(x) - parameter->mu) / parameter->sigma);
    case SWEEP_BETA:
        return gsl_cdf_beta_P(clamp(x, 0, 1), parameter->a, parameter->b);
    }
    return 0;
}
