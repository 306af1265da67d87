/*
 * Params as points that have distances.
 *
 *     struct embedding *embedding = embedding_create(space);
 *     double x[embedding->count];
 *     if (embedding_encode(embedding, params, x)) ...
 *
 * Each parameter that varies is one dimension. A numeric or ordered one has its place in the unit
 * interval, by its distribution (sweep_parameter_unit()), so that a step on a log scale counts as
 * on a linear one; a value of a grid is at its own place on it, never between two. Of a choice
 * without order two different values are 1 apart.
 *
 * An inactive parameter is EMBEDDING_INACTIVE. Squared distances of such a dimension: 0 where it is
 * inactive in both; where in one, 1/4 + (u - 1/2)^2 for a number and 1/2 for a choice: as if a
 * second axis said so, which keeps the kernel positive definite and needs no guess of what value
 * an absent parameter might have.
 *
 * Ownership: opaque but for reading; embedding_free(). The space is borrowed.
 *
 * @see Garrido-Merchan and Hernandez-Lobato 2020 (values on their grids); Swersky et al. 2014 and
 *      Levesque et al. 2017 (conditional spaces; the second axis is our own form of it)
 */
#ifndef SWEEP_BAYES_EMBEDDING_H
#define SWEEP_BAYES_EMBEDDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/space.h"

/** The most dimensions; a memo holds a number for each (SWEEP_MEMO_MAX). */
#define EMBEDDING_MAX 256

#define EMBEDDING_INACTIVE (-1.0)

/** How a parameter moves. */
enum dimension_kind {
    DIMENSION_REAL,    /* freely in the unit interval */
    DIMENSION_LEVELS,  /* from level to level in the unit interval */
    DIMENSION_CATEGORY /* choices without order: the number of the choice */
};

struct dimension {
    enum dimension_kind kind;
    size_t parameter;    /* its index in the space */
    uint64_t levels;     /* LEVELS, CATEGORY: how many; 0: more than can be counted */
    bool is_conditional; /* whether it can be inactive */
    double company;      /* how many are active where it is, itself among them, on average */
};

struct embedding {
    const struct sweep_space *space;
    struct dimension *dimensions; /* [count] */
    size_t count;
};

/** Points, dimension by dimension: x[dimension * capacity + point]. */
struct points {
    size_t count;
    size_t capacity;
    double *x; /* [dimensions of the embedding x capacity] */
};

/** @param space  of at most EMBEDDING_MAX parameters that vary */
struct embedding *embedding_create(const struct sweep_space *space);

/** NULL is allowed. */
void embedding_free(struct embedding *embedding);

/** Whether any of the parameters does not move freely. */
bool embedding_has_levels(const struct embedding *embedding);

/**
 * Write the coordinates of params.
 *
 * @param params  [space count]
 * @param[out] x  [count]
 * @return false where a value is none that its parameter can take
 */
bool embedding_encode(const struct embedding *embedding, const struct sweep_value *params,
                      double *x);

/**
 * Squared distances between one coordinate and that of each of n points, in one dimension.
 *
 * @param others          [n] their coordinates
 * @param[out] distances  [n]
 */
void dimension_distances(const struct dimension *dimension, double x, const double *others,
                         size_t n, double *distances);

/** The derivative of such a distance by x, of a DIMENSION_REAL that is active there. */
double dimension_slope(double x, double other);

/** Make room for n points at most; points_release(). */
void points_init(struct points *points, const struct embedding *embedding, size_t capacity);

void points_release(struct points *points);

/** Add a point; there must be room. @param x  [dimensions] */
void points_add(struct points *points, const struct embedding *embedding, const double *x);

/** Read a point. @param[out] x  [dimensions] */
void points_get(const struct points *points, const struct embedding *embedding, size_t point,
                double *x);

#endif
