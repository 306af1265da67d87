/*
 * What makes a parameter impossible, said so that the person who wrote it can mend it. Which YAML
 * keys go together is not decided here but in config.
 */
#include "space/space.h"

#include <float.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "space/quantile.h"
#include "space/step_grid.h"

/* The numbers of a parameter as a person would write them. */
struct bounds_text {
    char min[NUMBER_TEXT_MAX];
    char max[NUMBER_TEXT_MAX];
    char step[NUMBER_TEXT_MAX];
};

static void format_bound(double value, char out[NUMBER_TEXT_MAX])
{
    if (fabs(value) < 1e17 && value == nearbyint(value))
        snprintf(out, NUMBER_TEXT_MAX, "%.0f", value);
    else
        number_format_shortest(value, out);
}

static bool is_log(const struct sweep_parameter *p)
{
    return p->distribution == SWEEP_LOG_UNIFORM || p->distribution == SWEEP_INT_LOG;
}

static bool check_choices(const struct sweep_parameter *p, struct sweep_error *err)
{
    if (p->choice_count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s' has no values; list at least one", p->name);
    for (size_t i = 0; i < p->choice_count; i++)
        if (p->choices[i].kind == SWEEP_VALUE_REAL && !isfinite(p->choices[i].real))
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "parameter '%s': value number %zu is not a finite number",
                                   p->name, i + 1);
    return true;
}

static bool check_order(const struct sweep_parameter *p, const struct bounds_text *text,
                        struct sweep_error *err)
{
    if (p->min == p->max)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': min and max are both %s; write 'value: %s' for a "
                               "constant",
                               p->name, text->min, text->min);
    if (p->min > p->max)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': min %s is above max %s; swap them?", p->name,
                               text->min, text->max);
    if (is_log(p) && p->min <= 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': min is %s, but a log scale needs a min above 0",
                               p->name, text->min);
    return true;
}

/* Bounds are doubles: JSON, SQLite and NumPy agree on integers only up to 2^53. */
static bool check_integers(const struct sweep_parameter *p, const struct bounds_text *text,
                           struct sweep_error *err)
{
    const double numbers[] = {p->min, p->max, p->step};
    const char *const texts[] = {text->min, text->max, text->step};
    for (size_t i = 0; i < 3; i++) {
        if (numbers[i] != nearbyint(numbers[i]))
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "parameter '%s' takes integers, but %s is none", p->name,
                                   texts[i]);
        if (fabs(numbers[i]) > STEP_GRID_MAX)
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "parameter '%s': %s is beyond 2^53 (9007199254740992), the "
                                   "largest integer that is exact everywhere",
                                   p->name, texts[i]);
    }
    return true;
}

/* Steps that doubles cannot tell apart, or more of them than can be numbered exactly. */
static bool has_too_many_steps(const struct sweep_parameter *p)
{
    double step = step_grid_is_integer(p) ? fmax(p->step, 1) : p->step;
    return step > 0 && ((p->max - p->min) / step >= STEP_GRID_MAX || p->max - step == p->max ||
                        p->min + step == p->min);
}

static bool check_step(const struct sweep_parameter *p, const struct bounds_text *text,
                       struct sweep_error *err)
{
    if (p->step < 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': step is %s; it must be above 0", p->name,
                               text->step);
    if (p->step > p->max - p->min)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': step %s is larger than the whole range from %s to "
                               "%s; only min would ever be tried",
                               p->name, text->step, text->min, text->max);
    if (has_too_many_steps(p))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': there are too many values from %s to %s to count "
                               "them; narrow the range or take a larger step",
                               p->name, text->min, text->max);
    return true;
}

/* How far draws can be from mu, in deviations: QUANTILE_EDGE is beyond 8.2 of them. */
#define DEVIATIONS 8.3

static bool check_moments(const struct sweep_parameter *p, struct sweep_error *err)
{
    char mu[NUMBER_TEXT_MAX];
    char sigma[NUMBER_TEXT_MAX];
    format_bound(p->mu, mu);
    format_bound(p->sigma, sigma);
    if (!isfinite(p->mu) || !isfinite(p->sigma))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': mu %s and sigma %s must be finite numbers", p->name,
                               mu, sigma);
    if (p->sigma <= 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': sigma is %s; it must be above 0", p->name, sigma);
    double reach = fabs(p->mu) + DEVIATIONS * p->sigma;
    if (reach < (p->distribution == SWEEP_LOG_NORMAL ? log(DBL_MAX) : DBL_MAX))
        return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "parameter '%s': with mu %s and sigma %s draws are beyond what a number "
                           "holds%s",
                           p->name, mu, sigma,
                           p->distribution == SWEEP_LOG_NORMAL ? "; both are of the logarithm"
                                                               : "");
}

/* GSL would end the program at the least trouble, where its result says the same. */
static bool check_shapes(const struct sweep_parameter *p, struct sweep_error *err)
{
    const double shapes[] = {p->a, p->b};
    char text[NUMBER_TEXT_MAX];
    gsl_set_error_handler_off();
    for (size_t i = 0; i < 2; i++) {
        if (shapes[i] > 0 && isfinite(shapes[i]))
            continue;
        format_bound(shapes[i], text);
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': %s is %s; it must be a finite number above 0",
                               p->name, i == 0 ? "a" : "b", text);
    }
    return true;
}

static bool check_bounds(const struct sweep_parameter *p, struct sweep_error *err)
{
    struct bounds_text text;
    format_bound(p->min, text.min);
    format_bound(p->max, text.max);
    format_bound(p->step, text.step);
    if (!isfinite(p->min) || !isfinite(p->max) || !isfinite(p->step))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': min %s, max %s and step %s must be finite numbers",
                               p->name, text.min, text.max, text.step);
    if (step_grid_is_integer(p) && !check_integers(p, &text, err))
        return false;
    if (!check_order(p, &text, err))
        return false;
    if (!isfinite(p->max - p->min))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': the range from %s to %s is too wide for a number",
                               p->name, text.min, text.max);
    return check_step(p, &text, err);
}

static bool check_distribution(const struct sweep_parameter *p, struct sweep_error *err)
{
    switch (p->distribution) {
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
        return check_choices(p, err);
    case SWEEP_UNIFORM:
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        return check_bounds(p, err);
    case SWEEP_NORMAL:
    case SWEEP_LOG_NORMAL:
        return check_moments(p, err);
    case SWEEP_BETA:
        return check_shapes(p, err);
    }
    return false;
}

/* Multiples are counted too, and the largest is a number that JSON and SQLite have exactly. */
static bool check_multiple(const struct sweep_parameter *p, struct sweep_error *err)
{
    char text[NUMBER_TEXT_MAX];
    format_bound(p->q, text);
    if (p->q < 0 || !isfinite(p->q))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "parameter '%s': q is %s; it must be a finite number above 0",
                               p->name, text);
    if (p->q == 0 || p->distribution == SWEEP_NORMAL || p->distribution == SWEEP_LOG_NORMAL)
        return true;
    double largest = fmax(fabs(quantile_of(p, 0)), fabs(quantile_of(p, 1)));
    if (largest / p->q < STEP_GRID_MAX / 2 && (!p->q_is_int || largest < STEP_GRID_MAX))
        return true;
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "parameter '%s': there are too many multiples of q %s to count them; "
                           "narrow the range or take a larger q",
                           p->name, text);
}

bool space_check_parameter(const struct sweep_parameter *p, struct sweep_error *err)
{
    return check_distribution(p, err) && check_multiple(p, err);
}
