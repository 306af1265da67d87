/*
 * One dimension of the space: how many values, which one, and from the unit interval to a value.
 * Values as such (equality, text) are value.c; lists of parameters are space.c.
 *
 * Every draw is the distribution's quantile function: monotone in u, so that a strategy that fills
 * the unit cube evenly (Sobol) fills the space evenly too; and every one can be undone, for those
 * that model the unit cube.
 */
#include "space/space.h"

#include <math.h>

#include "space/multiples.h"
#include "space/quantile.h"
#include "space/step_grid.h"

static struct sweep_value make_real(double real)
{
    return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = real};
}

static struct sweep_value make_number(double number, bool is_integer)
{
    if (is_integer)
        return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = (int64_t)number};
    return make_real(number);
}

static bool is_number(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT || value->kind == SWEEP_VALUE_REAL;
}

static double number_of(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

/* Which of n equal cells of [0, 1) holds u. The product may round up to n. */
static uint64_t cell_of(double u, uint64_t n)
{
    double cell = u * (double)n;
    return cell < (double)(n - 1) ? (uint64_t)cell : n - 1;
}

/* --- choices --------------------------------------------------------------------------------- */

static double probability_of(const struct sweep_parameter *parameter, size_t choice)
{
    return parameter->probabilities != NULL ? parameter->probabilities[choice]
                                            : 1 / (double)parameter->choice_count;
}

static size_t draw_choice(const struct sweep_parameter *parameter, double u)
{
    size_t choice = 0;
    if (parameter->probabilities == NULL)
        return cell_of(u, parameter->choice_count);
    double below = probability_of(parameter, 0);
    while (choice + 1 < parameter->choice_count && u >= below)
        below += probability_of(parameter, ++choice);
    return choice;
}

static double choice_unit(const struct sweep_parameter *parameter, uint64_t choice)
{
    double below = 0;
    for (size_t i = 0; i < choice; i++)
        below += probability_of(parameter, i);
    return below + probability_of(parameter, choice) / 2;
}

/* --- a grid from min on ---------------------------------------------------------------------- */

static bool is_log(const struct sweep_parameter *parameter)
{
    return parameter->distribution == SWEEP_INT_LOG || parameter->distribution == SWEEP_LOG_UNIFORM;
}

static double step_of(const struct sweep_parameter *parameter)
{
    return parameter->step > 0 ? parameter->step : 1;
}

static struct sweep_value grid_level(const struct sweep_parameter *parameter,
                                     const struct step_grid *grid, uint64_t k)
{
    return make_number(step_grid_value(grid, k), step_grid_is_integer(parameter));
}

/*
 * On a log scale each grid value owns the stretch halfway to its neighbours, as Optuna gives
 * integers [k - 1/2, k + 1/2], so that the ends get their full share. Below min the stretch is half
 * a step too, but never reaches nearer to zero than min / 2, where the logarithm would run away.
 */
static struct sweep_parameter log_stretch(const struct sweep_parameter *parameter,
                                          const struct step_grid *grid)
{
    double step = step_of(parameter);
    return (struct sweep_parameter){
        .distribution = SWEEP_LOG_UNIFORM,
        .min = fmax(parameter->min - step / 2, parameter->min / 2),
        .max = step_grid_value(grid, grid->count - 1) + step / 2,
    };
}

static uint64_t nearest_level(const struct sweep_parameter *parameter, const struct step_grid *grid,
                              double number)
{
    double k = round((number - parameter->min) / step_of(parameter));
    if (!(k > 0))
        return 0;
    return k < (double)(grid->count - 1) ? (uint64_t)k : grid->count - 1;
}

static struct sweep_value draw_from_grid(const struct sweep_parameter *parameter, double u)
{
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    if (!is_log(parameter))
        return grid_level(parameter, &grid, cell_of(u, grid.count));
    const struct sweep_parameter stretch = log_stretch(parameter, &grid);
    return grid_level(parameter, &grid, nearest_level(parameter, &grid, quantile_of(&stretch, u)));
}

static double grid_unit(const struct sweep_parameter *parameter, double number)
{
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    if (!is_log(parameter))
        return ((double)nearest_level(parameter, &grid, number) + 0.5) / (double)grid.count;
    const struct sweep_parameter stretch = log_stretch(parameter, &grid);
    double half = step_of(parameter) / 2;
    return (quantile_share(&stretch, number - half) + quantile_share(&stretch, number + half)) / 2;
}

/* --- multiples of q -------------------------------------------------------------------------- */

static struct sweep_value draw_multiple(const struct sweep_parameter *parameter, double u)
{
    struct multiples multiples;
    multiples_init(&multiples, parameter);
    double k = multiples_nearest(&multiples, quantile_of(parameter, u));
    return make_number(multiples_value(&multiples, k), parameter->q_is_int);
}

static double multiple_unit(const struct sweep_parameter *parameter, double number)
{
    double half = parameter->q / 2;
    return (quantile_share(parameter, number - half) + quantile_share(parameter, number + half)) /
           2;
}

/* --- what strategies see --------------------------------------------------------------------- */

uint64_t sweep_parameter_size(const struct sweep_parameter *parameter)
{
    if (parameter->choice_count > 0)
        return parameter->choice_count;
    if (multiples_apply(parameter)) {
        struct multiples multiples;
        multiples_init(&multiples, parameter);
        return multiples.count;
    }
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
    if (multiples_apply(parameter)) {
        struct multiples multiples;
        multiples_init(&multiples, parameter);
        return make_number(multiples_value(&multiples, multiples.first + (double)index),
                           parameter->q_is_int);
    }
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    return grid_level(parameter, &grid, index);
}

/* The number nearest to a value's place; whether it is the one is then asked, not computed, since
 * no two computations need round alike. */
static uint64_t nearest_index(const struct sweep_parameter *parameter, double number)
{
    if (multiples_apply(parameter)) {
        struct multiples multiples;
        multiples_init(&multiples, parameter);
        return (uint64_t)(multiples_nearest(&multiples, number) - multiples.first);
    }
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    return nearest_level(parameter, &grid, number);
}

bool sweep_parameter_index(const struct sweep_parameter *parameter, const struct sweep_value *value,
                           uint64_t *index)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], value)) {
            *index = i;
            return true;
        }
    uint64_t size = parameter->choice_count > 0 ? 0 : sweep_parameter_size(parameter);
    if (size == 0 || !is_number(value))
        return false;
    double number = number_of(value);
    uint64_t nearest = nearest_index(parameter, number);
    uint64_t last = nearest + 1 < size ? nearest + 1 : size - 1;
    for (uint64_t i = nearest > 0 ? nearest - 1 : 0; i <= last; i++) {
        struct sweep_value level = sweep_parameter_level(parameter, i);
        if (number_of(&level) == number) {
            *index = i;
            return true;
        }
    }
    return false;
}

struct sweep_value sweep_parameter_draw(const struct sweep_parameter *parameter, double u)
{
    if (parameter->choice_count > 0)
        return parameter->choices[draw_choice(parameter, u)];
    if (multiples_apply(parameter))
        return draw_multiple(parameter, u);
    if (step_grid_applies(parameter))
        return draw_from_grid(parameter, u);
    return make_real(quantile_of(parameter, u));
}

double sweep_parameter_unit(const struct sweep_parameter *parameter,
                            const struct sweep_value *value)
{
    uint64_t index = 0;
    double u = 0;
    if (parameter->choice_count > 0)
        u = sweep_parameter_index(parameter, value, &index) ? choice_unit(parameter, index) : 0;
    else if (!is_number(value))
        u = 0;
    else if (multiples_apply(parameter))
        u = multiple_unit(parameter, number_of(value));
    else if (step_grid_applies(parameter))
        u = grid_unit(parameter, number_of(value));
    else
        u = quantile_share(parameter, number_of(value));
    return fmin(fmax(u, 0), 1 - QUANTILE_EDGE);
}
