/*
 * Single values to JSON and from it. A whole assignment is params.c.
 */
#include "json/params.h"

#include "json/spelling.h"

/* Whether a YAML number's spelling is JSON, and would be read as the same kind. */
static bool can_keep(const char *text, enum sweep_value_kind kind)
{
    bool is_whole;
    const char *end = text ? spelling_end(text, &is_whole) : NULL;

    return end && *end == '\0' && is_whole == (kind == SWEEP_VALUE_INT);
}

static void write_items(struct json_writer *writer, const struct sweep_items *items)
{
    bool is_map = items->names != NULL;
    is_map ? json_begin_object(writer) : json_begin_array(writer);
    for (size_t i = 0; i < items->count; i++) {
        if (is_map)
            json_key(writer, items->names[i]);
        params_write_value(writer, &items->values[i]);
    }
    is_map ? json_end_object(writer) : json_end_array(writer);
}

void params_write_value(struct json_writer *writer, const struct sweep_value *value)
{
    switch (value->kind) {
    case SWEEP_VALUE_NONE:
    case SWEEP_VALUE_NULL:
        json_put_null(writer);
        break;
    case SWEEP_VALUE_BOOL:
        json_put_boolean(writer, value->boolean);
        break;
    case SWEEP_VALUE_INT:
        if (can_keep(value->text, value->kind))
            json_put_raw(writer, value->text);
        else
            json_put_integer(writer, value->integer);
        break;
    case SWEEP_VALUE_REAL:
        if (can_keep(value->text, value->kind))
            json_put_raw(writer, value->text);
        else
            json_put_real(writer, value->real);
        break;
    case SWEEP_VALUE_TEXT:
        json_put_string(writer, value->text);
        break;
    case SWEEP_VALUE_LIST:
    case SWEEP_VALUE_MAP:
        write_items(writer, value->items);
        break;
    }
}

static struct sweep_value items_of(struct arena *arena, const struct json_node *node)
{
    struct sweep_items *items = arena_alloc(arena, sizeof *items);
    struct sweep_value *values = arena_alloc_array(arena, node->count, sizeof *values);
    for (size_t i = 0; i < node->count; i++)
        values[i] = params_value_of(arena, &node->items[i]);
    *items = (struct sweep_items){.values = values, .names = node->names, .count = node->count};
    return (struct sweep_value){
        .kind = node->kind == JSON_NODE_MAP ? SWEEP_VALUE_MAP : SWEEP_VALUE_LIST, .items = items};
}

struct sweep_value params_value_of(struct arena *arena, const struct json_node *node)
{
    switch (node->kind) {
    case JSON_NODE_NULL:
        break;
    case JSON_NODE_BOOL:
        return (struct sweep_value){.kind = SWEEP_VALUE_BOOL, .boolean = node->boolean};
    case JSON_NODE_INT:
        return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = node->integer};
    case JSON_NODE_REAL:
        return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = node->real};
    case JSON_NODE_TEXT:
        return (struct sweep_value){.kind = SWEEP_VALUE_TEXT, .text = node->text};
    case JSON_NODE_LIST:
    case JSON_NODE_MAP:
        return items_of(arena, node);
    }
    return (struct sweep_value){.kind = SWEEP_VALUE_NULL};
}
