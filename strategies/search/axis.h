/*
 * The dimensions of a space for strategies that learn: one number for each value.
 *
 *     struct axes *axes = axes_create(space);
 *     axes_read(axes, trial->params, row);       values to coordinates
 *     axes_write(axes, row, params);             and back
 *
 * Only parameters with more than one value are axes; constants are filled in by axes_write().
 *
 * A coordinate is a number, by the axis' kind: of AXIS_REAL a point of the unit interval, through
 * the parameter's own distribution, so that what people believe beforehand is uniform there; of
 * AXIS_CELLS and AXIS_CHOICE the number of a level. Absent values (SWEEP_VALUE_NONE) are NaN.
 *
 * Ownership: opaque lists belong to the axes; the space is borrowed and outlives them.
 */
#ifndef SWEEP_SEARCH_AXIS_H
#define SWEEP_SEARCH_AXIS_H

#include <stddef.h>

#include "sweep/space.h"

/** What coordinates of an axis are. */
enum axis_kind {
    AXIS_REAL,  /* a point of the unit interval */
    AXIS_CELLS, /* a level of an order; each owns a stretch of the unit interval */
    AXIS_CHOICE /* a level without order */
};

/** More levels than this are finer than any model sees: such an axis is AXIS_REAL. */
#define AXIS_CELLS_MAX 4096

/** One dimension. */
struct axis {
    const struct sweep_parameter *parameter;
    size_t index; /* of the parameter in the space */
    enum axis_kind kind;
    size_t count;  /* levels; 0 of AXIS_REAL */
    double *edges; /* [count + 1] from 0 to 1: level k owns the unit interval's [k, k + 1] */
};

/** All of a space. */
struct axes {
    const struct sweep_space *space;
    struct axis *list; /* [count] */
    size_t count;
};

struct axes *axes_create(const struct sweep_space *space);

/** NULL is allowed. */
void axes_free(struct axes *axes);

/**
 * @param params    [space count] values that the parameters can take
 * @param[out] row  [axes count] coordinates
 */
void axes_read(const struct axes *axes, const struct sweep_value *params, double *row);

/**
 * @param row          [axes count] coordinates; NaN gives some value that a rule can take away
 * @param[out] params  [space count]
 */
void axes_write(const struct axes *axes, const double *row, struct sweep_value *params);

/** The middle of what a coordinate owns of the unit interval: itself, or that of its level. */
double axis_middle(const struct axis *axis, double coordinate);

/** The coordinate that a point of the unit interval belongs to; points beside it go to the ends. */
double axis_coordinate(const struct axis *axis, double u);

#endif
