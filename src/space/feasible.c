/*
 * Draws and given params against the rules of a space. Which rules these are is rules.c's.
 */
#include "space/feasible.h"

#include <math.h>
#include <string.h>

#include "space/parts.h"
#include "sweep/mem.h"
#include "sweep/rng.h"

#define ENOUGH_FEASIBLE 1000
#define ENOUGH_SEEN     100 /* where each parameter has been active, and nobody wants the share */
#define ENOUGH_DRAWS    (UINT64_C(1) << 18)
#define MISSING_DRAWS   (UINT64_C(1) << 18)

static void draw(const struct sweep_space *space, struct sweep_rng *rng, struct sweep_value *params)
{
    for (size_t i = 0; i < space->count; i++)
        params[i] = sweep_parameter_draw(&space->parameters[i], sweep_rng_uniform(rng));
}

/* Only what some rule reads: of a wide space that is little. The others keep what they had first.
 */
static void draw_read(struct sweep_judge *judge, struct sweep_rng *rng,
                      const struct sweep_value *first, struct sweep_value *params)
{
    const struct sweep_space *space = judge_space(judge);
    for (size_t i = 0; i < space->count; i++)
        params[i] = judge_reads(judge, i)
                        ? sweep_parameter_draw(&space->parameters[i], sweep_rng_uniform(rng))
                        : first[i];
}

/* --- the share -------------------------------------------------------------------------------- */

static bool has_seen_all(const uint64_t *active, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (active[i] == 0)
            return false;
    return true;
}

static bool sample(const struct sweep_space *space, uint64_t seed, struct space_share *share,
                   uint64_t *active)
{
    struct sweep_judge *judge = sweep_judge_create(space, NULL);
    struct sweep_rng rng;
    if (judge == NULL)
        return false;
    struct sweep_value *params = sweep_alloc_array(space->count, sizeof *params);
    struct sweep_value *first = sweep_alloc_array(space->count, sizeof *first);
    *share = (struct space_share){0};
    sweep_rng_init(&rng, seed, 0);
    draw(space, &rng, first);
    for (size_t i = 0; active != NULL && i < space->count; i++)
        active[i] = 0;
    while (share->feasible < ENOUGH_FEASIBLE && share->draws < ENOUGH_DRAWS) {
        draw_read(judge, &rng, first, params);
        share->draws++;
        if (!sweep_judge_settle(judge, params))
            continue;
        share->feasible++;
        for (size_t i = 0; active != NULL && i < space->count; i++)
            active[i] += params[i].kind != SWEEP_VALUE_NONE;
        if (active != NULL && share->feasible >= ENOUGH_SEEN && has_seen_all(active, space->count))
            break;
    }
    sweep_free(params);
    sweep_free(first);
    sweep_judge_free(judge);
    return true;
}

bool space_measure_share(const struct sweep_space *space, uint64_t seed, struct space_share *share)
{
    return sample(space, seed, share, NULL);
}

bool space_find_active(const struct sweep_space *space, uint64_t seed, struct space_share *share,
                       uint64_t *active)
{
    return sample(space, seed, share, active);
}

void space_share_interval(const struct space_share *share, double *low, double *high)
{
    const double z = 1.959963984540054; /* 95% of a normal distribution lie within */
    double n = (double)share->draws;
    double p = (double)share->feasible / n;
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    *low = share->feasible == 0 ? 0 : fmax(middle - half, 0);
    *high = share->feasible == share->draws ? 1 : fmin(middle + half, 1);
}

/* --- what is given ---------------------------------------------------------------------------- */

static bool refuse_missing(const struct sweep_space *space, size_t index, struct sweep_error *err)
{
    const char *name = space->parameters[index].name;
    if (!space_has_condition(space, index))
        return sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' is missing", name);
    return sweep_error_set(err, SWEEP_BAD_INPUT,
                           "parameter '%s' is missing, and it is active here: %s", name,
                           space->conditions[index].text);
}

static bool settle(struct sweep_judge *judge, struct sweep_value *params, struct sweep_error *err)
{
    const struct sweep_space *space = judge_space(judge);
    for (size_t place = 0; place < space->count; place++) {
        size_t index = space->digits[place];
        if (!judge_is_active(judge, index))
            params[index] = (struct sweep_value){.kind = SWEEP_VALUE_NONE};
        else if (params[index].kind == SWEEP_VALUE_NONE)
            return refuse_missing(space, index, err);
        judge_put(judge, index, &params[index]);
    }
    for (size_t i = 0; i < space->constraint_count; i++)
        if (!judge_meets(judge, i))
            return sweep_error_set(err, SWEEP_BAD_INPUT, "the constraint '%s' does not hold",
                                   space->constraints[i].rule.text);
    return true;
}

bool space_settle_given(const struct sweep_space *space, struct sweep_value *params,
                        struct sweep_error *err)
{
    struct sweep_judge *judge = sweep_judge_create(space, err);
    if (judge == NULL)
        return false;
    bool done = settle(judge, params, err);
    sweep_judge_free(judge);
    return done;
}

/* --- what is missing -------------------------------------------------------------------------- */

static bool keeps(const struct sweep_space *space, const struct sweep_value *given,
                  const struct sweep_value *params, size_t *lost)
{
    for (size_t i = 0; i < space->count; i++)
        if (given[i].kind != SWEEP_VALUE_NONE && params[i].kind == SWEEP_VALUE_NONE) {
            *lost = i;
            return false;
        }
    return true;
}

