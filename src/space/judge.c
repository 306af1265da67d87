/*
 * Evaluates the rules of a space for params. What rules there can be is decided by rules.c.
 */
#include "space/parts.h"

#include "space/order.h"
#include "sweep/mem.h"

struct sweep_judge {
    const struct sweep_space *space;
    struct expr_scope *scope;  /* NULL: there are no rules */
    struct expr **conditions;  /* [count] NULL: always active */
    struct expr **constraints; /* [constraint_count] */
    bool *is_read;             /* [count] by some rule */
    struct arena arena;        /* of the texts of choices */
    struct expr_value *
        *choices; /* [count] lists and maps among the choices, for expressions; or NULL */
    struct sweep_value *params; /* [count] scratch */
    uint64_t *sizes;            /* [count] of the parameters */
    bool **repeated;            /* [count] of each choice, whether it is listed before; or NULL */
};

static void note_names(struct sweep_judge *judge, const struct rule *rule)
{
    for (size_t i = 0; i < rule->name_count; i++)
        judge->is_read[rule->names[i]] = true;
}

static bool compile(struct sweep_judge *judge, const struct rule *rule, struct expr **out,
                    struct sweep_error *err)
{
    if (rule->text == NULL)
        return true;
    note_names(judge, rule);
    *out = expr_compile(judge->scope, rule->text, NULL, err);
    return *out != NULL;
}

static bool is_tree(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_LIST || value->kind == SWEEP_VALUE_MAP;
}

/* Once, so that no draw has to write out a list. @return NULL where there is none */
static struct expr_value *convert_choices(struct sweep_judge *judge,
                                          const struct sweep_parameter *parameter)
{
    struct expr_value *values = NULL;
    for (size_t i = 0; i < parameter->choice_count; i++) {
        if (!is_tree(&parameter->choices[i]))
            continue;
        if (values == NULL)
            values = arena_alloc_array(&judge->arena, parameter->choice_count, sizeof *values);
        values[i] = space_expr_value(&judge->arena, &parameter->choices[i]);
    }
    return values;
}

static bool compile_all(struct sweep_judge *judge, struct sweep_error *err)
{
    const struct sweep_space *space = judge->space;
    judge->scope = space_make_scope(space, NULL, 0);
    judge->conditions = sweep_alloc_array(space->count, sizeof *judge->conditions);
    judge->constraints = sweep_alloc_array(space->constraint_count, sizeof *judge->constraints);
    judge->is_read = sweep_alloc_array(space->count, sizeof *judge->is_read);
    judge->choices = sweep_alloc_array(space->count, sizeof *judge->choices);
    for (size_t i = 0; space->conditions != NULL && i < space->count; i++)
        if (!compile(judge, &space->conditions[i], &judge->conditions[i], err))
            return false;
    for (size_t i = 0; i < space->constraint_count; i++)
        if (!compile(judge, &space->constraints[i].rule, &judge->constraints[i], err))
            return false;
    for (size_t i = 0; i < space->count; i++)
        if (judge->is_read[i])
            judge->choices[i] = convert_choices(judge, &space->parameters[i]);
    return true;
}

struct sweep_judge *sweep_judge_create(const struct sweep_space *space, struct sweep_error *err)
{
    struct sweep_judge *judge = sweep_alloc(sizeof *judge);
    judge->space = space;
    judge->params = sweep_alloc_array(space->count, sizeof *judge->params);
    judge->repeated = sweep_alloc_array(space->count, sizeof *judge->repeated);
    judge->sizes = sweep_alloc_array(space->count, sizeof *judge->sizes);
    for (size_t i = 0; i < space->count; i++)
        judge->sizes[i] = sweep_parameter_size(&space->parameters[i]);
    if (!sweep_space_has_rules(space) || compile_all(judge, err))
        return judge;
    sweep_judge_free(judge);
    return NULL;
}

void sweep_judge_free(struct sweep_judge *judge)
{
    if (judge == NULL)
        return;
    for (size_t i = 0; judge->conditions != NULL && i < judge->space->count; i++)
        expr_free(judge->conditions[i]);
    for (size_t i = 0; judge->constraints != NULL && i < judge->space->constraint_count; i++)
        expr_free(judge->constraints[i]);
    for (size_t i = 0; i < judge->space->count; i++)
        sweep_free(judge->repeated[i]);
    sweep_free(judge->repeated);
    sweep_free(judge->sizes);
    expr_scope_free(judge->scope);
    sweep_free(judge->conditions);
    sweep_free(judge->constraints);
    arena_release(&judge->arena);
    sweep_free(judge->choices);
    sweep_free(judge->is_read);
    sweep_free(judge->params);
    sweep_free(judge);
}

