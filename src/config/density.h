/*
 * Parameters without bounds of their own, normal and beta; and the rounding of all draws.
 */
#ifndef SWEEP_CONFIG_DENSITY_H
#define SWEEP_CONFIG_DENSITY_H

#include <stdbool.h>

#include "config/distribution.h"
#include "config/reader.h"
#include "sweep/space.h"

/** Read `mu` and `sigma` or `a` and `b`, and `q`. @return false with an error added */
bool density_read(struct reader *reader, const struct parameter_draft *draft,
                  const struct distribution *distribution, struct sweep_parameter *out);

/** Read `q`; left out it is 1.0, so that values are reals. @return false with an error added */
bool density_read_q(struct reader *reader, const struct parameter_draft *draft,
                    struct sweep_parameter *out);

#endif
