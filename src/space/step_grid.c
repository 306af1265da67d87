/*
 * The arithmetic of quantised values, so that 0.1 + 2 * 0.1 is the 0.3 that a person would write
 * and not 0.30000000000000004. Knows nothing of probability: that is parameter.c.
 *
 * Bounds and steps are decimals in the YAML. We look for the least power of ten that makes min and
 * step whole numbers. Then min + k * step is exact as a whole number, and one division by the power
 * of ten, rounded correctly by IEEE 754, gives the very double that the decimal text would parse
 * to. Whole numbers up to 2^53 and powers of ten up to 10^22 are exact. Where no such power exists
 * (a bound with 17 digits) a fused multiply-add is the nearest that doubles can do.
 */
#include "space/step_grid.h"

#include <math.h>

static const double power_of_ten_max = 1e22;

bool step_grid_applies(const struct sweep_parameter *parameter)
{
    switch (parameter->distribution) {
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        return true;
    case SWEEP_UNIFORM:
    case SWEEP_LOG_UNIFORM:
        return parameter->step > 0;
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
    case SWEEP_NORMAL:
    case SWEEP_LOG_NORMAL:
    case SWEEP_BETA:
        return false;
    }
    return false;
}

bool step_grid_is_integer(const struct sweep_parameter *parameter)
{
    bool is_real =
        parameter->distribution != SWEEP_INT_UNIFORM && parameter->distribution != SWEEP_INT_LOG;
    return step_grid_applies(parameter) && (!is_real || parameter->step_is_int);
}

/* Whether x is the double nearest to a whole number divided by scale. */
static bool is_whole_at(double x, double scale)
{
    double whole = nearbyint(x * scale);
    return fabs(whole) <= STEP_GRID_MAX && whole / scale == x;
}

double step_grid_scale(double min, double max, double step)
{
    double largest = fmax(fabs(min), fabs(max));
    double scale = 1;
    while (scale <= power_of_ten_max) {
        if (largest * scale > STEP_GRID_MAX)
            return 0;
        if (is_whole_at(min, scale) && is_whole_at(step, scale))
            return scale;
        scale *= 10;
    }
    return 0;
}

void step_grid_init(struct step_grid *grid, const struct sweep_parameter *parameter)
{
    double min = parameter->min;
    double max = parameter->max;
    double step = parameter->step > 0 ? parameter->step : 1;
    double scale = step_grid_scale(min, max, step);
    grid->scale = scale;
    grid->min = scale > 0 ? nearbyint(min * scale) : min;
    grid->step = scale > 0 ? nearbyint(step * scale) : step;

    /* The quotient may be off by its last bit on either side of a whole number. */
    double guess = floor((max - min) / step);
    uint64_t top = (uint64_t)fmin(fmax(guess, 0), STEP_GRID_MAX);
    while (top > 0 && step_grid_value(grid, top) > max)
        top--;
    while ((double)top < STEP_GRID_MAX && step_grid_value(grid, top + 1) <= max)
        top++;
    grid->count = top + 1;
}

double step_grid_value(const struct step_grid *grid, uint64_t k)
{
    if (grid->scale > 0)
        return (grid->min + (double)k * grid->step) / grid->scale;
    return fma((double)k, grid->step, grid->min);
}
