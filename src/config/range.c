/*
 * `min` and `max` -> a range. What makes bounds impossible is space's, and gets its place in the
 * file here.
 */
#include "config/range.h"

#include <math.h>
#include <string.h>

#include "config/density.h"
#include "space/space.h"
#include "space/step_grid.h"

/* The bounds as they are written. */
struct bounds {
    struct scalar min;
    struct scalar max;
    struct scalar step; /* SCALAR_NULL where there is none */
};

/* Every integer up to 2^53 is exact as a double; beyond, a bound would silently be another one. */
static bool read_bound(struct reader *reader, const struct node *node, const char *what,
                       struct scalar *out)
{
    const int64_t limit = INT64_C(1) << 53;
    if (!reader_number(reader, node, what, out))
        return false;
    if (out->kind != SCALAR_INT || (out->integer >= -limit && out->integer <= limit))
        return true;
    reader_error(reader, node,
                 "'%s' is beyond 2^53 (9007199254740992), the largest integer that is "
                 "exact everywhere",
                 what);
    return false;
}

static bool read_step_width(struct reader *reader, const struct parameter_draft *draft,
                            struct bounds *bounds)
{
    if (draft->step == NULL)
        return true;
    if (!read_bound(reader, draft->step, "step", &bounds->step))
        return false;
    if (bounds->step.real > 0)
        return true;
    reader_error(reader, draft->step, "'step' of parameter '%s' must be above 0", draft->key->text);
    reader_hint(reader, "leave it out for none");
    return false;
}

static bool read_bounds(struct reader *reader, const struct parameter_draft *draft,
                        struct bounds *bounds)
{
    const struct node *missing = draft->min == NULL ? draft->max : draft->min;
    if (draft->min == NULL || draft->max == NULL) {
        reader_error(reader, missing, "parameter '%s' has a '%s' but no '%s'", draft->key->text,
                     draft->min == NULL ? "max" : "min", draft->min == NULL ? "min" : "max");
        return false;
    }
    bool ok = read_bound(reader, draft->min, "min", &bounds->min);
    ok = read_bound(reader, draft->max, "max", &bounds->max) && ok;
    return read_step_width(reader, draft, bounds) && ok;
}

/* Without a distribution: integers where all that is written are integers. */
static bool infer_integer(struct reader *reader, const struct parameter_draft *draft,
                          const struct bounds *bounds)
{
    bool min_is_int = bounds->min.kind == SCALAR_INT;
    bool max_is_int = bounds->max.kind == SCALAR_INT;
    bool step_is_real = bounds->step.kind == SCALAR_REAL;
    /* Weights & Biases calls mixed bounds ambiguous. With a log scale nobody means integers there.
     */
    if (min_is_int != max_is_int && !draft->is_log) {
        const struct node *whole = min_is_int ? draft->min : draft->max;
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, whole->mark,
                        "parameter '%s' takes real numbers, since only one bound is an integer",
                        draft->key->text);
        reader_hint(reader, "write both as integers, or both with a decimal point");
    }
    if (min_is_int && max_is_int && step_is_real) {
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, draft->step->mark,
                        "parameter '%s' takes real numbers, since its step is a fraction",
                        draft->key->text);
    }
    return min_is_int && max_is_int && !step_is_real;
}

static enum sweep_distribution numeric_distribution(bool is_integer, bool is_log)
{
    if (is_integer)
        return is_log ? SWEEP_INT_LOG : SWEEP_INT_UNIFORM;
    return is_log ? SWEEP_LOG_UNIFORM : SWEEP_UNIFORM;
}

/* The number that a message about the bounds should point at. */
static const struct node *find_culprit(const struct parameter_draft *draft,
                                       const struct sweep_parameter *parameter)
{
    bool is_log =
        parameter->distribution == SWEEP_LOG_UNIFORM || parameter->distribution == SWEEP_INT_LOG;
    bool is_integer =
        parameter->distribution == SWEEP_INT_UNIFORM || parameter->distribution == SWEEP_INT_LOG;
    bool min_is_whole = parameter->min == nearbyint(parameter->min);
    bool min_is_wrong = (is_log && parameter->min <= 0) || (is_integer && !min_is_whole);
    return min_is_wrong && parameter->min < parameter->max ? draft->min : draft->max;
}

/* First without the step, so that a mistake is shown at the number that makes it one. */
static bool check_bounds(struct reader *reader, const struct parameter_draft *draft,
                         const struct sweep_parameter *parameter)
{
    struct sweep_error err = {0};
    struct sweep_parameter stepless = *parameter;
    stepless.step = 0;
    stepless.step_is_int = false;
    stepless.q = 0;
    const struct node *culprit = draft->q != NULL ? draft->q : draft->step;
    if (!space_check_parameter(&stepless, &err))
        culprit = find_culprit(draft, parameter);
    else if (space_check_parameter(parameter, &err))
        return true;
    reader_error(reader, culprit != NULL ? culprit : draft->max, "%s", err.message);
    return false;
}

/* --- logarithms for limits ------------------------------------------------------------------- */

/* Between these the exponential function gives normal numbers, and room for their sums. */
#define EXPONENT_MAX 700.0

/* Nobody searches from e^25 on; and a rate's limits are above 0 and at most 1, its logarithms not.
 */
static bool is_like_limits(const struct sweep_parameter *range)
{
    return (range->min > 0 && range->max <= 1) || range->max > 25;
}

