/*
 * `when` of parameters and `constraints` -> the rules of the space, each mistake shown at its place
 * in the expression. `when: {name: value}` is condition.c.
 */
#include "config/reader.h"

#include <string.h>

#include "config/condition.h"
#include "config/rule_fault.h"
#include "space/feasible.h"
#include "space/rules.h"

/* Fixed, so that a file is judged alike each time. */
#define SHARE_SEED 0

/* Feasible draws after which a parameter that none of them had is worth a word. */
#define ENOUGH 100

/* Rules in the making. */
struct making {
    struct reader *reader;
    struct space_rules *rules;
    const struct node **constraints; /* [constraint_count] of those that were taken */
    size_t constraint_count;
};

/* --- conditions ------------------------------------------------------------------------------- */

void rules_note_condition(struct reader *reader, const char *parameter, const struct node *node)
{
    struct condition_draft *condition = arena_alloc(reader->arena, sizeof *condition);
    *condition = (struct condition_draft){
        .next = reader->draft.conditions, .parameter = parameter, .node = node};
    reader->draft.conditions = condition;
}

static const char *name_condition(struct reader *reader, const char *parameter)
{
    return arena_printf(reader->arena, "'when' of parameter '%s'", parameter);
}

static void make_condition(struct making *making, const struct condition_draft *condition)
{
    struct reader *reader = making->reader;
    const struct node *node = condition->node;
    const char *text = NULL;
    struct sweep_error err = {0};
    struct expr_place place = {0};
    size_t parameter = space_find(reader->draft.config.searched, condition->parameter);
    if (parameter == SPACE_NOT_FOUND || !condition_read(reader, condition, &text))
        return;
    if (space_rules_condition(making->rules, parameter, text, &place, &err))
        return;
    struct mark mark =
        node->kind == NODE_SCALAR ? rule_fault_mark(reader, node, &place) : node->mark;
    rule_fault_add(reader, mark, name_condition(reader, condition->parameter), &err);
}

static const struct condition_draft *find_condition(const struct reader *reader, const char *name)
{
    const struct condition_draft *condition = reader->draft.conditions;
    while (condition != NULL && strcmp(condition->parameter, name) != 0)
        condition = condition->next;
    return condition;
}

/* --- constraints ------------------------------------------------------------------------------ */

static void make_constraint(struct making *making, const struct node *node)
{
    struct sweep_error err = {0};
    struct expr_place place = {0};
    if (node->kind != NODE_SCALAR || node->text[0] == '\0') {
        reader_error(making->reader, node, "a constraint is an expression, not %s",
                     node_describe(node));
        reader_hint(making->reader, "as in \"batch * depth <= 1024\"");
        return;
    }
    if (space_rules_constraint(making->rules, node->text, &place, &err))
        making->constraints[making->constraint_count++] = node;
    else
        rule_fault_add(making->reader, rule_fault_mark(making->reader, node, &place), "constraint",
                       &err);
}

static void make_constraints(struct making *making)
{
    const struct node *node = making->reader->draft.constraints;
    bool is_list = node != NULL && node->kind == NODE_LIST;
    size_t count = is_list ? node->count : 1;
    making->constraints =
        arena_alloc_array(making->reader->arena, count, sizeof(making->constraints[0]));
    for (size_t i = 0; is_list && i < count; i++)
        make_constraint(making, node->values[i]);
    if (node != NULL && !is_list)
        make_constraint(making, node); /* a single one needs no list */
}

/* --- all of them ------------------------------------------------------------------------------ */

static void add_finish_fault(struct making *making, const struct space_fault *fault,
                             const struct sweep_error *err)
{
    struct reader *reader = making->reader;
    if (fault->parameter == SPACE_NOT_FOUND) {
        rule_fault_add(reader, making->constraints[fault->constraint]->mark, "constraint", err);
        return;
    }
    const char *name = sweep_space_parameter(reader->draft.config.searched, fault->parameter)->name;
    const struct condition_draft *condition = find_condition(reader, name);
    rule_fault_add(reader, condition->node->mark, name_condition(reader, name), err);
}

