/*
 * A Parzen estimator: a density over a whole space, a sum of one kernel per observed trial and one
 * for what was believed beforehand.
 *
 *     parzen_build(parzen, rows, weights, count);
 *     parzen_draw(parzen, &rng, row);
 *     double gain = parzen_log_density(good, row) - parzen_log_density(bad, row);
 *
 * A kernel is a product over the axes: a normal distribution cut to the unit interval, its mass in
 * a level's stretch, or a share for the same choice and the rest for all by their probabilities.
 * Densities are relative to the prior, the uniform distribution of the unit interval.
 *
 * Conditions: a kernel knows nothing of an axis that was absent in its trial and takes the prior
 * there; an axis that is absent in a row is integrated out. So a space of several branches needs no
 * partition: it is one density over the tree.
 *
 * Ownership: opaque; parzen_free(). Rows and weights are only read during the build.
 */
#ifndef SWEEP_SEARCH_PARZEN_H
#define SWEEP_SEARCH_PARZEN_H

#include <stddef.h>

#include "../axis.h"
#include "sweep/rng.h"

struct parzen;

/** @param axes  borrowed */
struct parzen *parzen_create(const struct axes *axes);

/** NULL is allowed. */
void parzen_free(struct parzen *parzen);

/**
 * Make it anew from rows.
 *
 * @param rows     [count] each [axes count] coordinates
 * @param weights  [count] each > 0; the prior has their mean
 */
void parzen_build(struct parzen *parzen, const double *const *rows, const double *weights,
                  size_t count);

/** Draw a row [axes count] from it; no axis is absent. */
void parzen_draw(const struct parzen *parzen, struct sweep_rng *rng, double *row);

/** The logarithm of the density at a row, relative to the prior's. */
double parzen_log_density(const struct parzen *parzen, const double *row);

#endif
