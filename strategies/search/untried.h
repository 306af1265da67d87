/*
 * Feasible params that no trial of the history has: what strategies that do not learn share.
 *
 *     if (!untried_update(untried, history))
 *         return SWEEP_EXHAUSTED;
 *     return untried_draw(untried, &rng, params);
 *
 * Only a finite space can be used up; in an infinite one, and in one of more points than can be
 * numbered, everything feasible counts as untried, since hardly any draw comes twice.
 *
 * Ownership: opaque, untried_free().
 */
#ifndef SWEEP_SEARCH_UNTRIED_H
#define SWEEP_SEARCH_UNTRIED_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/error.h"
#include "sweep/history.h"
#include "sweep/rng.h"
#include "sweep/space.h"
#include "sweep/strategy.h"

struct untried;

/** @param space  borrowed. @error as sweep_judge_create() */
struct untried *untried_create(const struct sweep_space *space,
                               struct sweep_error *err) SWEEP_MUST_CHECK;

/** NULL is allowed. */
void untried_free(struct untried *untried);

/** Know what `history` holds. @return false when nothing is left to try, as far as that is known */
bool untried_update(struct untried *untried, const struct sweep_history *history);

/**
 * Make inactive parameters absent, and see whether the params are feasible and no trial has them.
 *
 * @param[in,out] params  [space count]
 */
bool untried_settle(const struct untried *untried, struct sweep_value *params);

/**
 * Draw params; only after an untried_update() that returned true. What is forbidden or was tried is
 * drawn again from the same stream.
 *
 * @param[out] params  [space count]
 */
enum sweep_answer untried_draw(const struct untried *untried, struct sweep_rng *rng,
                               struct sweep_value *params);

/**
 * Take the first feasible point at or after a number that no trial has; after the last point comes
 * the first. Only as above.
 *
 * @param[in,out] point  [0, sweep_space_size()) of a finite space; where it was found
 * @param[out] params    [space count]
 */
enum sweep_answer untried_walk(const struct untried *untried, uint64_t *point,
                               struct sweep_value *params);

#endif
