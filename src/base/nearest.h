/*
 * The word that was probably meant: "did you mean 'metric'?".
 */
#ifndef SWEEP_BASE_NEAREST_H
#define SWEEP_BASE_NEAREST_H

#include <stddef.h>

/**
 * The known word nearest to `word`, by Damerau-Levenshtein distance.
 *
 * @param known  [count]
 * @return NULL when none is nearer than max(1, length / 3)
 */
const char *nearest_word(const char *word, const char *const *known, size_t count);

#endif
