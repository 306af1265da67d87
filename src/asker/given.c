/*
 * One assignment from JSON that somebody else wrote, checked against the space.
 *
 * What we wrote ourselves is read by json/params.h.
 */
#include "asker/given.h"

#include "space/feasible.h"
#include "space/nesting.h"
#include "space/space.h"
#include "json/params.h"

#define MEANT_MAX 1024 /* [bytes] what is said of names */

/* A nested parameter is given in the object of its group, or by its whole name at the top. */
static const struct json_node *find_node(const struct json_node *params,
                                         const struct sweep_parameter *parameter)
{
    const struct json_node *node = params;
    for (size_t i = 0; parameter->path != NULL && node != NULL && parameter->path[i] != NULL; i++)
        node = json_member(node, parameter->path[i]);
    if (parameter->path != NULL && node != NULL)
        return node;
    return json_member(params, parameter->name);
}

/* Constants need not be said, nor what is inactive; whether it is shows when all are there. */
static bool take_param(const struct sweep_space *space, size_t index,
                       const struct json_node *params, struct sweep_value *out,
                       struct sweep_error *err)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(space, index);
    const struct json_node *node = find_node(params, parameter);
    if (node != NULL && space_is_former(space, index))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is no parameter any more",
                               parameter->name);
    if (node == NULL && parameter->choice_count == 1) {
        *out = parameter->choices[0];
        return true;
    }
    if (node == NULL && sweep_space_is_conditional(space, index)) {
        *out = (struct sweep_value){.kind = SWEEP_VALUE_NONE};
        return true;
    }
    if (node == NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' is missing in 'params'",
                               parameter->name);
    bool is_tree = node->kind == JSON_NODE_LIST || node->kind == JSON_NODE_MAP;
    if (is_tree && parameter->choice_count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' takes one value, not %s",
                               parameter->name, json_node_describe(node));
    /* What is accepted is the space's own: the parts of the given one are not needed after. */
    struct arena scratch = {0};
    struct sweep_value given = params_value_of(&scratch, node);
    bool done = space_accept_value(parameter, &given, out, err);
    arena_release(&scratch);
    return done;
}

static bool refuse_name(const struct sweep_space *space, const char *name, struct sweep_error *err)
{
    struct strbuf meant;
    strbuf_init(&meant, MEANT_MAX);
    space_append_nearest(space, name, &meant);
    sweep_error_set(err, SWEEP_BAD_INPUT, "there is no parameter '%s'%s", name,
                    strbuf_text(&meant));
    strbuf_release(&meant);
    return false;
}

static bool check_names(const struct sweep_space *space, const struct json_node *node,
                        const char *path[NESTING_MAX], size_t depth, struct sweep_error *err)
{
    for (size_t i = 0; i < node->count; i++) {
        path[depth] = node->names[i];
        enum nesting_place place = nesting_find(space, path, depth + 1);
        bool is_whole_name = depth == 0 && space_find(space, path[0]) != SPACE_NOT_FOUND;
        if (place == NESTING_PARAMETER || is_whole_name)
            continue;
        if (place == NESTING_NOTHING || node->items[i].kind != JSON_NODE_MAP ||
            depth + 1 == NESTING_MAX)
            return refuse_name(space, path[depth], err);
        if (!check_names(space, &node->items[i], path, depth + 1, err))
            return false;
    }
    return true;
}

bool given_params(const struct sweep_space *space, const struct json_node *node,
                  struct sweep_value *params, struct sweep_error *err)
{
    if (node->kind != JSON_NODE_MAP)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'params' takes an object, not %s",
                               json_node_describe(node));
    const char *path[NESTING_MAX];
    if (!check_names(space, node, path, 0, err))
        return false;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (!take_param(space, i, node, &params[i], err))
            return false;
    return !sweep_space_has_rules(space) || space_settle_given(space, params, err);
}
