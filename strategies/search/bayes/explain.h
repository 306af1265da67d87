/*
 * What the model says of a history, for people: sweep/explanation.h.
 *
 *     explain_history(embedding, ask, explanation);
 *
 * The model is that of an ask with the same history, but without its pending trials.
 *
 * Cost: that of an ask's fit; with `influences` about ten times that.
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_BAYES_EXPLAIN_H
#define SWEEP_BAYES_EXPLAIN_H

#include "embedding.h"
#include "sweep/explanation.h"
#include "sweep/strategy.h"

/** Fill all of the answer but `is_start`. */
void explain_history(const struct embedding *embedding, const struct sweep_ask *ask,
                     struct sweep_explanation *out);

#endif
