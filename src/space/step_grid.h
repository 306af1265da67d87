/*
 * The values min + k * step of a quantised or integer parameter.
 *
 *     struct step_grid grid;
 *     step_grid_init(&grid, parameter);
 *     double top = step_grid_value(&grid, grid.count - 1);
 *
 * Ownership: a plain value in the caller's storage.
 */
#ifndef SWEEP_SPACE_STEP_GRID_H
#define SWEEP_SPACE_STEP_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/space.h"

/** Doubles hold every integer up to this one; more values than that are refused. */
#define STEP_GRID_MAX 9007199254740992.0

struct step_grid {
    double scale; /* a power of ten that makes min and step whole numbers; 0: there is none */
    double min;   /* times scale, where there is one */
    double step;  /* times scale, where there is one */
    uint64_t count;
};

/** The least power of ten at which min and step are whole and max still is exact; 0: none. */
double step_grid_scale(double min, double max, double step);

/** Whether the parameter's values are the whole numbers of a grid. */
bool step_grid_is_integer(const struct sweep_parameter *parameter);

/** Whether the parameter has a grid: numeric, and integer or quantised. */
bool step_grid_applies(const struct sweep_parameter *parameter);

/** Lay the grid. The parameter has one and has passed space_check_parameter(). */
void step_grid_init(struct step_grid *grid, const struct sweep_parameter *parameter);

/** Value number `k`, in [0, count). */
double step_grid_value(const struct step_grid *grid, uint64_t k);

#endif
