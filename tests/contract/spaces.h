/*
 * Spaces with rules, made of tables.
 *
 *     static const struct spaces_rule rules[] = {{"momentum", "optimizer = 'sgd'"},
 *                                                {NULL, "batch * depth <= 4"}};
 *     struct sweep_space *space = spaces_make(&arena, parameters, 4, rules, 2);
 *
 * Ownership: everything lives in the arena.
 */
#ifndef CONTRACT_SPACES_H
#define CONTRACT_SPACES_H

#include "space/space.h"

struct spaces_rule {
    const char *parameter; /* whose condition it is; NULL: a constraint */
    const char *text;
};

/** Make one; fails the running test where it is none. */
struct sweep_space *spaces_make(struct arena *arena, const struct sweep_parameter *parameters,
                                size_t count, const struct spaces_rule *rules, size_t rule_count);

#endif
