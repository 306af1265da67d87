/*
 * Comparing what trials took.
 */
#include "run/needs.h"

#include <string.h>

#include "sweep/mem.h"

/* A tenth more is given, and is no difference. */
static uint64_t with_margin(uint64_t bytes)
{
    return bytes + bytes / 10;
}

void needs_init(struct needs *needs, size_t param_count)
{
    *needs = (struct needs){.param_count = param_count, .telling = NEEDS_NO_PARAMETER};
}

void needs_release(struct needs *needs)
{
    for (size_t i = 0; i < needs->count; i++)
        sweep_free(needs->samples[i].params);
    needs_init(needs, needs->param_count);
}

/* --- values ----------------------------------------------------------------------------------- */

static bool is_number(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT || value->kind == SWEEP_VALUE_REAL;
}

static double number_of(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

static bool is_alike(uint64_t a, uint64_t b)
{
    return a <= with_margin(b) && b <= with_margin(a);
}

/* --- which parameter tells -------------------------------------------------------------------- */

/* Whether all trials with the same value took the same, and some value came twice. */
static bool tells(const struct needs *needs, size_t parameter)
{
    bool has_pair = false;
    for (size_t i = 0; i < needs->count; i++)
        for (size_t k = i + 1; k < needs->count; k++) {
            const struct needs_sample *a = &needs->samples[i];
            const struct needs_sample *b = &needs->samples[k];
            if (!sweep_value_equal(&a->params[parameter], &b->params[parameter]))
                continue;
            if (!is_alike(a->bytes, b->bytes))
                return false;
            has_pair = true;
        }
    return has_pair;
}

static size_t count_values(const struct needs *needs, size_t parameter)
{
    size_t count = 0;
    for (size_t i = 0; i < needs->count; i++) {
        bool is_new = true;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = !sweep_value_equal(&needs->samples[i].params[parameter],
                                        &needs->samples[k].params[parameter]);
        count += is_new;
    }
    return count;
}

uint64_t needs_least(const struct needs *needs)
{
    uint64_t least = needs->count > 0 ? needs->samples[0].bytes : 0;
    for (size_t i = 1; i < needs->count; i++)
        if (needs->samples[i].bytes < least)
            least = needs->samples[i].bytes;
    return least;
}

/* Of several that tell, the one with the fewest values. */
static size_t find_telling(const struct needs *needs)
{
    size_t best = NEEDS_NO_PARAMETER;
    size_t fewest = SIZE_MAX;
    if (is_alike(needs_least(needs), needs->most_bytes))
        return NEEDS_NO_PARAMETER; /* there is nothing to tell */
    for (size_t i = 0; i < needs->param_count; i++) {
        if (!tells(needs, i))
            continue;
        size_t values = count_values(needs, i);
        if (values < fewest) {
            fewest = values;
            best = i;
        }
    }
    return best;
}

void needs_learn(struct needs *needs, const struct sweep_value *params, uint64_t bytes)
{
    size_t place = needs->count < NEEDS_MAX ? needs->count++ : needs->next++ % NEEDS_MAX;
    struct needs_sample *sample = &needs->samples[place];
    sweep_free(sample->params);
    sample->params = sweep_alloc_array(needs->param_count, sizeof *sample->params);
    if (needs->param_count > 0)
        memcpy(sample->params, params, needs->param_count * sizeof *params);
    sample->bytes = bytes;
    if (bytes > needs->most_bytes)
        needs->most_bytes = bytes;
    needs->telling = find_telling(needs);
}

/* --- what is given ---------------------------------------------------------------------------- */

/* The most that trials with this value of the telling parameter took; 0: there were none. */
static uint64_t find_same(const struct needs *needs, const struct sweep_value *value)
{
    uint64_t most = 0;
    for (size_t i = 0; i < needs->count; i++)
        if (sweep_value_equal(&needs->samples[i].params[needs->telling], value) &&
            needs->samples[i].bytes > most)
            most = needs->samples[i].bytes;
    return most;
}

/* Whether trials with a larger number took no less. */
static bool is_growing(const struct needs *needs)
{
    for (size_t i = 0; i < needs->count; i++)
        for (size_t k = 0; k < needs->count; k++) {
            const struct sweep_value *a = &needs->samples[i].params[needs->telling];
            const struct sweep_value *b = &needs->samples[k].params[needs->telling];
            if (!is_number(a) || !is_number(b) ||
                (number_of(a) < number_of(b) &&
                 needs->samples[i].bytes > with_margin(needs->samples[k].bytes)))
                return false;
        }
    return true;
}

/* What the next larger number took; 0: there is none, or it says nothing. */
static uint64_t find_larger(const struct needs *needs, const struct sweep_value *value)
{
    const struct sweep_value *next = NULL;
    if (!is_number(value) || !is_growing(needs))
        return 0;
    for (size_t i = 0; i < needs->count; i++) {
        const struct sweep_value *seen = &needs->samples[i].params[needs->telling];
        if (number_of(seen) > number_of(value) &&
            (next == NULL || number_of(seen) < number_of(next)))
            next = seen;
    }
    return next != NULL ? find_same(needs, next) : 0;
}

uint64_t needs_find(const struct needs *needs, const struct sweep_value *params)
{
    if (needs->telling == NEEDS_NO_PARAMETER)
        return with_margin(needs->most_bytes);
    if (params == NULL)
        return with_margin(needs_least(needs));
    uint64_t bytes = find_same(needs, &params[needs->telling]);
    return with_margin(bytes > 0 ? bytes : find_larger(needs, &params[needs->telling]));
}
