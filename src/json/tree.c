/*
 * jansson's values as our own, so that nobody else needs to know the library.
 */
#include "json/tree.h"

#include <jansson.h>
#include <string.h>

static bool convert(struct arena *arena, json_t *json, int depth, struct json_node *out);

static bool convert_list(struct arena *arena, json_t *json, int depth, struct json_node *out)
{
    size_t count = json_array_size(json);
    struct json_node *items = arena_alloc_array(arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (!convert(arena, json_array_get(json, i), depth + 1, &items[i]))
            return false;
    *out = (struct json_node){.kind = JSON_NODE_LIST, .items = items, .count = count};
    return true;
}

static bool convert_map(struct arena *arena, json_t *json, int depth, struct json_node *out)
{
    size_t count = json_object_size(json);
    const char **names = arena_alloc_array(arena, count, sizeof *names);
    struct json_node *items = arena_alloc_array(arena, count, sizeof *items);
    size_t i = 0;
    for (void *at = json_object_iter(json); at != NULL; at = json_object_iter_next(json, at), i++) {
        names[i] = arena_strdup(arena, json_object_iter_key(at));
        if (!convert(arena, json_object_iter_value(at), depth + 1, &items[i]))
            return false;
    }
    *out =
        (struct json_node){.kind = JSON_NODE_MAP, .names = names, .items = items, .count = count};
    return true;
}

/* @return false only where it is nested too deeply */
static bool convert(struct arena *arena, json_t *json, int depth, struct json_node *out)
{
    *out = (struct json_node){0};
    if (depth > JSON_TREE_DEPTH_MAX)
        return false;
    switch (json_typeof(json)) {
    case JSON_NULL:
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        *out = (struct json_node){.kind = JSON_NODE_BOOL, .boolean = json_is_true(json)};
        return true;
    case JSON_INTEGER:
        *out = (struct json_node){.kind = JSON_NODE_INT, .integer = json_integer_value(json)};
        return true;
    case JSON_REAL:
        *out = (struct json_node){.kind = JSON_NODE_REAL, .real = json_real_value(json)};
        return true;
    case JSON_STRING:
        out->kind = JSON_NODE_TEXT;
        out->text = arena_strdup(arena, json_string_value(json));
        return true;
    case JSON_ARRAY:
        return convert_list(arena, json, depth, out);
    case JSON_OBJECT:
        return convert_map(arena, json, depth, out);
    }
    return false;
}

const struct json_node *json_tree_parse(struct arena *arena, struct strview text,
                                        struct sweep_error *err)
{
    json_error_t fault;
    json_t *json =
        json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    if (json == NULL) {
        sweep_error_set(err, SWEEP_BAD_INPUT, "not JSON: %s (at byte %d)", fault.text,
                        fault.position);
        return NULL;
    }
    struct json_node *node = arena_alloc(arena, sizeof *node);
    bool is_fine = convert(arena, json, 0, node);
    json_decref(json);
    if (is_fine)
        return node;
    sweep_error_set(err, SWEEP_BAD_INPUT, "JSON nested deeper than %d", JSON_TREE_DEPTH_MAX);
    return NULL;
}

const struct json_node *json_member(const struct json_node *node, const char *name)
{
    if (node->kind != JSON_NODE_MAP)
        return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(node->names[i], name) == 0)
            return &node->items[i];
    return NULL;
}

const char *json_node_describe(const struct json_node *node)
{
    static const char *const words[] = {
        [JSON_NODE_NULL] = "null",     [JSON_NODE_BOOL] = "true or false",
        [JSON_NODE_INT] = "a number",  [JSON_NODE_REAL] = "a real number",
        [JSON_NODE_TEXT] = "a text",   [JSON_NODE_LIST] = "a list",
        [JSON_NODE_MAP] = "an object",
    };
    return words[node->kind];
}
