/*
 * Expected improvement as a logarithm, which can be climbed where the improvement itself is 0 to
 * rounding.
 *
 *     EI = deviation h(z),  h(z) = phi(z) + z Phi(z),  z = (best - mean) / deviation
 *
 * @see Jones, Schonlau and Welch 1998 (EI); Ament et al. 2023, "Unexpected improvements to expected
 *      improvement for Bayesian optimization" (its logarithm; the split into ranges is our own);
 *      Abramowitz and Stegun 1964, 26.2.14 (the fraction for what is far below)
 */
#ifndef SWEEP_BAYES_IMPROVEMENT_H
#define SWEEP_BAYES_IMPROVEMENT_H

/**
 * log h(z), and its derivatives' parts.
 *
 * @param[out] phi_part      phi(z) / h(z)
 * @param[out] Phi_part      Phi(z) / h(z), the derivative of log h
 * @return as exact as the parts: relative errors are below 1e-12 for |z| < 1e150
 */
double improvement_log(double z, double *phi_part, double *Phi_part);

/** log Phi(z), and its derivative, as exact. */
double improvement_log_probability(double z, double *slope);

#endif