/* Whether going through the points finds one that drawing did not. */
static enum sweep_found look_for_one(const struct sweep_space *space)
{
    uint64_t point = 0;
    uint64_t steps = SWEEP_COUNT_STEPS;
    struct arena arena = {0};
    enum sweep_found found = SWEEP_FOUND_NOTHING_YET;
    struct sweep_judge *judge = sweep_judge_create(space, NULL);
    struct sweep_value *params =
        arena_alloc_array(&arena, sweep_space_count(space), sizeof *params);
    if (judge != NULL && sweep_space_size(space, &point)) {
        point = 0;
        found = sweep_judge_next(judge, &point, &steps, params);
    }
    sweep_judge_free(judge);
    arena_release(&arena);
    return found;
}

static void check_share(struct making *making, const struct space_share *share)
{
    struct reader *reader = making->reader;
    const struct node *node = making->constraints[0];
    if ((double)share->feasible >= SPACE_SHARE_LOW * (double)share->draws)
        return;
    enum sweep_found found =
        share->feasible > 0 ? SWEEP_FOUND : look_for_one(reader->draft.config.searched);
    if (found == SWEEP_FOUND) {
        reader_warning(reader, node,
                       "hardly any configuration meets the constraints: %llu of %llu draws",
                       (unsigned long long)share->feasible, (unsigned long long)share->draws);
        reader_hint(reader, "narrow the ranges of the parameters that they name");
        return;
    }
    if (found == SWEEP_FOUND_NONE)
        reader_error(reader, node, "no configuration meets the constraints");
    else
        reader_error(reader, node,
                     "no configuration was found that meets the constraints: none of "
                     "%llu draws does",
                     (unsigned long long)share->draws);
    if (making->constraint_count > 1)
        reader_hint(reader, "leave one after the other out to see which are too strict");
}

/* A parameter that no draw had is there for nothing. */
static void check_active(struct making *making, const struct space_share *share,
                         const uint64_t *active)
{
    struct reader *reader = making->reader;
    const struct sweep_space *space = reader->draft.config.searched;
    for (size_t i = 0; i < sweep_space_count(space) && share->feasible >= ENOUGH; i++) {
        if (active[i] > 0)
            continue;
        const struct condition_draft *condition =
            find_condition(reader, sweep_space_parameter(space, i)->name);
        if (condition != NULL)
            reader_warning(reader, condition->node, "parameter '%s' was never active in %llu draws",
                           condition->parameter, (unsigned long long)share->feasible);
    }
}

static void check_feasible(struct making *making)
{
    struct reader *reader = making->reader;
    const struct sweep_space *space = reader->draft.config.searched;
    struct space_share share;
    uint64_t *active = arena_alloc_array(reader->arena, sweep_space_count(space), sizeof *active);
    if (!space_find_active(space, SHARE_SEED, &share, active))
        return;
    if (making->constraint_count > 0)
        check_share(making, &share);
    check_active(making, &share, active);
}

void read_rules(struct reader *reader)
{
    struct making making = {.reader = reader};
    struct sweep_space *space = reader->draft.config.searched;
    if (space == NULL || (reader->draft.conditions == NULL && reader->draft.constraints == NULL))
        return;
    making.rules = space_rules_create(reader->arena, space);
    for (const struct condition_draft *c = reader->draft.conditions; c != NULL; c = c->next)
        make_condition(&making, c);
    make_constraints(&making);
    struct space_fault fault;
    struct sweep_error err = {0};
    if (!space_rules_finish(making.rules, &fault, &err))
        add_finish_fault(&making, &fault, &err);
    else if (reader->draft.config.space != space)
        space_share_rules(reader->arena, reader->draft.config.space, space);
    space_rules_free(making.rules);
    if (reader->diagnostics->errors == 0 && reader->need != CONFIG_WAS_READ)
        check_feasible(&making);
}
