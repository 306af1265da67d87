/*
 * What a trial took of the machine, in words.
 */
#ifndef SWEEP_VIEW_TERM_USAGE_TEXT_H
#define SWEEP_VIEW_TERM_USAGE_TEXT_H

#include <stdint.h>

#include "base/strbuf.h"
#include "trial/usage.h"

/** Append a line for each number that is known, indented. @param ran_us  how long its attempts ran
 */
void usage_text_append(const struct usage *usage, int64_t ran_us, struct strbuf *out);

#endif
