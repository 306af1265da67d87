/*
 * Going through the points of some parameters, with those stepped over that the rules forbid.
 *
 *     walk_init(&walk, judge, places, count, params);
 *     for (found = walk_settle(&walk, 0); found == SWEEP_FOUND; found = walk_next(&walk)) ...
 *     walk_release(&walk);
 *
 * The parameters are digits, the last one changing fastest. Each comes after those that its
 * condition names; every rule that names one of them names no other parameter.
 *
 * Ownership: walk_release(); judge, places and params are borrowed.
 */
#ifndef SWEEP_SPACE_WALK_H
#define SWEEP_SPACE_WALK_H

#include "space/parts.h"

struct walk {
    struct sweep_judge *judge;
    const struct sweep_space *space;
    const size_t *places; /* [count] parameters */
    size_t count;
    uint64_t *digits;           /* [count] */
    bool *active;               /* [count] */
    struct sweep_value *params; /* [space count] those of the present point are kept here */
    uint64_t steps;             /* left; a step is one digit that is looked at */
};

/** Start at the point whose digits are all 0, which may be forbidden. */
void walk_init(struct walk *walk, struct sweep_judge *judge, const size_t *places, size_t count,
               struct sweep_value *params);
void walk_release(struct walk *walk);

/** Go to the first allowed point at or after the digits, which are known to be right before `from`.
 */
enum sweep_found walk_settle(struct walk *walk, size_t from);

/** Go to the next allowed point. */
enum sweep_found walk_next(struct walk *walk);

#endif
