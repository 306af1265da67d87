/*
 * One dimension of the space: how many values, which one, and from the unit interval to a value.
 * Values as such (equality, text) are value.c; lists of parameters are space.c.
 *
 * Every draw is the distribution's quantile function: monotone in u, so that a strategy that fills
 * the unit cube evenly (Sobol) fills the space evenly too.
 */
#include "space/space.h"

#include <math.h>

#include "space/step_grid.h"

static struct sweep_value make_real(double real)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = real};
}

static struct sweep_value make_integer(int64_t integer)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = integer};
}

static struct sweep_value grid_level(const struct sweep_parameter *parameter,
                                     const struct step_grid *grid, uint64_t k)
{
    double value = step_grid_value(grid, k);
    return step_grid_is_integer(parameter) ? make_integer((int64_t)value) : make_real(value);
}

/* Which of n equal cells of [0, 1) holds u. The product may round up to n. */
static uint64_t cell_of(double u, uint64_t n)
{
    double cell = u * (double)n;
    return cell < (double)(n - 1) ? (uint64_t)cell : n - 1;
}

/* A point of [min, max] whose logarithm is u of the way from log(min) to log(max). */
static double log_point(double min, double max, double u)
{
    double low = log(min);
    double x = exp(low + u * (log(max) - low));
    return fmin(fmax(x, min), max);
}

/*
 * On a log scale each grid value owns the stretch halfway to its neighbours, as Optuna gives
 * integers [k - 1/2, k + 1/2], so that the ends get their full share. Below min the stretch is half
 * a step too, but never reaches nearer to zero than min / 2, where the logarithm would run away.
 */
static uint64_t log_cell(const struct sweep_parameter *parameter, const struct step_grid *grid,
                         double u)
{
    double step = parameter->step > 0 ? parameter->step : 1;
    double low = fmax(parameter->min - step / 2, parameter->min / 2);
    double high = step_grid_value(grid, grid->count - 1) + step / 2;
    double k = round((log_point(low, high, u) - parameter->min) / step);
    if (k <= 0)
        return 0;
    return k < (double)(grid->count - 1) ? (uint64_t)k : grid->count - 1;
}

static struct sweep_value draw_from_grid(const struct sweep_parameter *parameter, double u)
{
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    bool is_log =
        parameter->distribution == SWEEP_INT_LOG || parameter->distribution == SWEEP_LOG_UNIFORM;
    uint64_t k = is_log ? log_cell(parameter, &grid, u) : cell_of(u, grid.count);
    return grid_level(parameter, &grid, k);
}

uint64_t sweep_parameter_size(const struct sweep_parameter *parameter)
{
    if (parameter->choice_count > 0)
        return parameter->choice_count;
    if (!step_grid_applies(parameter))
        return 0;
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    return grid.count;
}

struct sweep_value sweep_parameter_level(const struct sweep_parameter *parameter, uint64_t index)
{
    if (parameter->choice_count > 0)
        return parameter->choices[index];
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    return grid_level(parameter, &grid, index);
}

struct sweep_value sweep_parameter_draw(const struct sweep_parameter *parameter, double u)
{
    double min = parameter->min;
    double max = parameter->max;
    if (step_grid_applies(parameter))
        return draw_from_grid(parameter, u);
    switch (parameter->distribution) {
    case SWEEP_CONSTANT:
        return parameter->choices[0];
    case SWEEP_CATEGORICAL:
        return parameter->choices[cell_of(u, parameter->choice_count)];
    case SWEEP_UNIFORM:
        return make_real(fmin(min + u * (max - min), max));
    case SWEEP_LOG_UNIFORM:
        return make_real(log_point(min, max, u));
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        break; /* drawn from their grid above */
    }
    return (struct sweep_value){.kind = SWEEP_VALUE_NONE};
}
