/*
 * The point that a trial was drawn as, before bounds and levels made params of it, as its memo.
 *
 *     latent_write(out, generation, point, n);
 *     is_there = latent_read(trial, n, &generation, point);
 *
 * A learner needs it: of a level it can only know the middle otherwise. Memos of an earlier space
 * or of another method are told by their size and first bytes; what is in one is still to be held
 * against the trial's params.
 *
 * Ownership: everything is borrowed for the call.
 */
#ifndef SWEEP_SEARCH_CMAES_LATENT_H
#define SWEEP_SEARCH_CMAES_LATENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sweep/strategy.h"

/** Of so many coordinates at most; of more, nothing is written. */
#define LATENT_MAX ((SWEEP_MEMO_MAX - 12) / 8)

/** @param generation  a serial number of the distribution it was drawn from */
void latent_write(struct sweep_suggestion *out, uint64_t generation, const double *point, size_t n);

/** @return false when a memo is no point of n coordinates that are finite and near the unit cube */
bool latent_read(const void *memo, size_t memo_size, size_t n, uint64_t *generation, double *point);

#endif
