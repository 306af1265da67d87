/*
 * Probabilities of levels and the mean and scale that give them. Thresholds between levels are the
 * edges of the axis, so levels need not be equally wide.
 */
#include "margin.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double margin_usual(size_t discrete)
{
    return fmin(1 - pow(0.73, 1 / (double)discrete), 0.27);
}

/* The square root of the quantile of chi-squared at 1 - 2 p, that is how many deviations from the
 * mean a side begins that has the probability p. */
static double deviations(double p)
{
    return gsl_cdf_ugaussian_Qinv(fmin(fmax(p, 1e-12), 0.5 - 1e-12));
}

/* At an end there is one threshold, and the mean may not be farther beyond it than so. */
static void keep_end(struct gaussian *gaussian, size_t coordinate, double threshold, double margin)
{
    double *mean = &gaussian->mean[coordinate];
    double most = deviations(margin) * gaussian_deviation(gaussian, coordinate);
    if (fabs(*mean - threshold) > most)
        *mean = threshold + copysign(most, *mean - threshold);
}

/* Both sides get half the margin at least; what that takes comes from all three parts by what they
 * have more than theirs (equations 8 to 13). */
static void keep_sides(struct gaussian *gaussian, size_t coordinate, double low, double high,
                       double margin)
{
    double *mean = &gaussian->mean[coordinate];
    double *scale = &gaussian->scale[coordinate];
    double deviation = gaussian_deviation(gaussian, coordinate);
    double below = gsl_cdf_ugaussian_P((low - *mean) / deviation);
    double above = gsl_cdf_ugaussian_Q((high - *mean) / deviation);
    double inside = 1 - below - above;
    if (below >= margin / 2 && above >= margin / 2)
        return;
    below = fmax(below, margin / 2);
    above = fmax(above, margin / 2);
    double excess = (1 - below - above - inside) / (below + above + inside - 1.5 * margin);
    below += excess * (below - margin / 2);
    above += excess * (above - margin / 2);
    double to_low = deviations(below);
    double to_high = deviations(above);
    *scale *= (high - low) / ((to_low + to_high) * deviation);
    *mean = (low * to_high + high * to_low) / (to_low + to_high);
}

void margin_keep(struct gaussian *gaussian, size_t coordinate, const struct axis *axis,
                 double margin)
{
    size_t level = (size_t)axis_coordinate(axis, gaussian->mean[coordinate]);
    double low = axis->edges[level];
    double high = axis->edges[level + 1];
    if (level == 0)
        keep_end(gaussian, coordinate, high, margin);
    else if (level + 1 == axis->count)
        keep_end(gaussian, coordinate, low, margin);
    else
        keep_sides(gaussian, coordinate, low, high, margin);
}
