/*
 * Values to coordinates and back. What a model makes of coordinates is not said here.
 */
#include "axis.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "spread.h"
#include "sweep/mem.h"

/* The last double below 1. */
#define UNIT_LAST (1 - 0x1p-53)

/* The units of neighbouring levels are the middles of adjoining stretches, so that one edge gives
 * the next. Rounding can add up to 10^-12 here, which no model sees. */
static void fill_edges(struct axis *axis)
{
    axis->edges = sweep_alloc_array(axis->count + 1, sizeof *axis->edges);
    for (size_t k = 0; k < axis->count; k++) {
        struct sweep_value level = sweep_parameter_level(axis->parameter, k);
        double middle = sweep_parameter_unit(axis->parameter, &level);
        axis->edges[k + 1] = fmax(2 * middle - axis->edges[k], axis->edges[k]);
    }
    axis->edges[axis->count] = 1;
}

/* A choice that is listed twice has the unit of the first: shares, not edges, are what counts. */
static void fill_shares(struct axis *axis)
{
    const double *probabilities = axis->parameter->probabilities;
    axis->edges = sweep_alloc_array(axis->count + 1, sizeof *axis->edges);
    for (size_t k = 0; k < axis->count; k++)
        axis->edges[k + 1] =
            axis->edges[k] + (probabilities != NULL ? probabilities[k] : 1 / (double)axis->count);
    axis->edges[axis->count] = 1;
}

static void init_axis(struct axis *axis, const struct sweep_space *space, size_t index)
{
    axis->parameter = sweep_space_parameter(space, index);
    axis->index = index;
    uint64_t size = sweep_parameter_size(axis->parameter);
    if (axis->parameter->choice_count > 0) {
        axis->kind = axis->parameter->is_ordered ? AXIS_CELLS : AXIS_CHOICE;
        axis->count = axis->parameter->choice_count;
        fill_shares(axis);
    } else if (size > 0 && size <= AXIS_CELLS_MAX) {
        axis->kind = AXIS_CELLS;
        axis->count = (size_t)size;
        fill_edges(axis);
    }
}

struct axes *axes_create(const struct sweep_space *space)
{
    struct axes *axes = sweep_alloc(sizeof *axes);
    axes->space = space;
    axes->list = sweep_alloc_array(spread_dimensions(space), sizeof *axes->list);
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (spread_varies(sweep_space_parameter(space, i)))
            init_axis(&axes->list[axes->count++], space, i);
    return axes;
}

void axes_free(struct axes *axes)
{
    if (axes == NULL)
        return;
    for (size_t i = 0; i < axes->count; i++)
        sweep_free(axes->list[i].edges);
    sweep_free(axes->list);
    sweep_free(axes);
}

static double read_value(const struct axis *axis, const struct sweep_value *value)
{
    uint64_t level;
    if (value->kind == SWEEP_VALUE_NONE)
        return (double)NAN;
    if (axis->kind == AXIS_REAL)
        return sweep_parameter_unit(axis->parameter, value);
    return sweep_parameter_index(axis->parameter, value, &level) ? (double)level : (double)NAN;
}

void axes_read(const struct axes *axes, const struct sweep_value *params, double *row)
{
    for (size_t i = 0; i < axes->count; i++)
        row[i] = read_value(&axes->list[i], &params[axes->list[i].index]);
}

static struct sweep_value write_value(const struct axis *axis, double coordinate)
{
    if (axis->kind == AXIS_REAL)
        return sweep_parameter_draw(axis->parameter,
                                    isnan(coordinate) ? 0.5 : fmin(coordinate, UNIT_LAST));
    return sweep_parameter_level(axis->parameter, isnan(coordinate) ? 0 : (uint64_t)coordinate);
}

void axes_write(const struct axes *axes, const double *row, struct sweep_value *params)
{
    for (size_t i = 0, next = 0; i < sweep_space_count(axes->space); i++) {
        bool is_axis = next < axes->count && axes->list[next].index == i;
        params[i] = is_axis ? write_value(&axes->list[next], row[next])
                            : sweep_parameter_level(sweep_space_parameter(axes->space, i), 0);
        next += is_axis;
    }
}

double axis_middle(const struct axis *axis, double coordinate)
{
    if (axis->kind == AXIS_REAL || isnan(coordinate))
        return coordinate;
    size_t level = (size_t)coordinate;
    return (axis->edges[level] + axis->edges[level + 1]) / 2;
}

double axis_coordinate(const struct axis *axis, double u)
{
    size_t low = 0;
    size_t high = axis->count; /* the level is in [low, high) */
    if (axis->kind == AXIS_REAL)
        return fmin(fmax(u, 0), UNIT_LAST);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (u >= axis->edges[middle])
            low = middle;
        else
            high = middle;
    }
    return (double)low;
}
