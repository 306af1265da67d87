/*
 * Values that are written out one by one.
 */
#ifndef SWEEP_CONFIG_CHOICES_H
#define SWEEP_CONFIG_CHOICES_H

#include <stdbool.h>

#include "config/distribution.h"
#include "config/reader.h"
#include "sweep/space.h"

/** Read one value. @return false with an error added */
bool choices_read_value(struct reader *reader, const struct node *node, struct sweep_value *out);
/** Of lists and maps in a value [levels]. */
#define CHOICES_DEPTH_MAX 8

/** Read `value` into a constant. @return false with an error added */
bool choices_read_constant(struct reader *reader, const struct parameter_draft *draft,
                           struct sweep_parameter *out);

/**
 * Read `values` and `probabilities` into a categorical parameter. Repeated values are dropped with
 * a warning, their probabilities added; those of probability 0 with a note.
 *
 * @param distribution  NULL: none is named
 * @return false with an error added
 */
bool choices_read_list(struct reader *reader, const struct parameter_draft *draft,
                       const struct distribution *distribution, struct sweep_parameter *out);

#endif
