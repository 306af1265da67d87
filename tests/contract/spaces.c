/* Spaces with rules. */
#include "spaces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "space/rules.h"

static void add_rule(struct space_rules *rules, const struct sweep_space *space,
                     const struct spaces_rule *rule)
{
    struct sweep_error err = {0};
    struct expr_place place;
    bool done = rule->parameter == NULL
                    ? space_rules_constraint(rules, rule->text, &place, &err)
                    : space_rules_condition(rules, space_find(space, rule->parameter), rule->text,
                                            &place, &err);
    if (!done)
        fail_msg("%s", err.message);
}

struct sweep_space *spaces_make(struct arena *arena, const struct sweep_parameter *parameters,
                                size_t count, const struct spaces_rule *rules, size_t rule_count)
{
    struct sweep_error err = {0};
    struct space_fault fault;
    struct sweep_space *space = space_create(arena, parameters, count, &err);
    if (space == NULL)
        fail_msg("%s", err.message);
    if (rule_count == 0)
        return space;
    struct space_rules *made = space_rules_create(arena, space);
    for (size_t i = 0; i < rule_count; i++)
        add_rule(made, space, &rules[i]);
    if (!space_rules_finish(made, &fault, &err))
        fail_msg("%s", err.message);
    space_rules_free(made);
    return space;
}
