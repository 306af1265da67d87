/*
 * The word that was probably meant: "did you mean 'metric'?".
 *
 *     struct strbuf meant;
 *     strbuf_init(&meant, 512);
 *     nearest_append(&meant, "gird", methods, count);
 *     sweep_error_set(err, SWEEP_USAGE, "there is no method 'gird'%s", strbuf_text(&meant));
 */
#ifndef SWEEP_BASE_NEAREST_H
#define SWEEP_BASE_NEAREST_H

#include <stddef.h>

#include "base/strbuf.h"

/**
 * The known word nearest to `word`, by Damerau-Levenshtein distance.
 *
 * @param known  [count]
 * @return NULL when none is nearer than max(1, length / 3)
 */
const char *nearest_word(const char *word, const char *const *known, size_t count);

/**
 * Append what ends a message about an unknown word: "; did you mean 'grid'?", or where none is near
 * "; there are auto, grid, random", of which a dozen are named.
 *
 * @param known  [count]; with none nothing is appended
 */
void nearest_append(struct strbuf *out, const char *word, const char *const *known, size_t count);

#endif
