/*
 * Which points of a finite space the history holds already.
 *
 *     used_points_update(used, history);
 *     if (!used_points_has(used, point)) ...
 *
 * What finished trials used is kept from one update to the next (8 to 16 bytes a trial), so that an
 * ask costs the news since the last one and not the whole history. It is only a cache: where a
 * history does not begin with the one known, it is made anew.
 *
 * Ownership: opaque, used_points_free().
 */
#ifndef SWEEP_SEARCH_USED_POINTS_H
#define SWEEP_SEARCH_USED_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/history.h"
#include "sweep/space.h"

struct used_points;

/**
 * @param space  finite, of fewer than UINT64_MAX numbers of points; borrowed
 * @param judge  of that space; borrowed
 */
struct used_points *used_points_create(const struct sweep_space *space, struct sweep_judge *judge);

/** NULL is allowed. */
void used_points_free(struct used_points *used);

/** Know exactly what `history` holds. */
void used_points_update(struct used_points *used, const struct sweep_history *history);

bool used_points_has(const struct used_points *used, uint64_t point);

/** How many different points are used, those that are not feasible left out. */
uint64_t used_points_count(const struct used_points *used);

#endif
