/*
 * An order of values, for those who compare many.
 */
#ifndef SWEEP_SPACE_ORDER_H
#define SWEEP_SPACE_ORDER_H

#include <stdbool.h>

#include "sweep/space.h"

/** Any total order in which 0 means sweep_value_equal(): negative, 0 or positive. */
int space_compare_values(const struct sweep_value *a, const struct sweep_value *b);

/**
 * Find the choices of a parameter that are listed before already: each is the same point again.
 *
 * @param[out] repeated  [choice_count]
 * @return how many there are
 */
size_t space_find_repeated(const struct sweep_parameter *parameter, bool *repeated);

#endif