/* @param[out] lost  a given parameter that was inactive, or SPACE_NOT_FOUND */
static bool draw_around(struct sweep_judge *judge, uint64_t seed, const struct sweep_value *given,
                        struct sweep_value *params, size_t *lost)
{
    const struct sweep_space *space = judge_space(judge);
    struct sweep_rng rng;
    sweep_rng_init(&rng, seed, 0);
    for (uint64_t i = 0; i < MISSING_DRAWS; i++) {
        draw(space, &rng, params);
        for (size_t k = 0; k < space->count; k++)
            if (given[k].kind != SWEEP_VALUE_NONE)
                params[k] = given[k];
        bool is_feasible = sweep_judge_settle(judge, params);
        if (keeps(space, given, params, lost) && is_feasible)
            return true;
    }
    return false;
}

bool space_draw_missing(const struct sweep_space *space, uint64_t seed, struct sweep_value *params,
                        struct sweep_error *err)
{
    struct sweep_judge *judge = sweep_judge_create(space, err);
    size_t lost = SPACE_NOT_FOUND;
    if (judge == NULL)
        return false;
    struct sweep_value *given = sweep_alloc_array(space->count, sizeof *given);
    if (space->count > 0)
        memcpy(given, params, space->count * sizeof *given);
    bool done = draw_around(judge, seed, given, params, &lost);
    if (!done && lost != SPACE_NOT_FOUND)
        sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s' is inactive with the others: %s",
                        space->parameters[lost].name, space->conditions[lost].text);
    else if (!done)
        sweep_error_set(err, SWEEP_BAD_INPUT,
                        "no configuration with these values meets the constraints");
    sweep_free(given);
    sweep_judge_free(judge);
    return done;
}

/* --- recorded params -------------------------------------------------------------------------- */

/* As the parameter itself would have it: an integer is no value of what takes reals now. */
static bool is_value_of(const struct sweep_parameter *parameter, const struct sweep_value *value)
{
    struct sweep_value own;
    return space_accept_value(parameter, value, &own, NULL) && sweep_value_equal(&own, value);
}

static bool is_point(struct sweep_judge *judge, const struct sweep_value *params)
{
    const struct sweep_space *space = judge_space(judge);
    for (size_t i = 0; i < space->count; i++) {
        bool is_absent = params[i].kind == SWEEP_VALUE_NONE;
        if (is_absent ? !sweep_space_is_conditional(space, i)
                      : !is_value_of(&space->parameters[i], &params[i]))
            return false;
    }
    return sweep_judge_is_feasible(judge, params);
}

/* @param[out] had_any  whether a former parameter is recorded */
static bool had_no_choice(const struct sweep_space *space, const struct sweep_value *params,
                          bool *had_any)
{
    *had_any = false;
    for (size_t i = 0; i < space->count; i++) {
        const struct sweep_parameter *parameter = &space->parameters[i];
        if (!space_is_former(space, i) || params[i].kind == SWEEP_VALUE_NONE)
            continue;
        *had_any = true;
        if (parameter->choice_count != 1 || !sweep_value_equal(&parameter->choices[0], &params[i]))
            return false;
    }
    return true;
}

static bool is_missing_constant(const struct sweep_parameter *parameter,
                                const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_NONE && sweep_parameter_size(parameter) == 1;
}

/* Those that are inactive stay absent. @return whether any was added */
static bool add_constants(struct sweep_judge *judge, struct sweep_value *params)
{
    const struct sweep_space *space = judge_space(judge);
    struct sweep_value *settled = sweep_alloc_array(space->count, sizeof *settled);
    bool is_missing = false;
    bool added = false;
    for (size_t i = 0; i < space->count; i++) {
        bool is_constant = is_missing_constant(&space->parameters[i], &params[i]);
        settled[i] = is_constant ? sweep_parameter_level(&space->parameters[i], 0) : params[i];
        is_missing = is_missing || is_constant;
    }
    if (is_missing)
        (void)sweep_judge_settle(judge, settled);
    for (size_t i = 0; is_missing && i < space->count; i++) {
        if (!is_missing_constant(&space->parameters[i], &params[i]))
            continue;
        params[i] = settled[i];
        added = added || settled[i].kind != SWEEP_VALUE_NONE;
    }
    sweep_free(settled);
    return added;
}

enum space_fit space_adapt(const struct sweep_space *space, struct sweep_judge *judge,
                           struct sweep_value *params)
{
    bool had_former;
    bool is_like_today = had_no_choice(space, params, &had_former);
    bool added = add_constants(judge, params);
    if (!is_like_today || !is_point(judge, params))
        return SPACE_OUTSIDE;
    return had_former || added ? SPACE_FITS_ADAPTED : SPACE_FITS;
}

enum space_fit space_fit(const struct sweep_space *space, struct sweep_judge *judge,
                         const struct sweep_value *params)
{
    struct sweep_value *copy = sweep_alloc_array(space->count, sizeof *copy);
    if (space->count > 0)
        memcpy(copy, params, space->count * sizeof *copy);
    enum space_fit fit = space_adapt(space, judge, copy);
    sweep_free(copy);
    return fit;
}
