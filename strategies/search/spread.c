/*
 * From a point of Sobol's sequence through each parameter's quantile function to params.
 *
 * One key per dimension is drawn from the seed. The first point of the sequence is a point like
 * others (Owen 2020, "On dropping the first Sobol' point").
 */
#include "spread.h"

#include "sobol_sequence.h"
#include "sweep/rng.h"

/* Of the keys: the numbers of trials, whose streams the other draws come from, begin with 1. */
#define KEY_STREAM 0

bool spread_varies(const struct sweep_parameter *parameter)
{
    return sweep_parameter_size(parameter) != 1;
}

size_t spread_dimensions(const struct sweep_space *space)
{
    size_t dimensions = 0;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        dimensions += spread_varies(sweep_space_parameter(space, i));
    return dimensions;
}

/* The middle of the cell of 2^-32 that the coordinate names. */
static double unit_interval(uint32_t coordinate)
{
    return ((double)coordinate + 0.5) * 0x1p-32;
}

void spread_fill(const struct sweep_space *space, uint64_t seed, uint32_t point,
                 struct sweep_value *params)
{
    struct sweep_rng keys;
    uint32_t dimension = 0;
    sweep_rng_init(&keys, seed, KEY_STREAM);
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        if (!spread_varies(parameter)) {
            params[i] = sweep_parameter_level(parameter, 0);
            continue;
        }
        uint32_t x = sobol_coordinate(dimension++ % SOBOL_DIMENSIONS, point);
        x = sobol_scramble(x, (uint32_t)sweep_rng_bits(&keys));
        params[i] = sweep_parameter_draw(parameter, unit_interval(x));
    }
}
