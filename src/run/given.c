/*
 * One assignment from JSON that somebody else wrote, checked against the space.
 *
 * What we wrote ourselves is read by json/params.h.
 */
#include "run/given.h"

#include "base/nearest.h"
#include "space/space.h"
#include "sweep/mem.h"

#define MEANT_MAX 1024 /* [bytes] what is said of names */

static bool value_of_node(const struct json_node *node, struct sweep_value *out)
{
    *out = (struct sweep_value){0};
    switch (node->kind) {
    case JSON_NODE_NULL:
        out->kind = SWEEP_VALUE_NULL;
        return true;
    case JSON_NODE_BOOL:
        out->kind = SWEEP_VALUE_BOOL;
        out->boolean = node->boolean;
        return true;
    case JSON_NODE_INT:
        out->kind = SWEEP_VALUE_INT;
        out->integer = node->integer;
        return true;
    case JSON_NODE_REAL:
        out->kind = SWEEP_VALUE_REAL;
        out->real = node->real;
        return true;
    case JSON_NODE_TEXT:
        out->kind = SWEEP_VALUE_TEXT;
        out->text = node->text;
        return true;
    case JSON_NODE_LIST:
    case JSON_NODE_MAP:
        break;
    }
    return false;
}

/* Constants need not be said. */
static bool take_param(const struct sweep_parameter *parameter, const struct json_node *params,
                       struct sweep_value *out, struct sweep_error *err)
{
    const struct json_node *node = json_member(params, parameter->name);
    struct sweep_value given;
    if (node == NULL && parameter->choice_count == 1) {
        *out = parameter->choices[0];
        return true;
    }
    if (node == NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' is missing in 'params'",
                               parameter->name);
    if (!value_of_node(node, &given))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' takes one value, not %s",
                               parameter->name, json_node_describe(node));
    return space_accept_value(parameter, &given, out, err);
}

static bool refuse_name(const struct sweep_space *space, const char *name, struct sweep_error *err)
{
    struct strbuf meant;
    size_t count = sweep_space_count(space);
    const char **names = sweep_alloc_array(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sweep_space_parameter(space, i)->name;
    strbuf_init(&meant, MEANT_MAX);
    nearest_append(&meant, name, names, count);
    sweep_error_set(err, SWEEP_BAD_INPUT, "there is no parameter '%s'%s", name,
                    strbuf_text(&meant));
    strbuf_release(&meant);
    sweep_free(names);
    return false;
}

bool given_params(const struct sweep_space *space, const struct json_node *node,
                  struct sweep_value *params, struct sweep_error *err)
{
    if (node->kind != JSON_NODE_MAP)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'params' takes an object, not %s",
                               json_node_describe(node));
    for (size_t i = 0; i < node->count; i++)
        if (space_find(space, node->names[i]) == SPACE_NOT_FOUND)
            return refuse_name(space, node->names[i], err);
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (!take_param(sweep_space_parameter(space, i), node, &params[i], err))
            return false;
    return true;
}
