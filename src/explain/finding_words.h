/*
 * Findings and failures of a sweep, in words.
 */
#ifndef SWEEP_EXPLAIN_FINDING_WORDS_H
#define SWEEP_EXPLAIN_FINDING_WORDS_H

#include "base/strbuf.h"
#include "explain/lesson.h"

/** Append a paragraph on the space and one on failures, as far as there is something to say. */
void finding_words_append(const struct lesson *lesson, struct strbuf *out);

#endif
