/*
 * Params that no trial of the history has: what strategies that do not learn share.
 *
 *     if (!untried_update(untried, history))
 *         return SWEEP_EXHAUSTED;
 *     untried_draw(untried, &rng, params);
 *
 * Only a finite space can be used up; in an infinite one, and in one of more points than can be
 * counted, everything counts as untried, since no draw comes twice.
 *
 * Ownership: opaque, untried_free().
 */
#ifndef SWEEP_SEARCH_UNTRIED_H
#define SWEEP_SEARCH_UNTRIED_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/history.h"
#include "sweep/rng.h"
#include "sweep/space.h"

struct untried;

/** @param space  borrowed */
struct untried *untried_create(const struct sweep_space *space);

/** NULL is allowed. */
void untried_free(struct untried *untried);

/** Know what `history` holds. @return false when nothing is left to try */
bool untried_update(struct untried *untried, const struct sweep_history *history);

/** Whether no trial has these params. */
bool untried_has(const struct untried *untried, const struct sweep_value *params);

/**
 * Draw params that no trial has; only after an untried_update() that returned true.
 *
 * @param[out] params  [space count]
 */
void untried_draw(const struct untried *untried, struct sweep_rng *rng, struct sweep_value *params);

/**
 * Take a point, or the first one after it that no trial has; after the last point comes the first.
 * Only as above.
 *
 * @param point        [0, sweep_space_size()) of a finite space
 * @param[out] params  [space count]
 */
void untried_walk(const struct untried *untried, uint64_t point, struct sweep_value *params);

#endif
