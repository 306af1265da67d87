/*
 * Values that are written out one by one.
 */
#ifndef SWEEP_CONFIG_CHOICES_H
#define SWEEP_CONFIG_CHOICES_H

#include <stdbool.h>

#include "config/reader.h"
#include "sweep/space.h"

/** Read `value` into a constant. @return false with an error added */
bool choices_read_constant(struct reader *reader, const struct parameter_draft *draft,
                           struct sweep_parameter *out);

/** Read `values` into a categorical parameter; repeated ones are dropped with a warning.
 * @return false with an error added */
bool choices_read_list(struct reader *reader, const struct parameter_draft *draft,
                       struct sweep_parameter *out);

#endif