static void warn_of_logarithms(struct reader *reader, const struct parameter_draft *draft,
                               const struct distribution *distribution,
                               const struct sweep_parameter *limits, bool is_slip)
{
    reader_warning(reader, draft->distribution,
                   "'%s' takes natural logarithms for 'min' and 'max': '%s' is drawn between "
                   "%.4g and %.4g",
                   distribution->name, draft->key->text, limits->min, limits->max);
    if (is_slip)
        reader_hint(reader, "were the limits themselves meant? Then write 'distribution: %s'",
                    distribution->instead);
    else
        reader_hint(reader, "'distribution: %s' takes the limits themselves",
                    distribution->instead);
}

static bool take_logarithms(struct reader *reader, const struct parameter_draft *draft,
                            const struct distribution *distribution, struct sweep_parameter *out)
{
    struct sweep_parameter range = *out;
    range.distribution = SWEEP_UNIFORM;
    range.q = 0;
    if (!check_bounds(reader, draft, &range))
        return false;
    if (range.min < -EXPONENT_MAX || range.max > EXPONENT_MAX) {
        reader_error(reader, range.max > EXPONENT_MAX ? draft->max : draft->min,
                     "'%s' takes natural logarithms for 'min' and 'max', and e to the %s is beyond "
                     "any number",
                     distribution->name,
                     (range.max > EXPONENT_MAX ? draft->max : draft->min)->text);
        reader_hint(reader, "for the limits themselves write 'distribution: %s'",
                    distribution->instead);
        return false;
    }
    bool is_inverse = distribution->limits == LIMITS_INVERSE;
    out->min = exp(is_inverse ? -range.max : range.min);
    out->max = exp(is_inverse ? -range.min : range.max);
    warn_of_logarithms(reader, draft, distribution, out, is_like_limits(&range));
    return true;
}

/* --- multiples in a grid --------------------------------------------------------------------- */

/*
 * Weights & Biases' grid over multiples counts from min on and leaves max out, as NumPy's arange
 * does; its draws are multiples of q.
 */
static void lay_grid(struct reader *reader, struct sweep_parameter *out, bool is_integer)
{
    struct step_grid grid;
    out->step = out->q;
    out->step_is_int = out->q_is_int && is_integer;
    out->q = 0;
    step_grid_init(&grid, out);
    double last = step_grid_value(&grid, grid.count - 1);
    if (last >= out->max && grid.count > 1)
        last = step_grid_value(&grid, grid.count - 2);
    if (last > out->min) {
        out->max = last;
        return;
    }
    struct sweep_value *only = arena_alloc(reader->arena, sizeof *only);
    *only = out->step_is_int
                ? (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = (int64_t)out->min}
                : (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = out->min};
    *out = (struct sweep_parameter){
        .name = out->name, .distribution = SWEEP_CATEGORICAL, .choices = only, .choice_count = 1};
}

static bool is_grid(const struct reader *reader)
{
    const char *method = reader->draft.config.method;
    return method != NULL && strcmp(method, "grid") == 0;
}

/* --- a range --------------------------------------------------------------------------------- */

static void warn_of_q(struct reader *reader, const struct parameter_draft *draft)
{
    const char *name = draft->is_log ? "q_log_uniform_values" : "q_uniform";
    reader_warning(reader, draft->q,
                   "parameter '%s' has a 'q' and no distribution; it is taken for %s",
                   draft->key->text, name);
    reader_hint(reader, "write 'distribution: %s', or 'step' for steps from 'min' on", name);
}

static bool read_plain(struct reader *reader, const struct parameter_draft *draft,
                       const struct distribution *distribution, const struct bounds *bounds,
                       struct sweep_parameter *out)
{
    bool is_log =
        draft->is_log || (distribution != NULL && distribution->distribution == SWEEP_LOG_UNIFORM);
    bool is_integer = distribution != NULL ? distribution->distribution == SWEEP_INT_UNIFORM
                                           : infer_integer(reader, draft, bounds);
    out->distribution = numeric_distribution(is_integer, is_log);
    out->step = draft->step != NULL ? bounds->step.real : 0;
    out->step_is_int = draft->step != NULL && is_integer;
    if (distribution != NULL && distribution->limits != LIMITS_THEMSELVES &&
        !take_logarithms(reader, draft, distribution, out))
        return false;
    return check_bounds(reader, draft, out);
}

static bool read_rounded(struct reader *reader, const struct parameter_draft *draft,
                         const struct distribution *distribution, const struct bounds *bounds,
                         struct sweep_parameter *out)
{
    bool is_log =
        distribution != NULL ? distribution->distribution == SWEEP_LOG_UNIFORM : draft->is_log;
    out->distribution = numeric_distribution(false, is_log);
    if (!density_read_q(reader, draft, out))
        return false;
    if (distribution == NULL)
        warn_of_q(reader, draft);
    else if (distribution->limits != LIMITS_THEMSELVES &&
             !take_logarithms(reader, draft, distribution, out))
        return false;
    if (!check_bounds(reader, draft, out))
        return false;
    if (is_grid(reader) && !is_log)
        lay_grid(reader, out, bounds->min.kind == SCALAR_INT && bounds->max.kind == SCALAR_INT);
    return true;
}

bool range_read(struct reader *reader, const struct parameter_draft *draft,
                const struct distribution *distribution, struct sweep_parameter *out)
{
    struct bounds bounds = {.step = {.kind = SCALAR_NULL}};
    if (!read_bounds(reader, draft, &bounds))
        return false;
    out->min = bounds.min.real;
    out->max = bounds.max.real;
    bool is_rounded = distribution != NULL ? distribution->has_q : draft->q != NULL;
    return is_rounded ? read_rounded(reader, draft, distribution, &bounds, out)
                      : read_plain(reader, draft, distribution, &bounds, out);
}
