/*
 * The list of parameters and its index by name. What one parameter can take is parameter.c; rules
 * between them are rules.c.
 */
#include "space/parts.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    const struct sweep_parameter *const *left = a;
    const struct sweep_parameter *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static int compare_to_name(const void *name, const void *parameter)
{
    const struct sweep_parameter *const *found = parameter;
    return strcmp(name, (*found)->name);
}

static bool check_unique(const struct sweep_space *space, struct sweep_error *err)
{
    for (size_t i = 1; i < space->count; i++)
        if (strcmp(space->by_name[i - 1]->name, space->by_name[i]->name) == 0)
            return sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' is given twice",
                                   space->by_name[i]->name);
    return true;
}

size_t sweep_space_count(const struct sweep_space *space)
{
    return space->count;
}

const struct sweep_parameter *sweep_space_parameter(const struct sweep_space *space, size_t index)
{
    return &space->parameters[index];
}

bool sweep_space_is_conditional(const struct sweep_space *space, size_t index)
{
    return space_has_condition(space, index) || space_is_former(space, index);
}

bool sweep_space_has_rules(const struct sweep_space *space)
{
    return space->conditions != NULL || space->constraint_count > 0 || space->former_count > 0;
}

const char *space_condition(const struct sweep_space *space, size_t index)
{
    return space->conditions == NULL ? NULL : space->conditions[index].text;
}

size_t space_constraint_count(const struct sweep_space *space)
{
    return space->constraint_count;
}

const char *space_constraint(const struct sweep_space *space, size_t index)
{
    return space->constraints[index].rule.text;
}

size_t sweep_space_digit(const struct sweep_space *space, size_t place)
{
    return space->digits[place];
}

bool sweep_space_size(const struct sweep_space *space, uint64_t *points)
{
    uint64_t product = 1;
    for (size_t i = 0; i < space->count; i++) {
        uint64_t size = space_is_former(space, i) ? 1 : sweep_parameter_size(&space->parameters[i]);
        if (size == 0)
            return false;
        product = product > UINT64_MAX / size ? UINT64_MAX : product * size;
    }
    *points = product;
    return true;
}

struct sweep_space *space_create(struct arena *arena, const struct sweep_parameter *parameters,
                                 size_t count, struct sweep_error *err)
{
    struct sweep_space *space = arena_alloc(arena, sizeof *space);
    space->parameters = arena_alloc_array(arena, count, sizeof *space->parameters);
    space->by_name = arena_alloc_array(arena, count, sizeof *space->by_name);
    space->digits = arena_alloc_array(arena, count, sizeof *space->digits);
    space->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!space_check_parameter(&parameters[i], err))
            return NULL;
        space->parameters[i] = parameters[i];
        space->by_name[i] = &space->parameters[i];
        space->digits[i] = i;
    }
    if (count > 0)
        qsort(space->by_name, count, sizeof(space->by_name[0]), compare_names);
    return check_unique(space, err) ? space : NULL;
}

size_t space_find(const struct sweep_space *space, const char *name)
{
    const struct sweep_parameter **found =
        space->count == 0 ? NULL
                          : bsearch(name, space->by_name, space->count, sizeof(space->by_name[0]),
                                    compare_to_name);
    return found == NULL ? SPACE_NOT_FOUND : (size_t)(*found - space->parameters);
}

void space_set_former(struct sweep_space *space, size_t first, size_t count)
{
    space->former_first = first;
    space->former_count = count;
}

bool space_is_former(const struct sweep_space *space, size_t index)
{
    return index >= space->former_first && index - space->former_first < space->former_count;
}

void space_set_seed(struct sweep_space *space, bool is_told)
{
    space->has_seed = true;
    space->is_seed_told = is_told;
}

const struct sweep_parameter *space_seed_parameter(const struct sweep_space *space)
{
    return space->has_seed ? &space->parameters[space->count - 1] : NULL;
}

uint32_t space_seed(const struct sweep_space *space, const struct sweep_value *params,
                    uint32_t otherwise)
{
    if (!space->has_seed || params[space->count - 1].kind != SWEEP_VALUE_INT)
        return otherwise;
    return (uint32_t)params[space->count - 1].integer;
}

size_t space_told_count(const struct sweep_space *space)
{
    return space->has_seed && !space->is_seed_told ? space->count - 1 : space->count;
}
