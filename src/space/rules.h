/*
 * Giving a space its rules: conditions, constraints.
 *
 *     struct space_rules *rules = space_rules_create(arena, space);
 *     ... space_rules_condition(rules, index, "optimizer = 'sgd'", &fault, err) ...
 *     ... space_rules_constraint(rules, "batch * depth <= 1024", &fault, err) ...
 *     bool done = space_rules_finish(rules, &fault, err);
 *     space_rules_free(rules);
 *
 * A rule that is refused is left out, so that the others can be checked too.
 *
 * Ownership: opaque, space_rules_free(); what they add lives in the arena. Texts are borrowed.
 */
#ifndef SWEEP_SPACE_RULES_H
#define SWEEP_SPACE_RULES_H

#include "base/arena.h"
#include "expr/expr.h"
#include "space/space.h"

struct space_rules;

/** The most constraints of a space. */
#define SPACE_CONSTRAINTS_MAX 1000

/** @param space  without rules as yet */
struct space_rules *space_rules_create(struct arena *arena, struct sweep_space *space);

/** NULL is allowed. */
void space_rules_free(struct space_rules *rules);

/** Which rule is wrong, and where. */
struct space_fault {
    size_t parameter;  /* whose condition it is, or SPACE_NOT_FOUND */
    size_t constraint; /* or number so much of the constraints in the order of adding */
    struct expr_place place;
};

/**
 * Make a parameter active only where a condition holds.
 *
 * @error SWEEP_BAD_INPUT when it is no expression over parameters
 */
bool space_rules_condition(struct space_rules *rules, size_t parameter, const char *text,
                           struct expr_place *place, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Add what every configuration meets. @error as above; or it names no parameter */
bool space_rules_constraint(struct space_rules *rules, const char *text, struct expr_place *place,
                            struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Check them together, and put them into effect.
 *
 * @error SWEEP_BAD_INPUT when conditions go round in a circle, or one gives a text
 */
bool space_rules_finish(struct space_rules *rules, struct space_fault *fault,
                        struct sweep_error *err) SWEEP_MUST_CHECK;

/** Give a space the rules of another one, whose parameters are the first of its own. */
void space_share_rules(struct arena *arena, struct sweep_space *space,
                       const struct sweep_space *other);

#endif
