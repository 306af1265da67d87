/*
 * Whether a value that somebody gives is one that a parameter can take, and which one it is.
 */
#include "space/space.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "space/step_grid.h"

#define TEXT_MAX 128 /* of a value in a message */

/* "parameter 'lr': 7 ..." */
static bool refuse(const struct sweep_parameter *parameter, const struct sweep_value *value,
                   const char *why, struct sweep_error *err)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    if (value->kind == SWEEP_VALUE_TEXT)
        strbuf_append_char(&text, '\'');
    space_format_value(value, &text);
    if (value->kind == SWEEP_VALUE_TEXT)
        strbuf_append_char(&text, '\'');
    sweep_error_set(err, SWEEP_BAD_INPUT, "parameter '%s': %s %s", parameter->name,
                    strbuf_text(&text), why);
    strbuf_release(&text);
    return false;
}

static bool is_choice(const struct sweep_parameter *parameter, const struct sweep_value *value)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], value))
            return true;
    return false;
}

static bool is_on_grid(const struct sweep_parameter *parameter, double number)
{
    struct step_grid grid;
    step_grid_init(&grid, parameter);
    double step = parameter->step > 0 ? parameter->step : 1;
    double k = round((number - parameter->min) / step);
    return k >= 0 && k < (double)grid.count && step_grid_value(&grid, (uint64_t)k) == number;
}

static bool accept_number(const struct sweep_parameter *parameter, const struct sweep_value *value,
                          struct sweep_error *err)
{
    char why[2 * NUMBER_TEXT_MAX + 64];
    char min[NUMBER_TEXT_MAX];
    char max[NUMBER_TEXT_MAX];
    if (value->kind != SWEEP_VALUE_INT && value->kind != SWEEP_VALUE_REAL)
        return refuse(parameter, value, "is not a number", err);
    double number = value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
    if (!(number >= parameter->min && number <= parameter->max)) {
        number_format_shortest(parameter->min, min);
        number_format_shortest(parameter->max, max);
        (void)snprintf(why, sizeof why, "is not between %s and %s", min, max);
        return refuse(parameter, value, why, err);
    }
    if (!step_grid_applies(parameter) || is_on_grid(parameter, number))
        return true;
    return refuse(parameter, value,
                  parameter->step > 0 ? "is not min plus a whole number of steps"
                                      : "is not a whole number",
                  err);
}

bool space_accept_value(const struct sweep_parameter *parameter, const struct sweep_value *given,
                        struct sweep_value *out, struct sweep_error *err)
{
    struct sweep_value value = space_restore_value(parameter, *given);
    if (parameter->choice_count == 0) {
        if (!accept_number(parameter, &value, err))
            return false;
    } else if (!is_choice(parameter, &value)) {
        return refuse(parameter, given,
                      parameter->choice_count == 1 ? "is not its value" : "is none of its values",
                      err);
    }
    *out = value;
    return true;
}
