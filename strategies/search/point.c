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

/* Level k is min + k * step but for rounding, so that only the nearest k and its neighbours can be
 * the one; it is asked for instead of computed, since no two computations need round alike. */
static bool level_of(const struct sweep_parameter *parameter, uint64_t size,
                     const struct sweep_value *value, uint64_t *level)
{
    if (value->kind != SWEEP_VALUE_INT && value->kind != SWEEP_VALUE_REAL)
        return false;
    double number = number_of(value);
    if (!(number >= parameter->min && number <= parameter->max))
        return false;
    double step = parameter->step > 0 ? parameter->step : 1;
    uint64_t nearest = (uint64_t)((number - parameter->min) / step + 0.5);
    uint64_t last = nearest + 1 < size ? nearest + 1 : size - 1;
    for (*level = nearest > 0 ? nearest - 1 : 0; *level <= last; ++*level) {
        struct sweep_value found = sweep_parameter_level(parameter, *level);
        if (number_of(&found) == number)
            return true;
    }
    return false;
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
