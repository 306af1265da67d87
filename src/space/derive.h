/*
 * Values that are computed from the parameters, for the script alone: nobody searches or records
 * them.
 *
 *     space_derive(arena, space, items, count, &faults)           once, when the rules are there
 *     space = space_passed(space);                                what the script gets: names ...
 *     params = space_pass(arena, space, params);                  ... and values
 *
 * Ownership: everything lives in the arenas that are passed.
 */
#ifndef SWEEP_SPACE_DERIVE_H
#define SWEEP_SPACE_DERIVE_H

#include "base/arena.h"
#include "expr/expr.h"
#include "space/space.h"

/** One of them. */
struct space_derived {
    const char *name;
    const char *text; /* an expression over parameters and those before it */
};

/** Which one is wrong, where and why. */
struct space_derive_fault {
    size_t index;
    struct expr_place place;
    struct sweep_error error; /* SWEEP_BAD_INPUT when it is no such expression */
};

struct space_derive_faults {
    struct space_derive_fault *items; /* [count] in the order of what is derived */
    size_t count;
};

/**
 * Give a space derived values. They are borrowed.
 *
 * @param[out] faults  all mistakes; none where it returns true
 */
bool space_derive(struct arena *arena, struct sweep_space *space, const struct space_derived *items,
                  size_t count, struct space_derive_faults *faults) SWEEP_MUST_CHECK;

/** Number of derived values, and one of them. */
size_t space_derived_count(const struct sweep_space *space);
const struct space_derived *space_derived(const struct sweep_space *space, size_t index);

/**
 * The parameters that the script is told, with the derived ones behind them; the space itself where
 * there is nothing derived. One that was absent for some params counts as conditional.
 */
const struct sweep_space *space_passed(const struct sweep_space *space);

/**
 * Compute what goes with params.
 *
 * @param params  [space count]
 * @return [count of space_passed()]; `params` itself where there is nothing derived. A value that
 *         cannot be computed is absent; a whole number is an integer
 */
const struct sweep_value *space_pass(struct arena *arena, const struct sweep_space *space,
                                     const struct sweep_value *params);

#endif
