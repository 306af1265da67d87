/*
 * What the model says of points that were not tried.
 *
 *     struct posterior posterior;
 *     if (posterior_init(&posterior, embedding, &points, theta)) {
 *         posterior_set(&posterior, values, known);
 *         struct prediction *prediction = prediction_create(&posterior, 64);
 *         posterior_predict(&posterior, &candidates, 0, 64, prediction);
 *     }
 *     posterior_release(&posterior);
 *
 * Points whose values are not known stand last, those of pending trials: they are taken to come to
 * their means. What is expected elsewhere stays as it is, and less is to be learnt next to them.
 *
 * Ownership: init and release. Embedding and points are borrowed until then, theta for the call.
 *
 * @see Rasmussen and Williams 2006, algorithm 2.1
 */
#ifndef SWEEP_BAYES_POSTERIOR_H
#define SWEEP_BAYES_POSTERIOR_H

#include <stdbool.h>
#include <stddef.h>

#include "embedding.h"
#include "kernel.h"

struct posterior {
    struct kernel kernel;
    const struct points *points; /* [n] */
    struct points own;           /* released with it; often none, and `points` are another's */
    size_t n;
    double *factor;   /* [n x n] L */
    double *whitened; /* [n] L^-1 y */
    double *weights;  /* [n] K^-1 y */
};

/** Predictions at a block of points, and what their slopes need. */
struct prediction {
    const struct points *at; /* the block is `count` of these from the first on */
    size_t first;
    double *mean;     /* [count] */
    double *variance; /* [count] of the value without noise, > 0 */
    double *alike;    /* [n x count] covariances */
    double *slope;    /* [n x count] their slopes by r2, times -2 */
    double *solved;   /* [n x count] L^-1 alike */
    double *work;     /* [2 x n] */
};

/**
 * Factor the kernel matrix of the points. Where it is singular to rounding, the noise is raised
 * until it is not.
 *
 * @param theta  [dimensions + KERNEL_EXTRA]
 * @return false where not even that helped
 */
bool posterior_init(struct posterior *posterior, const struct embedding *embedding,
                    const struct points *points, const double *theta);

/** Zeroed and NULL are allowed. */
void posterior_release(struct posterior *posterior);

/**
 * Set the values of the first points, and leave the others at what the model expects of them then.
 *
 * @param values  [known]
 * @param known   at most n
 */
void posterior_set(struct posterior *posterior, const double *values, size_t known);

/** The lowest mean among the points: the incumbent, without its noise. */
double posterior_lowest(const struct posterior *posterior);

/** @param capacity  points of a block */
struct prediction *prediction_create(const struct posterior *posterior, size_t capacity);

/** NULL is allowed. */
void prediction_free(struct prediction *prediction);

/** Predict at the points [first, first + count) of `at`. */
void posterior_predict(const struct posterior *posterior, const struct points *at, size_t first,
                       size_t count, struct prediction *prediction);

/**
 * The slopes of a weighted sum of the mean and the variance at point `index` of the block.
 *
 * @param of_mean      weight of the mean
 * @param of_variance  weight of the variance
 * @param[out] slopes  [dimensions] of DIMENSION_REAL that are active; 0 of all others
 */
void posterior_slopes(const struct posterior *posterior, struct prediction *prediction,
                      size_t index, double of_mean, double of_variance, double *slopes);

#endif
