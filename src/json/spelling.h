/*
 * Numbers as JSON spells them.
 */
#ifndef SWEEP_JSON_SPELLING_H
#define SWEEP_JSON_SPELLING_H

#include <stdbool.h>

/**
 * Find the end of the number that a text begins with.
 *
 * @param[out] is_whole  whether it has neither point nor exponent
 * @return NULL where it begins with none
 */
const char *spelling_end(const char *text, bool *is_whole);

#endif
