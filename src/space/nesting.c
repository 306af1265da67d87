/*
 * From a list of parameters with paths to a tree of values, and looking up paths.
 */
#include "space/nesting.h"

#include <string.h>

/* The parameters of one group: [begin, end) of the space, whose names on this level differ. */
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

bool nesting_is_used(const struct sweep_space *space)
{
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (sweep_space_parameter(space, i)->path != NULL)
            return true;
    return false;
}

/* Where the group of parameter `begin` ends. */
static size_t find_end(const struct group *group, size_t begin)
{
    const char *name = name_at(sweep_space_parameter(group->space, begin), group->depth);
    size_t end = begin + 1;
    while (end < group->end) {
        const struct sweep_parameter *next = sweep_space_parameter(group->space, end);
        if (is_member(next, group->depth) || strcmp(name_at(next, group->depth), name) != 0)
            break;
        end++;
    }
    return end;
}

static struct sweep_value gather(struct arena *arena, const struct group *group)
{
    size_t most = group->end - group->begin;
    struct sweep_items *items = arena_alloc(arena, sizeof *items);
    struct sweep_value *values = arena_alloc_array(arena, most, sizeof *values);
    const char **names = arena_alloc_array(arena, most, sizeof *names);
    size_t count = 0;
    for (size_t i = group->begin; i < group->end;) {
        const struct sweep_parameter *parameter = sweep_space_parameter(group->space, i);
        struct sweep_value value = group->params[i];
        size_t next = i + 1;
        if (!is_member(parameter, group->depth)) {
            struct group inner = *group;
            inner.begin = i;
            inner.end = next = find_end(group, i);
            inner.depth++;
            value = gather(arena, &inner);
            if (value.items->count == 0)
                value.kind = SWEEP_VALUE_NONE;
        }
        if (value.kind != SWEEP_VALUE_NONE) {
            names[count] = name_at(parameter, group->depth);
            values[count++] = value;
        }
        i = next;
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
