/*
 * A bend of the scale of values: a monotone map that makes them more like normal draws.
 *
 *     y' = ((1 + y)^b - 1) / b             y >= 0
 *     y' = -((1 - y)^(2 - b) - 1) / (2 - b)   y < 0
 *
 * The bend b is one of theta: 1 leaves values as they are; below 1 bad values are moved together
 * and good ones apart, as a logarithm does; above 1 the other way round. It is fitted as all of
 * theta is, by how well the model explains the values then.
 *
 * Nothing here has state.
 *
 * @see Yeo and Johnson 2000, "A new family of power transformations to improve normality or
 *      symmetry"; Snelson, Rasmussen and Ghahramani 2004, "Warped Gaussian processes"
 */
#ifndef SWEEP_BAYES_WARP_H
#define SWEEP_BAYES_WARP_H

/** Bends that are considered. */
#define WARP_MIN (-1.0)
#define WARP_MAX 3.0

/** Bend a value. @param[out] by_bend  the derivative by b, or NULL */
double warp_value(double value, double bend, double *by_bend);

/** The logarithm of the derivative by the value. @param[out] by_bend  its derivative by b */
double warp_log_slope(double value, double bend, double *by_bend);

/** The value that is bent to `warped`; at the end of what can be reached, that end. */
double warp_inverse(double warped, double bend);

#endif
