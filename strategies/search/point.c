/*
 * Numbers of points to params and back. Which points were used is used_points.c.
 */
#include "point.h"

#include <stddef.h>

void point_params(const struct sweep_space *space, uint64_t point, struct sweep_value *params)
{
    for (size_t i = sweep_space_count(space); i-- > 0;) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        uint64_t size = sweep_parameter_size(parameter);
        params[i] = sweep_parameter_level(parameter, point % size);
        point /= size;
    }
}

static double number_of(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

static bool choice_of(const struct sweep_parameter *parameter, const struct sweep_value *value,
                      uint64_t *level)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], value)) {
            *level = i;
            return true;
        }
    return false;
}

/* Levels of a numeric parameter increase, so that the one sought is halved in on. */
static bool level_of(const struct sweep_parameter *parameter, uint64_t size,
                     const struct sweep_value *value, uint64_t *level)
{
    if (value->kind != SWEEP_VALUE_INT && value->kind != SWEEP_VALUE_REAL)
        return false;
    uint64_t low = 0;
    uint64_t high = size - 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct sweep_value found = sweep_parameter_level(parameter, middle);
        if (number_of(&found) < number_of(value))
            low = middle + 1;
        else
            high = middle;
    }
    struct sweep_value found = sweep_parameter_level(parameter, low);
    *level = low;
    return number_of(&found) == number_of(value);
}

bool point_of(const struct sweep_space *space, const struct sweep_value *params, uint64_t *point)
{
    *point = 0;
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        uint64_t size = sweep_parameter_size(parameter);
        uint64_t level;
        bool is_level = parameter->choice_count > 0 ? choice_of(parameter, &params[i], &level)
                                                    : level_of(parameter, size, &params[i], &level);
        if (!is_level)
            return false;
        *point = *point * size + level;
    }
    return true;
}

static uint64_t different_values(const struct sweep_parameter *parameter)
{
    uint64_t count = 0;
    if (parameter->choice_count == 0)
        return sweep_parameter_size(parameter);
    for (uint64_t i = 0; i < parameter->choice_count; i++) {
        uint64_t first;
        count += choice_of(parameter, &parameter->choices[i], &first) && first == i;
    }
    return count;
}

bool point_count_different(const struct sweep_space *space, uint64_t *points)
{
    if (!sweep_space_size(space, points))
        return false;
    if (*points == UINT64_MAX)
        return true;
    *points = 1;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        *points *= different_values(sweep_space_parameter(space, i));
    return true;
}
