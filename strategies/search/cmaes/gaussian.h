/*
 * The normal distribution of CMA-ES: drawing from it and learning from a generation.
 *
 *     gaussian_init(&gaussian, 5, 0.3);
 *     gaussian_draw(&gaussian, normals, point);
 *     gaussian_learn(&gaussian, &weights, &generation);
 *
 * Points are m + sigma A y with y ~ N(0, C). m: mean; sigma: step size; C: covariance matrix;
 * A: a diagonal that only the margin of discrete axes changes; B, D: eigenvectors of C and the
 * square roots of its eigenvalues.
 *
 * Ownership: gaussian_release().
 *
 * @see Hansen 2016 (arXiv 1604.00772), figure 6 and section B
 */
#ifndef SWEEP_SEARCH_CMAES_GAUSSIAN_H
#define SWEEP_SEARCH_CMAES_GAUSSIAN_H

#include <stdbool.h>
#include <stddef.h>

#include "weights.h"

/** A distribution. Matrices are by rows. */
struct gaussian {
    size_t n;
    double sigma;
    double *mean;        /* [n] m */
    double *scale;       /* [n] A */
    double *covariance;  /* [n x n] C */
    double *vectors;     /* [n x n] B, each column one */
    double *roots;       /* [n] D */
    double *path_sigma;  /* [n] the whitened path of the mean */
    double *path_matrix; /* [n] the path of the mean */
    size_t generation;
};

/** One generation in order of rank. */
struct generation {
    const double *points; /* [lambda x n] */
    const bool *is_stale; /* [lambda] drawn from another distribution: at most so far from m */
    const double *mean;   /* [lambda] weights, see weights_rank() */
    const double *matrix; /* [lambda] */
};

/** The mean is the middle of the unit cube. */
void gaussian_init(struct gaussian *gaussian, size_t n, double sigma);

void gaussian_release(struct gaussian *gaussian);

/**
 * @param normals     [n] of the standard normal distribution
 * @param[out] point  [n]
 */
void gaussian_draw(const struct gaussian *gaussian, const double *normals, double *point);

/** Learn from a generation. */
void gaussian_learn(struct gaussian *gaussian, const struct weights *weights,
                    const struct generation *generation);

/** The standard deviation along a coordinate. */
double gaussian_deviation(const struct gaussian *gaussian, size_t coordinate);

#endif
