/*
 * What a sweep has taught, in words.
 */
#ifndef SWEEP_EXPLAIN_LESSON_WORDS_H
#define SWEEP_EXPLAIN_LESSON_WORDS_H

#include "base/strbuf.h"
#include "explain/lesson.h"

/** Append all of it: several short paragraphs, each with its title. */
void lesson_words_append(struct lesson *lesson, struct strbuf *out);

#endif
