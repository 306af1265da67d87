/*
 * Theta as a memo: what one ask found, from where the next one looks.
 *
 *     bool is_warm = theta_memo_read(history, embedding, theta);
 *     theta_memo_write(suggestion, embedding, theta);
 *
 * A memo may come from an earlier space, or from another strategy; whatever does not fit is none.
 */
#ifndef SWEEP_BAYES_THETA_MEMO_H
#define SWEEP_BAYES_THETA_MEMO_H

#include <stdbool.h>

#include "embedding.h"
#include "sweep/strategy.h"

/** @param[out] theta  [dimensions + KERNEL_EXTRA] not set where there is none */
bool theta_memo_read(const struct sweep_history *history, const struct embedding *embedding,
                     double *theta);

/** @param theta  [dimensions + KERNEL_EXTRA] */
void theta_memo_write(struct sweep_suggestion *suggestion, const struct embedding *embedding,
                      const double *theta);

#endif
