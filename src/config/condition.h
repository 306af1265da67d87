/*
 * `when` as it is written: an expression, or a map of names and values, which becomes one.
 */
#ifndef SWEEP_CONFIG_CONDITION_H
#define SWEEP_CONFIG_CONDITION_H

#include "config/reader.h"

/**
 * Make an expression of it. The space is there.
 *
 * @param[out] text  `{optimizer: [sgd, adam]}` -> `optimizer in ('sgd', 'adam')`
 * @return false with errors added
 */
bool condition_read(struct reader *reader, const struct condition_draft *condition,
                    const char **text);

#endif
