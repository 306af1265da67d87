/*
 * What CMA-ES makes of a rank, and how fast it learns: constants of dimension and generation size.
 *
 *     weights_init(&weights, 5, 8);
 *     weights_rank(&weights, losses, mean_weights, matrix_weights);
 *
 * Ownership: weights_release().
 *
 * @see Hansen 2016, "The CMA evolution strategy: a tutorial" (arXiv 1604.00772), equations 48 to 58
 */
#ifndef SWEEP_SEARCH_CMAES_WEIGHTS_H
#define SWEEP_SEARCH_CMAES_WEIGHTS_H

#include <stddef.h>

/** Constants of a run; lambda is the size of a generation, mu how many of it are parents. */
struct weights {
    size_t dimensions;
    size_t lambda;
    size_t mu;
    double *by_rank; /* [lambda] the first mu sum to 1, the others are at most 0 */
    double sum;      /* of all of them */
    double mu_eff;   /* how many equal parents the weighted ones are worth */
    double c_one;    /* learning rate of the rank-one update */
    double c_mu;     /* of the rank-mu update */
    double c_path;   /* of the path of the matrix */
    double c_sigma;  /* of the path of the step size */
    double d_sigma;  /* damping of the step size */
    double length;   /* of a normal vector, on average */
};

/** The usual size of a generation. */
size_t weights_usual_lambda(size_t dimensions);

/** @param dimensions  0 is allowed: then only weights of parents are of use */
void weights_init(struct weights *weights, size_t dimensions, size_t lambda);

void weights_release(struct weights *weights);

/**
 * The weights of a generation in order of its losses; equal ones share theirs evenly.
 *
 * @param losses       [lambda] ascending; +infinity for those that have none, who are no bad
 *                     examples either: their weight is 0 at most
 * @param[out] mean    [lambda] for the mean: parents only
 * @param[out] matrix  [lambda] for the matrix: active, with negative ones
 */
void weights_rank(const struct weights *weights, const double *losses, double *mean,
                  double *matrix);

#endif
