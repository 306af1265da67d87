/*
 * The margin of discrete axes: no level beside the present one ever gets out of reach.
 *
 *     margin_keep(&gaussian, coordinate, axis, margin_usual(discrete));
 *
 * @see Hamano, Saito, Nomura, Shirakawa 2022, "CMA-ES with margin" (arXiv 2205.13482), section 4;
 *      the margin's size is that of CatCMA with margin (arXiv 2504.07884)
 */
#ifndef SWEEP_SEARCH_CMAES_MARGIN_H
#define SWEEP_SEARCH_CMAES_MARGIN_H

#include <stddef.h>

#include "../axis.h"
#include "gaussian.h"

/** The probability that is kept for other levels of one axis, of so many discrete ones. */
double margin_usual(size_t discrete);

/**
 * Correct mean and scale of a coordinate so that both neighbours of its level (or the one that an
 * end has) keep their probability.
 *
 * @param axis    AXIS_CELLS
 * @param margin  (0, 0.5)
 */
void margin_keep(struct gaussian *gaussian, size_t coordinate, const struct axis *axis,
                 double margin);

#endif
