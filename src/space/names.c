/*
 * The parameters as names that expressions may use.
 */
#include "space/parts.h"

#include "base/nearest.h"
#include "base/strbuf.h"
#include "sweep/mem.h"

/* A range of more values than that is only known to be one of numbers. */
#define LISTED_MAX 256

#define TREE_TEXT_MAX ((size_t)256 * 1024) /* [bytes] of a list or a map */

/* As it stands on a command line. */
static struct expr_value tree_text(struct arena *arena, const struct sweep_value *value)
{
    struct strbuf tree;
    strbuf_init(&tree, TREE_TEXT_MAX);
    space_format_value(value, &tree);
    const char *text = arena_copy(arena, strbuf_view(&tree));
    strbuf_release(&tree);
    return (struct expr_value){.kind = EXPR_TEXT, .text = text};
}

struct expr_value space_expr_value(struct arena *arena, const struct sweep_value *value)
{
    switch (value->kind) {
    case SWEEP_VALUE_NONE:
    case SWEEP_VALUE_NULL:
        break;
    case SWEEP_VALUE_BOOL:
        return (struct expr_value){.kind = EXPR_NUMBER, .number = value->boolean};
    case SWEEP_VALUE_INT:
        return (struct expr_value){.kind = EXPR_NUMBER, .number = (double)value->integer};
    case SWEEP_VALUE_REAL:
        return (struct expr_value){.kind = EXPR_NUMBER, .number = value->real};
    case SWEEP_VALUE_TEXT:
        return (struct expr_value){.kind = EXPR_TEXT, .text = value->text};
    case SWEEP_VALUE_LIST:
    case SWEEP_VALUE_MAP:
        return tree_text(arena, value);
    }
    return (struct expr_value){.kind = EXPR_NULL};
}

static struct expr_name make_name(struct arena *arena, const struct sweep_parameter *parameter)
{
    struct expr_name name = {.name = parameter->name, .is_numeric = true};
    uint64_t size = sweep_parameter_size(parameter);
    if (parameter->choice_count == 0 && (size == 0 || size > LISTED_MAX))
        return name;
    struct expr_value *values = arena_alloc_array(arena, size, sizeof *values);
    for (uint64_t i = 0; i < size; i++) {
        struct sweep_value value = sweep_parameter_level(parameter, i);
        values[i] = space_expr_value(arena, &value);
        name.is_numeric = name.is_numeric && values[i].kind != EXPR_TEXT;
    }
    name.values = values;
    name.value_count = size;
    return name;
}

struct expr_scope *space_make_scope(const struct sweep_space *space, const char *const *others,
                                    size_t other_count)
{
    struct arena arena = {0};
    size_t count = space->count + other_count;
    struct expr_name *names = arena_alloc_array(&arena, count, sizeof *names);
    for (size_t i = 0; i < other_count; i++)
        names[space->count + i].name = others[i];
    for (size_t i = 0; i < space->count; i++)
        names[i] = make_name(&arena, &space->parameters[i]);
    struct expr_scope *scope = expr_scope_create(names, count);
    arena_release(&arena);
    return scope;
}

void space_append_nearest(const struct sweep_space *space, const char *name, struct strbuf *out)
{
    const char **names = sweep_alloc_array(space->count, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < space->count; i++)
        if (!space_is_former(space, i))
            names[count++] = space->parameters[i].name;
    nearest_append(out, name, names, count);
    sweep_free(names);
}
