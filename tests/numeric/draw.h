/*
 * Random spaces, points and thetas for tests of the Gaussian process.
 *
 *     struct dimension dimensions[DRAW_DIMENSIONS];
 *     struct embedding embedding = {.dimensions = dimensions, .count = 3};
 *     draw_dimensions(&rng, dimensions, 3);
 *     draw_points(&rng, &embedding, 20, &points);
 *
 * Ownership: points_release().
 */
#ifndef NUMERIC_DRAW_H
#define NUMERIC_DRAW_H

#include "../../strategies/search/bayes/embedding.h"
#include "sweep/rng.h"

#define DRAW_DIMENSIONS 12 /* at most */
#define DRAW_CHOICES    3  /* of a category */

/** Dimensions of all kinds, most of them conditional. */
void draw_dimensions(struct sweep_rng *rng, struct dimension *dimensions, size_t count);

/** A place on one of them, or EMBEDDING_INACTIVE. */
double draw_coordinate(struct sweep_rng *rng, const struct dimension *dimension);

/** Points that differ from each other, `count` of them if there are so many. */
void draw_points(struct sweep_rng *rng, const struct embedding *embedding, size_t count,
                 struct points *points);

/** A theta from within the bounds of evidence_bounds(). @param[out] theta  [count + 2] */
void draw_theta(struct sweep_rng *rng, const struct embedding *embedding, double *theta);

/** A standard normal number. */
double draw_normal(struct sweep_rng *rng);

#endif
