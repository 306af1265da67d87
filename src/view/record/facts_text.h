/*
 * What is recorded of a trial, in words: what `show` prints.
 */
#ifndef SWEEP_VIEW_RECORD_FACTS_TEXT_H
#define SWEEP_VIEW_RECORD_FACTS_TEXT_H

#include "view/record/facts.h"
#include "view/term/terminal.h"

/** Append all of it. */
void facts_text_append(struct facts *facts, const struct terminal *terminal, struct strbuf *out);

#endif
