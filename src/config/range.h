/*
 * Parameters with bounds.
 */
#ifndef SWEEP_CONFIG_RANGE_H
#define SWEEP_CONFIG_RANGE_H

#include <stdbool.h>

#include "config/distribution.h"
#include "config/reader.h"
#include "sweep/space.h"

/**
 * Read `min`, `max`, `log`, `step` and `q`.
 *
 * @param distribution  NULL: none is named, the numbers decide
 * @return false with an error added
 */
bool range_read(struct reader *reader, const struct parameter_draft *draft,
                const struct distribution *distribution, struct sweep_parameter *out);

#endif
