/*
 * Checks rules and puts them into a space. Evaluating them is judge.c's.
 */
#include "space/rules.h"

#include <string.h>

#include "base/strbuf.h"
#include "space/parts.h"
#include "sweep/mem.h"
#include "sweep/rng.h"

#define CIRCLE_TEXT_MAX 512
#define TRIAL_DRAWS     64 /* that all rules are evaluated for, to see that they can be */

struct space_rules {
    struct arena *arena;
    struct sweep_space *space;
    struct expr_scope *scope;
    struct rule *conditions; /* [space count] */
    bool has_conditions;
    struct constraint *constraints; /* [constraint_count], as they were added */
    size_t constraint_count;
    size_t names[EXPR_NAMES_MAX]; /* scratch */
};

struct space_rules *space_rules_create(struct arena *arena, struct sweep_space *space)
{
    struct space_rules *rules = sweep_alloc(sizeof *rules);
    rules->arena = arena;
    rules->space = space;
    rules->scope = space_make_scope(space, NULL, 0);
    rules->conditions = arena_alloc_array(arena, space->count, sizeof *rules->conditions);
    rules->constraints =
        arena_alloc_array(arena, SPACE_CONSTRAINTS_MAX, sizeof *rules->constraints);
    return rules;
}

void space_rules_free(struct space_rules *rules)
{
    if (rules == NULL)
        return;
    expr_scope_free(rules->scope);
    sweep_free(rules);
}

static bool make_rule(struct space_rules *rules, const char *text, struct rule *out,
                      struct expr_place *place, struct sweep_error *err)
{
    struct expr *expr = expr_compile(rules->scope, text, place, err);
    if (expr == NULL)
        return false;
    size_t count = expr_list_names(expr, rules->names);
    size_t *names = arena_alloc_array(rules->arena, count, sizeof *names);
    if (count > 0)
        memcpy(names, rules->names, count * sizeof *names);
    *out = (struct rule){.text = text, .names = names, .name_count = count};
    expr_free(expr);
    return true;
}

static bool refuse_constant(const char *text, struct expr_place *place, struct sweep_error *err)
{
    *place = (struct expr_place){0, strlen(text)};
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "it names no parameter, so it always holds or never");
}

bool space_rules_condition(struct space_rules *rules, size_t parameter, const char *text,
                           struct expr_place *place, struct sweep_error *err)
{
    struct rule rule;
    if (!make_rule(rules, text, &rule, place, err))
        return false;
    if (rule.name_count == 0)
        return refuse_constant(text, place, err);
    rules->conditions[parameter] = rule;
    rules->has_conditions = true;
    return true;
}

bool space_rules_constraint(struct space_rules *rules, const char *text, struct expr_place *place,
                            struct sweep_error *err)
{
    struct rule rule;
    *place = (struct expr_place){0};
    if (rules->constraint_count == SPACE_CONSTRAINTS_MAX)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "there are more than %d constraints",
                               SPACE_CONSTRAINTS_MAX);
    if (!make_rule(rules, text, &rule, place, err))
        return false;
    if (rule.name_count == 0)
        return refuse_constant(text, place, err);
    rules->constraints[rules->constraint_count++].rule = rule;
    return true;
}

/* --- order ------------------------------------------------------------------------------------ */

static bool is_ready(const struct rule *condition, const bool *is_placed)
{
    for (size_t i = 0; i < condition->name_count; i++)
        if (!is_placed[condition->names[i]])
            return false;
    return true;
}

/* The order of the YAML, but each after those that its condition names. @return how many could be
 * placed; the others go round in circles or wait for those */
static size_t place_all(const struct space_rules *rules, bool *is_placed, size_t *digits)
{
    size_t count = 0;
    size_t before;
    do {
        before = count;
        for (size_t i = 0; i < rules->space->count; i++) {
            if (is_placed[i] || !is_ready(&rules->conditions[i], is_placed))
                continue;
            is_placed[i] = true;
            digits[count++] = i;
        }
    } while (count > before);
    return count;
}

/* Of those that could not be placed, one that this one waits for. */
static size_t find_cause(const struct rule *condition, const bool *is_placed)
{
    for (size_t i = 0; i < condition->name_count; i++)
        if (!is_placed[condition->names[i]])
            return condition->names[i];
    return SPACE_NOT_FOUND;
}

