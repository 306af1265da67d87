/*
 * Derived values: checked once, and computed anew for each trial, with expressions of their own, so
 * that any thread may do it.
 */
#include "space/derive.h"

#include <math.h>
#include <string.h>

#include "space/parts.h"
#include "space/step_grid.h"
#include "sweep/mem.h"
#include "sweep/rng.h"

/* To see which values can be absent. */
#define SAMPLE_DRAWS 200

/* The expressions at work. */
struct deriver {
    const struct sweep_space *space;
    const struct space_derived *items; /* [count] */
    size_t count;
    struct expr_scope *scope;
    struct expr **exprs; /* [count] */
};

static void deriver_release(struct deriver *deriver)
{
    for (size_t i = 0; i < deriver->count; i++)
        expr_free(deriver->exprs[i]);
    expr_scope_free(deriver->scope);
    sweep_free(deriver->exprs);
}

/* @param faults  NULL: they are known to be right
 * @return false where any is wrong, each of which is among the faults then */
static bool deriver_init(struct deriver *deriver, struct space_derive_faults *faults)
{
    struct arena arena = {0};
    bool done = true;
    const char **names = arena_alloc_array(&arena, deriver->count, sizeof *names);
    for (size_t i = 0; i < deriver->count; i++)
        names[i] = deriver->items[i].name;
    deriver->scope = space_make_scope(deriver->space, names, deriver->count);
    arena_release(&arena);
    deriver->exprs = sweep_alloc_array(deriver->count, sizeof(deriver->exprs[0]));
    for (size_t i = 0; i < deriver->count; i++) {
        struct space_derive_fault fault = {.index = i};
        deriver->exprs[i] =
            expr_compile(deriver->scope, deriver->items[i].text, &fault.place, &fault.error);
        if (deriver->exprs[i] != NULL)
            continue;
        done = false;
        if (faults != NULL)
            faults->items[faults->count++] = fault;
    }
    return done;
}

static struct sweep_value value_of(struct arena *arena, const struct expr_value *value)
{
    switch (value->kind) {
    case EXPR_NULL:
        break;
    case EXPR_NUMBER:
        if (value->number == nearbyint(value->number) && fabs(value->number) <= STEP_GRID_MAX)
            return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = (int64_t)value->number};
        return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = value->number};
    case EXPR_TEXT:
        return (struct sweep_value){.kind = SWEEP_VALUE_TEXT,
                                    .text = arena_strdup(arena, value->text)};
    }
    return (struct sweep_value){.kind = SWEEP_VALUE_NONE};
}

/* @param[out] out  [count] */
static void deriver_compute(struct deriver *deriver, struct arena *arena,
                            const struct sweep_value *params, struct sweep_value *out)
{
    for (size_t i = 0; i < deriver->space->count; i++) {
        const struct expr_value read = space_expr_value(arena, &params[i]);
        expr_scope_set(deriver->scope, i, &read);
    }
    for (size_t i = 0; i < deriver->count; i++) {
        struct expr_value value = {.kind = EXPR_NULL};
        if (!expr_evaluate(deriver->exprs[i], &value, NULL))
            value.kind = EXPR_NULL;
        out[i] = value_of(arena, &value);
        const struct expr_value read = space_expr_value(arena, &out[i]);
        expr_scope_set(deriver->scope, deriver->space->count + i, &read);
    }
}

/* --- making ----------------------------------------------------------------------------------- */

/* The first one from `index` on that is read, or `count`: there each may read those before it. */
static size_t find_later(const struct deriver *deriver, size_t index)
{
    size_t later = index;
    while (later < deriver->count &&
           !expr_uses(deriver->exprs[index], deriver->space->count + later))
        later++;
    return later;
}

static bool check_order(const struct deriver *deriver, struct space_derive_faults *faults)
{
    for (size_t i = 0; i < deriver->count; i++) {
        size_t later = deriver->exprs[i] != NULL ? find_later(deriver, i) : deriver->count;
        if (later == deriver->count)
            continue;
        struct space_derive_fault *fault = &faults->items[faults->count++];
        *fault =
            (struct space_derive_fault){.index = i, .place = {0, strlen(deriver->items[i].text)}};
        if (later == i)
            sweep_error_set(&fault->error, SWEEP_BAD_INPUT, "it names itself");
        else
            sweep_error_set(&fault->error, SWEEP_BAD_INPUT,
                            "it names '%s', which is derived after it", deriver->items[later].name);
    }
    return faults->count == 0;
}

