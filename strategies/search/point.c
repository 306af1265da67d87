/*
 * Numbers of points to params and back. Which points were used is used_points.c.
 */
#include "point.h"

#include <stddef.h>

void point_params(const struct sweep_space *space, uint64_t point, struct sweep_value *params)
{
    for (size_t place = sweep_space_count(space); place-- > 0;) {
        size_t index = sweep_space_digit(space, place);
        const struct sweep_parameter *parameter = sweep_space_parameter(space, index);
        uint64_t size = sweep_parameter_size(parameter);
        params[index] = sweep_parameter_level(parameter, point % size);
        point /= size;
    }
}

static bool digit_of(const struct sweep_space *space, size_t index, const struct sweep_value *value,
                     uint64_t *level)
{
    *level = 0;
    if (value->kind == SWEEP_VALUE_NONE)
        return sweep_space_is_conditional(space, index);
    return sweep_parameter_index(sweep_space_parameter(space, index), value, level);
}

bool point_of(const struct sweep_space *space, const struct sweep_value *params, uint64_t *point)
{
    *point = 0;
    for (size_t place = 0; place < sweep_space_count(space); place++) {
        size_t index = sweep_space_digit(space, place);
        uint64_t level;
        if (!digit_of(space, index, &params[index], &level))
            return false;
        *point = *point * sweep_parameter_size(sweep_space_parameter(space, index)) + level;
    }
    return true;
}
