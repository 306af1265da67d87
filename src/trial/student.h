/*
 * Student's t distribution, as far as intervals of a mean need it.
 *
 *     half = student_quantile(0.975, n - 1) * sd / sqrt(n);
 *
 * @see Abramowitz and Stegun 1964, 26.7; Press et al. 2007, "Numerical Recipes", 6.4, for the
 *      continued fraction of the incomplete beta function (DLMF 8.17.22).
 */
#ifndef SWEEP_TRIAL_STUDENT_H
#define SWEEP_TRIAL_STUDENT_H

/**
 * The probability that a t variate is at most `t`.
 *
 * @param freedom  degrees of freedom [>= 1]
 */
double student_probability(double t, double freedom);

/**
 * The value below which a t variate falls with probability `p`.
 *
 * @param p        (0, 1)
 * @param freedom  degrees of freedom [>= 1]
 */
double student_quantile(double p, double freedom);

#endif
