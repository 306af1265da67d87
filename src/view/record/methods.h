/*
 * How a search was done, as one paragraph for the methods section of a paper.
 */
#ifndef SWEEP_VIEW_RECORD_METHODS_H
#define SWEEP_VIEW_RECORD_METHODS_H

#include "view/record/record.h"

/** Append the paragraph: method, space, budget, objective, what came of it. */
bool methods_append(struct record *record, struct strbuf *out,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
