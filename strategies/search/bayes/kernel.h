/*
 * The kernel: how alike the values at two points are thought to be.
 *
 *     k(a, b) = s2 M(r2) + c,   r2 = sum over dimensions of distance_j(a, b) / l_j^2,
 *     M(r2)   = (1 + sqrt(5 r2) + 5/3 r2) exp(-sqrt(5 r2))
 *
 * Matern 5/2 with a lengthscale l_j for each dimension; s2 is the variance of the signal, and the
 * constant c is that of the mean, which is so averaged over and never estimated.
 *
 * All that is not known of it stands in one array, theta [KERNEL_EXTRA + dimensions], as
 * logarithms: of l_j, of s2, and of v, the variance of the noise; and the bend of the scale of
 * values.
 *
 * Ownership: everything is borrowed for the call; nothing here has state.
 *
 * @see Rasmussen and Williams 2006, "Gaussian processes for machine learning", sections 2.7, 4.2
 */
#ifndef SWEEP_BAYES_KERNEL_H
#define SWEEP_BAYES_KERNEL_H

#include <stddef.h>

#include "embedding.h"

/** The numbers in theta that are not of lengthscales. */
#define KERNEL_EXTRA 3

/** Where they stand. @param d  number of dimensions */
#define KERNEL_SIGNAL(d) (d)
#define KERNEL_NOISE(d)  ((d) + 1)
#define KERNEL_BEND(d)   ((d) + 2) /* no logarithm: of the scale of values (warp.h) */

/** c: values are standardised, and so hardly further from 0 on average than their deviation. */
#define KERNEL_CONSTANT 1.0

/**
 * Values of M, and its slope.
 *
 * @param r2          [n] >= 0
 * @param[out] value  [n] M(r2)
 * @param[out] slope  [n] -2 dM/d(r2) = 5/3 (1 + sqrt(5 r2)) exp(-sqrt(5 r2)); NULL: not wanted
 */
void kernel_matern(size_t n, const double *r2, double *value, double *slope);

/** exp(-x) of each, and of more than 700 that of 700, which is above 0 still.
 * @param x  [n] >= 0  @param[out] out  [n] relative error below 5e-16 */
void kernel_exp_negative(size_t n, const double *x, double *out);

/** A kernel whose theta is known. */
struct kernel {
    const struct embedding *embedding;
    double inverse[EMBEDDING_MAX]; /* [dimensions] 1 / l_j^2 */
    double signal;                 /* s2 */
    double noise;                  /* v */
};

/** @param theta  [dimensions + KERNEL_EXTRA] */
void kernel_init(struct kernel *kernel, const struct embedding *embedding, const double *theta);

/**
 * Scaled squared distances between one point and each of many.
 *
 * @param x          [dimensions] the one
 * @param first      the many are those from this one on
 * @param[out] r2    [others->count - first]
 * @param[out] work  [others->count - first]
 */
void kernel_distances(const struct kernel *kernel, const double *x, const struct points *others,
                      size_t first, double *r2, double *work);

#endif
