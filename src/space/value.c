/*
 * Values by themselves: equality, and what storing them drops. Their text is format.c; which values
 * a parameter can take is parameter.c.
 */
#include "space/space.h"

#include <math.h>
#include <string.h>

#include "space/multiples.h"
#include "space/step_grid.h"

static bool is_number(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT || value->kind == SWEEP_VALUE_REAL;
}

static double as_real(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

static const struct sweep_value *find_part(const struct sweep_items *map, const char *name)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->names[i], name) == 0)
            return &map->values[i];
    return NULL;
}

typedef bool are_alike(const struct sweep_value *a, const struct sweep_value *b);

static bool are_lists_alike(const struct sweep_items *a, const struct sweep_items *b,
                            are_alike *alike)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!alike(&a->values[i], &b->values[i]))
            return false;
    return true;
}

static bool are_maps_alike(const struct sweep_items *a, const struct sweep_items *b,
                           are_alike *alike)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct sweep_value *other = find_part(b, a->names[i]);
        if (other == NULL || !alike(&a->values[i], other))
            return false;
    }
    return true;
}

bool sweep_value_equal(const struct sweep_value *a, const struct sweep_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case SWEEP_VALUE_NONE:
    case SWEEP_VALUE_NULL:
        return true;
    case SWEEP_VALUE_BOOL:
        return a->boolean == b->boolean;
    case SWEEP_VALUE_INT:
        return a->integer == b->integer;
    case SWEEP_VALUE_REAL:
        return a->real == b->real;
    case SWEEP_VALUE_TEXT:
        return strcmp(a->text, b->text) == 0;
    case SWEEP_VALUE_LIST:
        return are_lists_alike(a->items, b->items, sweep_value_equal);
    case SWEEP_VALUE_MAP:
        return are_maps_alike(a->items, b->items, sweep_value_equal);
    }
    return false;
}

/* As sweep_value_equal(), but 64 and 64.0 are one number. */
static bool is_same_but_for_kind(const struct sweep_value *a, const struct sweep_value *b)
{
    if (is_number(a) && is_number(b))
        return as_real(a) == as_real(b);
    if (a->kind == SWEEP_VALUE_LIST && b->kind == SWEEP_VALUE_LIST)
        return are_lists_alike(a->items, b->items, is_same_but_for_kind);
    if (a->kind == SWEEP_VALUE_MAP && b->kind == SWEEP_VALUE_MAP)
        return are_maps_alike(a->items, b->items, is_same_but_for_kind);
    return sweep_value_equal(a, b);
}

bool sweep_params_equal(const struct sweep_value *a, const struct sweep_value *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!sweep_value_equal(&a[i], &b[i]))
            return false;
    return true;
}

/* A number read from JSON has no reliable kind: 64.0 may come back as 64. */
static struct sweep_value restore_number(const struct sweep_parameter *parameter,
                                         struct sweep_value value)
{
    double real = as_real(&value);
    bool is_integer =
        multiples_apply(parameter) ? parameter->q_is_int : step_grid_is_integer(parameter);
    if (!is_integer)
        return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = real};
    if (value.kind == SWEEP_VALUE_REAL && real == nearbyint(real) && fabs(real) <= STEP_GRID_MAX)
        return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = (int64_t)real};
    return value;
}

/* A listed 2 and a listed 2.0 are two values: the kind decides where it can, else the number. */
struct sweep_value space_restore_value(const struct sweep_parameter *parameter,
                                       struct sweep_value value)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], &value))
            return parameter->choices[i];
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (is_same_but_for_kind(&parameter->choices[i], &value))
            return parameter->choices[i];
    bool is_free = parameter->choice_count == 0 && is_number(&value);
    return is_free ? restore_number(parameter, value) : value;
}
