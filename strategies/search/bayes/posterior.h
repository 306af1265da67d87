/*
 * What the model says of points that were not tried.
 *
 *     struct posterior posterior;
 *     if (posterior_init(&posterior, embedding, &points, theta, targets)) {
 *         posterior_set(&posterior, 0, values);
 *         struct prediction *prediction = prediction_create(&posterior, 64);
 *         posterior_predict(&posterior, &candidates, 0, 64, prediction);
 *     }
 *     posterior_release(&posterior);
 *
 * One factor serves several sets of values at the same points, `targets`: the finished ones with
 * each guess at what the pending ones will come to. Their deviations are the same.
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
    size_t targets;
    double *factor;   /* [n x n] L */
    double *whitened; /* [n x targets] L^-1 y */
    double *weights;  /* [n x targets] K^-1 y */
};

/** Predictions at a block of points, and what their slopes need. */
struct prediction {
    const struct points *at; /* the block is [first, first + count) of these */
    size_t first;
    size_t count;     /* [<= capacity] */
    double *mean;     /* [count x targets] */
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
                    const struct points *points, const double *theta, size_t targets);

/** Zeroed and NULL are allowed. */
void posterior_release(struct posterior *posterior);

/**
 * Set the values of one target whole.
 *
 * @param values  [n]
 */
void posterior_set(struct posterior *posterior, size_t target, const double *values);

/**
 * Set the first values of a target, and let the others be drawn from what the model says of them
 * then: one guess at all of them together, with their noise.
 *
 * @param values   [known]
 * @param normals  [n - known] standard normal draws
 */
void posterior_draw(struct posterior *posterior, size_t target, const double *values, size_t known,
                    const double *normals);

/** The lowest mean among the points of one target: the incumbent, without its noise. */
double posterior_lowest(const struct posterior *posterior, size_t target);

/** @param capacity  points of a block */
struct prediction *prediction_create(const struct posterior *posterior, size_t capacity);

/** NULL is allowed. */
void prediction_free(struct prediction *prediction);

/** Predict at the points [first, first + count) of `at`. */
void posterior_predict(const struct posterior *posterior, const struct points *at, size_t first,
                       size_t count, struct prediction *prediction);

/**
 * The slopes of a weighted sum of the means and the variance at point `index` of the block.
 *
 * @param of_means      [targets] weight of each mean
 * @param of_variance   weight of the variance
 * @param[out] slopes   [dimensions] of DIMENSION_REAL that are active; 0 of all others
 */
void posterior_slopes(const struct posterior *posterior, struct prediction *prediction,
                      size_t index, const double *of_means, double of_variance, double *slopes);

#endif
