/*
 * From a list of parameters with paths to a tree of values, and looking up paths.
 */
#include "space/nesting.h"

#include <string.h>

/* One group: of [begin, end) of the space, those that stand where the first one stands. */
struct group {
    const struct sweep_space *space;
    const struct sweep_value *params;
    size_t begin;
    size_t end;
    size_t depth;
};

static const char *name_at(const struct sweep_parameter *parameter, size_t depth)
{
    return parameter->path != NULL ? parameter->path[depth] : parameter->name;
}

static bool is_member(const struct sweep_parameter *parameter, size_t depth)
{
    return parameter->path == NULL || parameter->path[depth + 1] == NULL;
}

/* Whether two parameters stand in the same groups, `depth` of them. */
static bool are_together(const struct sweep_parameter *a, const struct sweep_parameter *b,
                         size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        if (is_member(a, i) || is_member(b, i) || strcmp(name_at(a, i), name_at(b, i)) != 0)
            return false;
    return true;
}

static bool is_in(const struct group *group, size_t index)
{
    return are_together(sweep_space_parameter(group->space, group->begin),
                        sweep_space_parameter(group->space, index), group->depth);
}

/* Whether a parameter before `index` stands in the same group on the next level: members of a group
 * stand side by side, but for former ones. */
static bool is_begun(const struct group *group, size_t index)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(group->space, index);
    for (size_t i = index; i-- > group->begin;)
        if (are_together(sweep_space_parameter(group->space, i), parameter, group->depth + 1))
            return true;
    return false;
}

static struct sweep_value gather(struct arena *arena, const struct group *group)
{
    size_t most = group->end - group->begin;
    struct sweep_items *items = arena_alloc(arena, sizeof *items);
    struct sweep_value *values = arena_alloc_array(arena, most, sizeof *values);
    const char **names = arena_alloc_array(arena, most, sizeof *names);
    size_t count = 0;
    for (size_t i = group->begin; i < group->end; i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(group->space, i);
        struct sweep_value value = group->params[i];
        if (!is_in(group, i))
            continue;
        if (!is_member(parameter, group->depth)) {
            struct group inner = *group;
            if (is_begun(group, i))
                continue;
            inner.begin = i;
            inner.depth++;
            value = gather(arena, &inner);
            if (value.items->count == 0)
                value.kind = SWEEP_VALUE_NONE;
        }
        if (value.kind != SWEEP_VALUE_NONE) {
            names[count] = name_at(parameter, group->depth);
            values[count++] = value;
        }
    }
    *items = (struct sweep_items){.values = values, .names = names, .count = count};
    return (struct sweep_value){.kind = SWEEP_VALUE_MAP, .items = items};
}

struct sweep_value nesting_gather(struct arena *arena, const struct sweep_space *space,
                                  const struct sweep_value *params, size_t count)
{
    return gather(arena, &(struct group){.space = space, .params = params, .end = count});
}

/* Whether a parameter stands at the path, below it, or elsewhere. */
static enum nesting_place place_of(const struct sweep_parameter *parameter, const char *const *path,
                                   size_t depth)
{
    if (parameter->path == NULL)
        return depth == 1 && strcmp(parameter->name, path[0]) == 0 ? NESTING_PARAMETER
                                                                   : NESTING_NOTHING;
    for (size_t i = 0; i < depth; i++)
        if (parameter->path[i] == NULL || strcmp(parameter->path[i], path[i]) != 0)
            return NESTING_NOTHING;
    return parameter->path[depth] == NULL ? NESTING_PARAMETER : NESTING_GROUP;
}

enum nesting_place nesting_find(const struct sweep_space *space, const char *const *path,
                                size_t depth)
{
    enum nesting_place place = NESTING_NOTHING;
    for (size_t i = 0; i < sweep_space_count(space) && place == NESTING_NOTHING; i++)
        place = place_of(sweep_space_parameter(space, i), path, depth);
    return place;
}