const struct sweep_space *judge_space(const struct sweep_judge *judge)
{
    return judge->space;
}

uint64_t judge_size(const struct sweep_judge *judge, size_t index)
{
    return judge->sizes[index];
}

/* They are compared once, by sorting, and not each with each time after time. */
bool judge_is_repeated(struct sweep_judge *judge, size_t index, uint64_t level)
{
    const struct sweep_parameter *parameter = &judge->space->parameters[index];
    if (parameter->choice_count == 0 || level == 0)
        return false;
    if (judge->repeated[index] == NULL) {
        judge->repeated[index] = sweep_alloc_array(parameter->choice_count, sizeof(bool));
        (void)space_find_repeated(parameter, judge->repeated[index]);
    }
    return judge->repeated[index][level];
}

bool judge_reads(const struct sweep_judge *judge, size_t index)
{
    return judge->scope != NULL && judge->is_read[index];
}

/* What cannot be evaluated (it takes too long, say) keeps nobody's promise. */
static bool holds(struct expr *expr, enum expr_unknown unknown)
{
    bool result = false;
    return expr_holds(expr, unknown, &result, NULL) && result;
}

bool judge_is_active(struct sweep_judge *judge, size_t index)
{
    struct expr *condition = judge->scope != NULL ? judge->conditions[index] : NULL;
    if (space_is_former(judge->space, index))
        return false;
    return condition == NULL || holds(condition, EXPR_UNKNOWN_FAILS);
}

/* What is none of the choices (of an earlier space) is nothing to an expression. */
static struct expr_value find_choice(const struct sweep_judge *judge, size_t index,
                                     const struct sweep_value *value)
{
    const struct sweep_parameter *parameter = &judge->space->parameters[index];
    for (size_t i = 0; judge->choices[index] != NULL && i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], value))
            return judge->choices[index][i];
    return (struct expr_value){.kind = EXPR_NULL};
}

void judge_put(struct sweep_judge *judge, size_t index, const struct sweep_value *value)
{
    if (judge->scope == NULL || !judge->is_read[index])
        return;
    struct expr_value read =
        is_tree(value) ? find_choice(judge, index, value) : space_expr_value(NULL, value);
    expr_scope_set(judge->scope, index, &read);
}

bool judge_meets(struct sweep_judge *judge, size_t constraint)
{
    return holds(judge->constraints[constraint], EXPR_UNKNOWN_HOLDS);
}

bool judge_allows(struct sweep_judge *judge, size_t index)
{
    const struct sweep_space *space = judge->space;
    for (size_t i = 0; i < space->constraint_count; i++)
        if (space->constraints[i].last == index && !judge_meets(judge, i))
            return false;
    return true;
}

bool sweep_judge_settle(struct sweep_judge *judge, struct sweep_value *params)
{
    const struct sweep_space *space = judge->space;
    if (judge->scope == NULL)
        return true;
    for (size_t place = 0; place < space->count; place++) {
        size_t index = space->digits[place];
        if (!judge_is_active(judge, index))
            params[index] = (struct sweep_value){.kind = SWEEP_VALUE_NONE};
        judge_put(judge, index, &params[index]);
    }
    for (size_t i = 0; i < space->constraint_count; i++)
        if (!judge_meets(judge, i))
            return false;
    return true;
}

bool sweep_judge_is_feasible(struct sweep_judge *judge, const struct sweep_value *params)
{
    const struct sweep_space *space = judge->space;
    for (size_t i = 0; i < space->count; i++)
        judge->params[i] = params[i];
    if (!sweep_judge_settle(judge, judge->params))
        return false;
    for (size_t i = 0; i < space->count; i++)
        if (judge->params[i].kind != params[i].kind)
            return false; /* inactive, and yet it has a value */
    for (size_t i = 0; i < space->count; i++)
        if (params[i].kind == SWEEP_VALUE_NONE && judge_is_active(judge, i))
            return false; /* active, and yet it has none */
    return true;
}
