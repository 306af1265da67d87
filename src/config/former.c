/*
 * Writes former parameters as JSON, which is YAML too, and reads them back. What becomes of trials
 * that have them is space/feasible.h's.
 */
#include "config/former.h"

#include <string.h>

#include "config/choices.h"
#include "space/nesting.h"
#include "space/space.h"
#include "json/params.h"

/* --- writing ---------------------------------------------------------------------------------- */

/* A parameter at the top has a path of one name. */
static size_t path_of(const struct sweep_parameter *parameter, const char *path[NESTING_MAX])
{
    size_t depth = 0;
    if (parameter->path == NULL)
        path[depth++] = parameter->name;
    else
        while (parameter->path[depth] != NULL) {
            path[depth] = parameter->path[depth];
            depth++;
        }
    return depth;
}

static void write_one(struct json_writer *w, const struct sweep_parameter *parameter)
{
    const char *path[NESTING_MAX];
    size_t depth = path_of(parameter, path);
    json_begin_object(w);
    json_key(w, "path");
    json_begin_array(w);
    for (size_t i = 0; i < depth; i++)
        json_put_string(w, path[i]);
    json_end_array(w);
    if (parameter->choice_count > 0 && parameter->choice_count <= FORMER_VALUES_MAX) {
        json_key(w, "values");
        json_begin_array(w);
        for (size_t i = 0; i < parameter->choice_count; i++)
            params_write_value(w, &parameter->choices[i]);
        json_end_array(w);
    }
    json_end_object(w);
}

static bool is_gone(const struct config *old, size_t index, const struct config *edited)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(old->space, index);
    bool is_seed = parameter == space_seed_parameter(old->space);
    return !is_seed && space_find(edited->searched, parameter->name) == SPACE_NOT_FOUND;
}

void config_append_former(const struct config *old, const struct config *edited, struct strbuf *out)
{
    struct json_writer w;
    json_init(&w, out);
    json_begin_array(&w);
    for (size_t i = 0; i < sweep_space_count(old->space); i++)
        if (is_gone(old, i, edited))
            write_one(&w, sweep_space_parameter(old->space, i));
    json_end_array(&w);
}

/* --- places ----------------------------------------------------------------------------------- */

/* Whether a parameter can stand beside those of a space, or is the one of its name. */
static bool has_place(const struct sweep_space *space, const struct sweep_parameter *parameter)
{
    const char *path[NESTING_MAX];
    size_t depth = path_of(parameter, path);
    bool is_there = space_find(space, parameter->name) != SPACE_NOT_FOUND;
    for (size_t i = 1; i < depth; i++)
        if (nesting_find(space, path, i) == NESTING_PARAMETER)
            return false;
    enum nesting_place place = nesting_find(space, path, depth);
    return is_there ? place == NESTING_PARAMETER : place == NESTING_NOTHING;
}

const char *config_find_clash(const struct config *old, const struct config *edited)
{
    for (size_t i = 0; i < sweep_space_count(old->space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(old->space, i);
        if (parameter != space_seed_parameter(old->space) &&
            !has_place(edited->searched, parameter))
            return parameter->name;
    }
    return NULL;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool read_path(struct reader *reader, const struct node *node, struct sweep_parameter *out)
{
    if (node == NULL || node->kind != NODE_LIST || node->count == 0 || node->count >= NESTING_MAX)
        return false;
    const char **path = arena_alloc_array(reader->arena, node->count + 1, sizeof *path);
    for (size_t i = 0; i < node->count; i++) {
        if (node->values[i]->kind != NODE_SCALAR)
            return false;
        path[i] = node->values[i]->text;
        out->name = i == 0 ? path[0] : arena_printf(reader->arena, "%s.%s", out->name, path[i]);
    }
    out->path = node->count > 1 ? path : NULL;
    return true;
}

static bool read_values(struct reader *reader, const struct node *node, struct sweep_parameter *out)
{
    *out = (struct sweep_parameter){
        .name = out->name, .path = out->path, .distribution = SWEEP_UNIFORM, .max = 1};
    if (node == NULL)
        return true;
    if (node->kind != NODE_LIST || node->count == 0)
        return false;
    struct sweep_value *values = arena_alloc_array(reader->arena, node->count, sizeof *values);
    for (size_t i = 0; i < node->count; i++)
        if (!choices_read_value(reader, node->values[i], &values[i]))
            return false;
    out->distribution = node->count > 1 ? SWEEP_CATEGORICAL : SWEEP_CONSTANT;
    out->choices = values;
    out->choice_count = node->count;
    return true;
}

/* Of what is searched, or read before it. */
static bool is_wanted(const struct reader *reader, const struct sweep_parameter *parameter,
                      const struct sweep_parameter *before, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(before[i].name, parameter->name) == 0)
            return false;
    const struct sweep_space *searched = reader->draft.config.searched;
    return space_find(searched, parameter->name) == SPACE_NOT_FOUND &&
           has_place(searched, parameter);
}

static const struct sweep_parameter *read_list(struct reader *reader, const struct node *list,
                                               size_t *count)
{
    struct sweep_parameter *parameters =
        arena_alloc_array(reader->arena, list->count, sizeof *parameters);
    for (size_t i = 0; i < list->count; i++) {
        const struct node *node = list->values[i];
        struct sweep_parameter *parameter = &parameters[*count];
        *parameter = (struct sweep_parameter){0};
        if (node->kind == NODE_MAP && read_path(reader, node_find(node, "path"), parameter) &&
            read_values(reader, node_find(node, "values"), parameter) &&
            is_wanted(reader, parameter, parameters, *count))
            (*count)++;
    }
    return parameters;
}

/* What could be said of them was said when they were parameters. */
const struct sweep_parameter *former_read(struct reader *reader, size_t *count)
{
    const struct sweep_parameter *parameters = NULL;
    struct diagnostics unsaid = {0};
    struct diagnostics *diagnostics = reader->diagnostics;
    unsigned noted = reader->noted;
    *count = 0;
    if (reader->former == NULL)
        return NULL;
    const char *text = arena_printf(reader->arena, "former: %s\n", reader->former);
    reader->diagnostics = &unsaid;
    const struct node *root = node_parse(reader->arena, strview_of(text), &unsaid);
    if (root != NULL && root->count == 1 && root->values[0]->kind == NODE_LIST)
        parameters = read_list(reader, root->values[0], count);
    reader->diagnostics = diagnostics;
    reader->noted = noted;
    diagnostics_release(&unsaid);
    return parameters;
}