/* @param[out] absent  [count] whether it had no value for some params */
static bool find_absent(struct deriver *deriver, bool *absent, struct sweep_error *err)
{
    struct arena arena = {0};
    const struct sweep_space *space = deriver->space;
    struct sweep_judge *judge = sweep_judge_create(space, err);
    if (judge == NULL)
        return false;
    struct sweep_value *params = arena_alloc_array(&arena, space->count, sizeof *params);
    struct sweep_value *values = arena_alloc_array(&arena, deriver->count, sizeof *values);
    for (uint64_t draw = 0; draw < SAMPLE_DRAWS; draw++) {
        struct sweep_rng rng;
        sweep_rng_init(&rng, 0, draw);
        for (size_t i = 0; i < space->count; i++)
            params[i] = sweep_parameter_draw(&space->parameters[i], sweep_rng_uniform(&rng));
        if (!sweep_judge_settle(judge, params))
            continue;
        deriver_compute(deriver, &arena, params, values);
        for (size_t i = 0; i < deriver->count; i++)
            absent[i] = absent[i] || values[i].kind == SWEEP_VALUE_NONE;
    }
    sweep_judge_free(judge);
    arena_release(&arena);
    return true;
}

/* Nobody draws from them: they are there for their names. */
static const struct sweep_value no_value = {.kind = SWEEP_VALUE_NULL};

static struct sweep_space *make_passed(struct arena *arena, const struct deriver *deriver,
                                       const bool *absent, struct sweep_error *err)
{
    const struct sweep_space *space = deriver->space;
    size_t told = space_told_count(space);
    size_t count = told + deriver->count;
    struct sweep_parameter *parameters = arena_alloc_array(arena, count, sizeof *parameters);
    for (size_t i = 0; i < told; i++)
        parameters[i] = space->parameters[i];
    for (size_t i = 0; i < deriver->count; i++)
        parameters[told + i] = (struct sweep_parameter){.name = deriver->items[i].name,
                                                        .distribution = SWEEP_CONSTANT,
                                                        .choices = &no_value,
                                                        .choice_count = 1};
    struct sweep_space *passed = space_create(arena, parameters, count, err);
    if (passed == NULL)
        return NULL;
    space_set_former(passed, space->former_first, space->former_count);
    passed->conditions = arena_alloc_array(arena, count, sizeof(passed->conditions[0]));
    for (size_t i = 0; i < told && space->conditions != NULL; i++)
        passed->conditions[i] = space->conditions[i];
    for (size_t i = 0; i < deriver->count; i++)
        if (absent[i])
            passed->conditions[told + i].text = deriver->items[i].text;
    return passed;
}

/* What is wrong with none of them is shown at the first. */
static struct sweep_space *derive(struct arena *arena, struct deriver *deriver,
                                  struct space_derive_faults *faults)
{
    struct space_derive_fault fault = {0};
    bool *absent = arena_alloc_array(arena, deriver->count, sizeof *absent);
    struct sweep_space *passed = NULL;
    bool is_sound = deriver_init(deriver, faults);
    if (!check_order(deriver, faults) || !is_sound)
        return NULL;
    if (find_absent(deriver, absent, &fault.error))
        passed = make_passed(arena, deriver, absent, &fault.error);
    if (passed == NULL)
        faults->items[faults->count++] = fault;
    return passed;
}

bool space_derive(struct arena *arena, struct sweep_space *space, const struct space_derived *items,
                  size_t count, struct space_derive_faults *faults)
{
    struct deriver deriver = {.space = space, .items = items, .count = count};
    *faults = (struct space_derive_faults){
        .items = arena_alloc_array(arena, count, sizeof *faults->items)};
    struct sweep_space *passed = derive(arena, &deriver, faults);
    deriver_release(&deriver);
    if (passed == NULL)
        return false;
    space->passed = passed;
    space->derived = items;
    space->derived_count = count;
    return true;
}

size_t space_derived_count(const struct sweep_space *space)
{
    return space->derived_count;
}

const struct space_derived *space_derived(const struct sweep_space *space, size_t index)
{
    return &space->derived[index];
}

const struct sweep_space *space_passed(const struct sweep_space *space)
{
    return space->passed != NULL ? space->passed : space;
}

const struct sweep_value *space_pass(struct arena *arena, const struct sweep_space *space,
                                     const struct sweep_value *params)
{
    if (space->passed == NULL)
        return params;
    struct deriver deriver = {
        .space = space, .items = space->derived, .count = space->derived_count};
    size_t told = space_told_count(space);
    struct sweep_value *all = arena_alloc_array(arena, space->passed->count, sizeof *all);
    if (told > 0)
        memcpy(all, params, told * sizeof *all);
    if (deriver_init(&deriver, NULL))
        deriver_compute(&deriver, arena, params, all + told);
    deriver_release(&deriver);
    return all;
}