/* @param seen  [space count] scratch */
static bool refuse_circle(const struct space_rules *rules, const bool *is_placed, bool *seen,
                          struct space_fault *fault, struct sweep_error *err)
{
    struct strbuf circle;
    size_t index = 0;
    while (is_placed[index])
        index++;
    for (; !seen[index]; index = find_cause(&rules->conditions[index], is_placed))
        seen[index] = true; /* those before the circle are left behind */
    *fault = (struct space_fault){.parameter = index};
    size_t first = index;
    strbuf_init(&circle, CIRCLE_TEXT_MAX);
    do {
        strbuf_printf(&circle, "%s -> ", rules->space->parameters[index].name);
        index = find_cause(&rules->conditions[index], is_placed);
    } while (index != first);
    sweep_error_set(err, SWEEP_BAD_INPUT, "conditions go round in a circle: %s%s",
                    strbuf_text(&circle), rules->space->parameters[first].name);
    strbuf_release(&circle);
    return false;
}

static bool find_order(struct space_rules *rules, struct space_fault *fault,
                       struct sweep_error *err)
{
    struct sweep_space *space = rules->space;
    bool *is_placed = sweep_alloc_array(space->count, sizeof *is_placed);
    bool *seen = sweep_alloc_array(space->count, sizeof *seen);
    size_t *digits = arena_alloc_array(rules->arena, space->count, sizeof *digits);
    bool done = place_all(rules, is_placed, digits) == space->count;
    if (done)
        space->digits = digits;
    else
        refuse_circle(rules, is_placed, seen, fault, err);
    sweep_free(is_placed);
    sweep_free(seen);
    return done;
}

/* --- effect ----------------------------------------------------------------------------------- */

static void find_last(struct space_rules *rules)
{
    const struct sweep_space *space = rules->space;
    size_t *place = sweep_alloc_array(space->count, sizeof *place);
    for (size_t i = 0; i < space->count; i++)
        place[space->digits[i]] = i;
    for (size_t i = 0; i < rules->constraint_count; i++) {
        struct constraint *constraint = &rules->constraints[i];
        constraint->last = constraint->rule.names[0];
        for (size_t k = 1; k < constraint->rule.name_count; k++)
            if (place[constraint->rule.names[k]] > place[constraint->last])
                constraint->last = constraint->rule.names[k];
    }
    sweep_free(place);
}

static bool try_rule(struct space_rules *rules, const struct rule *rule, struct sweep_error *err)
{
    struct expr *expr =
        rule->text == NULL ? NULL : expr_compile(rules->scope, rule->text, NULL, err);
    if (expr == NULL)
        return rule->text == NULL;
    bool done = true;
    struct sweep_rng rng;
    for (uint64_t draw = 0; done && draw < TRIAL_DRAWS; draw++) {
        bool ignored;
        sweep_rng_init(&rng, 0, draw);
        for (size_t i = 0; i < rule->name_count; i++) {
            struct sweep_value value = sweep_parameter_draw(
                &rules->space->parameters[rule->names[i]], sweep_rng_uniform(&rng));
            struct expr_value read = space_expr_value(rules->arena, &value);
            expr_scope_set(rules->scope, rule->names[i], &read);
        }
        done = expr_holds(expr, EXPR_UNKNOWN_HOLDS, &ignored, err);
    }
    expr_free(expr);
    return done;
}

/* What compiles may still give a text, or take too long. */
static bool try_all(struct space_rules *rules, struct space_fault *fault, struct sweep_error *err)
{
    for (size_t i = 0; i < rules->space->count; i++)
        if (!try_rule(rules, &rules->conditions[i], err)) {
            *fault = (struct space_fault){.parameter = i};
            return false;
        }
    for (size_t i = 0; i < rules->constraint_count; i++)
        if (!try_rule(rules, &rules->constraints[i].rule, err)) {
            *fault = (struct space_fault){.parameter = SPACE_NOT_FOUND, .constraint = i};
            return false;
        }
    return true;
}

bool space_rules_finish(struct space_rules *rules, struct space_fault *fault,
                        struct sweep_error *err)
{
    struct sweep_space *space = rules->space;
    if (!find_order(rules, fault, err) || !try_all(rules, fault, err))
        return false;
    find_last(rules);
    space->conditions = rules->has_conditions ? rules->conditions : NULL;
    space->constraints = rules->constraints;
    space->constraint_count = rules->constraint_count;
    return true;
}

void space_share_rules(struct arena *arena, struct sweep_space *space,
                       const struct sweep_space *other)
{
    space->constraints = other->constraints;
    space->constraint_count = other->constraint_count;
    for (size_t i = 0; i < other->count; i++)
        space->digits[i] = other->digits[i];
    if (other->conditions == NULL)
        return;
    space->conditions = arena_alloc_array(arena, space->count, sizeof(space->conditions[0]));
    for (size_t i = 0; i < other->count; i++)
        space->conditions[i] = other->conditions[i];
}
