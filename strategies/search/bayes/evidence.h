/*
 * How well a theta explains values at points: the logarithm of its posterior density, with slopes.
 *
 *     struct evidence *evidence = evidence_create(embedding, &points, values);
 *     double density = evidence_at(evidence, theta, slopes);
 *
 * The density is that of the values under the Gaussian process, times a prior on theta:
 * log l_j normal around log(sqrt(c_j) / 5) with deviation 0.5 (around 0, deviation 1 for choices
 * without order), log s2 normal around 0 with 1, log v around -4 with 1.5. c_j is how many
 * parameters are active where j is: lengthscales that grow with the number of dimensions are what
 * keeps a model of many of them from thinking all points unrelated, and those of other branches add
 * nothing to the distance of two points of one.
 *
 * Cost: n^3 operations, the factor a third of them, the inverse the rest; memory d n^2 / 2 numbers.
 *
 * Ownership: opaque, evidence_free(); everything else is borrowed until then.
 *
 * @see Rasmussen and Williams 2006, equations 5.8 and 5.9; Hvarfner, Hellsten and Nardi 2024,
 *      "Vanilla Bayesian optimization performs great in high dimensions" (the prior's scale)
 */
#ifndef SWEEP_BAYES_EVIDENCE_H
#define SWEEP_BAYES_EVIDENCE_H

#include <stddef.h>

#include "embedding.h"

struct evidence;

/**
 * @param points  [n >= 1]
 * @param values  [n] standardised
 */
struct evidence *evidence_create(const struct embedding *embedding, const struct points *points,
                                 const double *values);

/** NULL is allowed. */
void evidence_free(struct evidence *evidence);

/**
 * The logarithm of the density at theta, up to a constant.
 *
 * @param theta        [dimensions + KERNEL_EXTRA]
 * @param[out] slopes  [dimensions + KERNEL_EXTRA] by each of theta
 * @return -INFINITY where the kernel matrix cannot be factored
 */
double evidence_at(struct evidence *evidence, const double *theta, double *slopes);

/** The bounds of a theta, and the most likely one before anything is known. Each may be NULL.
 * @param[out] lower,upper,start  [dimensions + KERNEL_EXTRA] */
void evidence_bounds(const struct embedding *embedding, double *lower, double *upper,
                     double *start);

#endif
