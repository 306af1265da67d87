/*
 * Values by themselves: equality, text for a command line, and what storing them drops. Which
 * values a parameter can take is parameter.c.
 */
#include "space/space.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "space/multiples.h"
#include "space/step_grid.h"

static bool is_number(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT || value->kind == SWEEP_VALUE_REAL;
}

static double as_real(const struct sweep_value *value)
{
    return value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
}

static void append_real(double real, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(real, text);
    strbuf_append_text(out, text);
}

bool sweep_value_equal(const struct sweep_value *a, const struct sweep_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case SWEEP_VALUE_NONE:
    case SWEEP_VALUE_NULL:
        return true;
    case SWEEP_VALUE_BOOL:
        return a->boolean == b->boolean;
    case SWEEP_VALUE_INT:
        return a->integer == b->integer;
    case SWEEP_VALUE_REAL:
        return a->real == b->real;
    case SWEEP_VALUE_TEXT:
        return strcmp(a->text, b->text) == 0;
    }
    return false;
}

bool sweep_params_equal(const struct sweep_value *a, const struct sweep_value *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!sweep_value_equal(&a[i], &b[i]))
            return false;
    return true;
}

void space_format_value(const struct sweep_value *value, struct strbuf *out)
{
    switch (value->kind) {
    case SWEEP_VALUE_NONE:
        break;
    case SWEEP_VALUE_NULL:
        strbuf_append_text(out, "None");
        break;
    case SWEEP_VALUE_BOOL:
        strbuf_append_text(out, value->boolean ? "True" : "False");
        break;
    case SWEEP_VALUE_INT:
        if (value->text != NULL)
            strbuf_append_text(out, value->text);
        else
            strbuf_printf(out, "%" PRId64, value->integer);
        break;
    case SWEEP_VALUE_REAL:
        if (value->text != NULL)
            strbuf_append_text(out, value->text);
        else
            append_real(value->real, out);
        break;
    case SWEEP_VALUE_TEXT:
        strbuf_append_text(out, value->text);
        break;
    }
}

/* A number read from JSON has no reliable kind: 64.0 may come back as 64. */
static struct sweep_value restore_number(const struct sweep_parameter *parameter,
                                         struct sweep_value value)
{
    double real = as_real(&value);
    bool is_integer =
        multiples_apply(parameter) ? parameter->q_is_int : step_grid_is_integer(parameter);
    if (!is_integer)
        return (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = real};
    if (value.kind == SWEEP_VALUE_REAL && real == nearbyint(real) && fabs(real) <= STEP_GRID_MAX)
        return (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = (int64_t)real};
    return value;
}

/* A listed 2 and a listed 2.0 are two values: the kind decides where it can, else the number. */
struct sweep_value space_restore_value(const struct sweep_parameter *parameter,
                                       struct sweep_value value)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], &value))
            return parameter->choices[i];
    if (!is_number(&value))
        return value;
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (is_number(&parameter->choices[i]) && as_real(&parameter->choices[i]) == as_real(&value))
            return parameter->choices[i];
    return parameter->choice_count > 0 ? value : restore_number(parameter, value);
}
