/*
 * `start`: configurations that are tried before the strategy is asked.
 */
#include "config/reader.h"

#include <string.h>

#include "base/nearest.h"
#include "config/choices.h"
#include "space/feasible.h"
#include "space/nesting.h"
#include "space/space.h"

/* As many as a person or `sweep replay` would ever list. */
#define START_MAX 10000

static void refuse_name(struct reader *reader, const struct node *name)
{
    const struct sweep_space *space = reader->draft.config.searched;
    size_t count = sweep_space_count(space);
    const char **names = arena_alloc_array(reader->arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sweep_space_parameter(space, i)->name;
    const char *nearest = nearest_word(name->text, names, count);
    reader_error(reader, name, "there is no parameter '%s' to start with", name->text);
    if (nearest != NULL)
        reader_hint(reader, "did you mean '%s'?", nearest);
}

static void take_value(struct reader *reader, const struct node *name, const struct node *node,
                       struct sweep_value *params)
{
    const struct sweep_space *space = reader->draft.config.searched;
    size_t index = space_find(space, name->text);
    struct sweep_error err = {0};
    struct sweep_value value;
    if (index == SPACE_NOT_FOUND) {
        refuse_name(reader, name);
        return;
    }
    if (!choices_read_value(reader, node, &value))
        return;
    const struct sweep_parameter *parameter = sweep_space_parameter(space, index);
    if (!space_accept_value(parameter, &value, &params[index], &err))
        reader_error(reader, node, "%s", err.message);
    else if (parameter->choice_count == 0)
        params[index].text = NULL; /* a drawn number looks the same to the script */
}

/* Values of nested parameters stand in maps of their groups, or by their whole names. */
static void take_values(struct reader *reader, const struct node *map,
                        const char *path[NESTING_MAX], size_t depth, struct sweep_value *params)
{
    const struct sweep_space *space = reader->draft.config.searched;
    for (size_t i = 0; i < map->count; i++) {
        const struct node *name = map->keys[i];
        const struct node *value = map->values[i];
        path[depth] = name->text;
        enum nesting_place place = nesting_find(space, path, depth + 1);
        if (place == NESTING_GROUP && value->kind == NODE_MAP) {
            take_values(reader, value, path, depth + 1, params);
            continue;
        }
        struct node whole = *name;
        for (size_t j = depth; j-- > 0;)
            whole.text = arena_printf(reader->arena, "%s.%s", path[j], whole.text);
        take_value(reader, &whole, value, params);
    }
}

/* What is inactive may be left out, and is ignored where it is given. */
static void settle(struct reader *reader, const struct node *map, struct sweep_value *params)
{
    const struct sweep_space *space = reader->draft.config.searched;
    size_t count = sweep_space_count(space);
    struct sweep_value *given = arena_alloc_array(reader->arena, count, sizeof *given);
    struct sweep_error err = {0};
    if (count > 0)
        memcpy(given, params, count * sizeof *given);
    if (!space_settle_given(space, params, &err)) {
        reader_error(reader, map, "%s", err.message);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (given[i].kind != params[i].kind)
            diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, map->mark,
                            "parameter '%s' is inactive here and ignored",
                            sweep_space_parameter(space, i)->name);
}

static const struct sweep_value *read_configuration(struct reader *reader, const struct node *map)
{
    const struct sweep_space *space = reader->draft.config.searched;
    size_t count = sweep_space_count(space);
    struct sweep_value *params = arena_alloc_array(reader->arena, count, sizeof *params);
    size_t errors = reader->diagnostics->errors;
    if (map->kind != NODE_MAP) {
        reader_error(reader, map, "a configuration to start with is a map, as in {lr: 0.001}");
        return params;
    }
    const char *path[NESTING_MAX];
    take_values(reader, map, path, 0, params);
    for (size_t i = 0; i < count && reader->diagnostics->errors == errors; i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        if (params[i].kind != SWEEP_VALUE_NONE || sweep_space_is_conditional(space, i))
            continue;
        if (parameter->distribution == SWEEP_CONSTANT)
            params[i] = parameter->choices[0];
        else
            reader_error(reader, map, "parameter '%s' has no value here", parameter->name);
    }
    if (reader->diagnostics->errors == errors && sweep_space_has_rules(space))
        settle(reader, map, params);
    return params;
}

void read_start(struct reader *reader)
{
    const struct node *list = reader->draft.start;
    struct config *config = &reader->draft.config;
    if (list == NULL || config->searched == NULL)
        return;
    if (list->kind != NODE_LIST || list->count > START_MAX) {
        reader_error(reader, list, "'start' takes a list of at most %d maps", START_MAX);
        reader_hint(reader, "for example [{lr: 0.001, depth: 4}]");
        return;
    }
    const struct sweep_value **start = arena_alloc_array(reader->arena, list->count, sizeof *start);
    for (size_t i = 0; i < list->count; i++)
        start[i] = read_configuration(reader, list->values[i]);
    config->start = start;
    config->start_count = list->count;
}
