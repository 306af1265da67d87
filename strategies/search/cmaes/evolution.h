/*
 * The search distribution after some trials: the normal one over numbers, shares over choices, and
 * the generation that is being gathered.
 *
 *     evolution_follow(evolution, observed);          learn what is new
 *     evolution_draw(evolution, &rng, 1, point, row);
 *
 * Generations are made of trials in order of arrival, whoever ran them: each one that is complete
 * or says that its configuration is bad is put to the present generation, and when that is full the
 * distribution moves. So nobody waits for a generation's last trial: what is drawn meanwhile is
 * drawn from the present distribution, and learnt from when it arrives.
 *
 * The distribution is a function of the seed and the finished trials. What is kept from one call to
 * the next is a cache.
 *
 * Ownership: opaque; evolution_free().
 */
#ifndef SWEEP_SEARCH_CMAES_EVOLUTION_H
#define SWEEP_SEARCH_CMAES_EVOLUTION_H

#include <stdint.h>

#include "../axis.h"
#include "../observed.h"
#include "sweep/rng.h"

struct evolution;

/** @param axes  borrowed */
struct evolution *evolution_create(const struct axes *axes);

/** NULL is allowed. */
void evolution_free(struct evolution *evolution);

/** Know exactly the finished trials of `observed`. */
void evolution_follow(struct evolution *evolution, uint64_t seed, const struct observed *observed);

/** Numbers among the axes: coordinates of a point. */
size_t evolution_dimensions(const struct evolution *evolution);

/** A serial number of the distribution; it changes whenever that does. */
uint64_t evolution_generation(const struct evolution *evolution);

/**
 * Draw from the distribution, or from one that is wider.
 *
 * @param spread      1: as it is; more: deviations are multiplied by it
 * @param[out] point  [evolution_dimensions()] before bounds and levels
 * @param[out] row    [axes count] coordinates
 */
void evolution_draw(const struct evolution *evolution, struct sweep_rng *rng, double spread,
                    double *point, double *row);

#endif
