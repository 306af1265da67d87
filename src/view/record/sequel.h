/*
 * What followed from the end of each attempt of a trial, or will follow: tried again at whose
 * expense, the how manyth time, or not any more and why.
 */
#ifndef SWEEP_VIEW_RECORD_SEQUEL_H
#define SWEEP_VIEW_RECORD_SEQUEL_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "view/record/facts.h"

/**
 * Append what follows from one attempt, as a part of a sentence.
 *
 * @param index  of facts->attempts
 * @return false when nothing does: it ended as it should, was stopped, or runs
 */
bool sequel_append(const struct facts *facts, size_t index, struct strbuf *out);

/** Append a line for each attempt from which something follows. */
void sequel_append_all(const struct facts *facts, struct strbuf *out);

#endif
