/*
 * What a trial took of the machine, and a sweep of GPUs, in words.
 */
#ifndef SWEEP_VIEW_TERM_USAGE_TEXT_H
#define SWEEP_VIEW_TERM_USAGE_TEXT_H

#include <stdint.h>

#include "base/strbuf.h"
#include "store/store.h"
#include "trial/usage.h"

/** Append a line for each number that is known, indented. @param ran_us  how long its attempts ran
 */
void usage_text_append(const struct usage *usage, int64_t ran_us, struct strbuf *out);

/** Append `2h05m of GPU time, 340 Wh, cost 1.04`. @param cost_per_gpu_hour  0: not known */
void spending_text_append(const struct store_spending *spending, double cost_per_gpu_hour,
                          struct strbuf *out);

#endif
