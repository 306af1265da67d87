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

bool point_of(const struct sweep_space *space, const struct sweep_value *params, uint64_t *point)
{
    *point = 0;
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        uint64_t size = sweep_parameter_size(parameter);
        uint64_t level;
        if (!sweep_parameter_index(parameter, &params[i], &level))
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
        count += sweep_parameter_index(parameter, &parameter->choices[i], &first) && first == i;
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
