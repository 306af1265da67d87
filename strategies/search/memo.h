/*
 * A memo that is one number: how far a strategy has come in an order of its own.
 *
 *     if (memo_read(ask->history, &last))
 *         next = last + 1;
 *     memo_write(out, next);
 */
#ifndef SWEEP_SEARCH_MEMO_H
#define SWEEP_SEARCH_MEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/strategy.h"

/** The number that the newest trial with a memo left. @return false when there is none */
bool memo_read(const struct sweep_history *history, uint64_t *number);

void memo_write(struct sweep_suggestion *suggestion, uint64_t number);

#endif
