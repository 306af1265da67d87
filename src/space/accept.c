/*
 * Whether a value that somebody gives is one that a parameter can take, and which one it is.
 */
#include "space/space.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "space/multiples.h"
#include "sweep/mem.h"

#define TEXT_MAX 128  /* of a value in a message */
#define WHY_MAX  1024 /* of what it should be */

/* "parameter 'lr': 7 ..." */
static bool refuse(const struct sweep_parameter *parameter, const struct sweep_value *value,
                   const char *why, struct sweep_error *err)
{
    struct strbuf text;
    if (err == NULL)
        return false;
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

/* The outermost values, as a message names them. */
static void find_ends(const struct sweep_parameter *parameter, double *low, double *high)
{
    if (multiples_apply(parameter)) {
        struct multiples multiples;
        multiples_init(&multiples, parameter);
        *low = multiples_value(&multiples, multiples.first);
        *high = multiples_value(&multiples, multiples.last);
        return;
    }
    *low = parameter->min;
    *high = parameter->max;
    if (parameter->distribution == SWEEP_BETA)
        *high = 1;
    if (parameter->distribution == SWEEP_NORMAL)
        *low = -DBL_MAX;
    if (parameter->distribution == SWEEP_NORMAL || parameter->distribution == SWEEP_LOG_NORMAL)
        *high = DBL_MAX;
}

static bool is_value(const struct sweep_parameter *parameter, const struct sweep_value *value,
                     double number)
{
    uint64_t index;
    if (sweep_parameter_size(parameter) > 0)
        return sweep_parameter_index(parameter, value, &index);
    if (!multiples_apply(parameter))
        return true;
    struct multiples multiples;
    multiples_init(&multiples, parameter);
    return multiples_value(&multiples, multiples_nearest(&multiples, number)) == number;
}

static const char *what_it_misses(const struct sweep_parameter *parameter)
{
    if (parameter->q > 0)
        return "is not a multiple of q";
    return parameter->step > 0 ? "is not min plus a whole number of steps"
                               : "is not a whole number";
}

static bool accept_number(const struct sweep_parameter *parameter, const struct sweep_value *value,
                          struct sweep_error *err)
{
    char why[2 * NUMBER_TEXT_MAX + 64];
    char min[NUMBER_TEXT_MAX];
    char max[NUMBER_TEXT_MAX];
    double low;
    double high;
    if (value->kind != SWEEP_VALUE_INT && value->kind != SWEEP_VALUE_REAL)
        return refuse(parameter, value, "is not a number", err);
    double number = value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real;
    find_ends(parameter, &low, &high);
    if (!(number >= low && number <= high)) {
        number_format_shortest(low, min);
        number_format_shortest(high, max);
        (void)snprintf(why, sizeof why, "is not between %s and %s", min, max);
        return refuse(parameter, value, why, err);
    }
    if (is_value(parameter, value, number))
        return true;
    return refuse(parameter, value, what_it_misses(parameter), err);
}

/* '1' where there is 1, or the other way round. */
static bool is_spelled_alike(const struct sweep_value *given, const char *const *names,
                             size_t count)
{
    struct strbuf text;
    bool found = false;
    strbuf_init(&text, TEXT_MAX);
    space_format_value(given, &text);
    for (size_t i = 0; i < count && !found; i++)
        found = strcmp(strbuf_text(&text), names[i]) == 0;
    strbuf_release(&text);
    return found;
}

/* "is none of its values: 4, 1, 3", or for a text that is nearly one, which. */
static bool refuse_choice(const struct sweep_parameter *parameter, const struct sweep_value *given,
                          struct sweep_error *err)
{
    struct strbuf why;
    const char **names = sweep_alloc_array(parameter->choice_count, sizeof *names);
    struct strbuf *texts = sweep_alloc_array(parameter->choice_count, sizeof *texts);
    for (size_t i = 0; i < parameter->choice_count; i++) {
        strbuf_init(&texts[i], TEXT_MAX);
        space_format_value(&parameter->choices[i], &texts[i]);
        names[i] = strbuf_text(&texts[i]);
    }
    strbuf_init(&why, WHY_MAX);
    if (parameter->choice_count == 1) {
        strbuf_printf(&why, "is not its value, %s", names[0]);
    } else if (is_spelled_alike(given, names, parameter->choice_count)) {
        strbuf_append_text(&why, given->kind == SWEEP_VALUE_TEXT
                                     ? "is a text, and its values are not: leave out the quotes"
                                     : "is no text, and its values are: put it in quotes");
    } else {
        strbuf_append_text(&why, "is none of its values");
        nearest_append(&why, given->kind == SWEEP_VALUE_TEXT ? given->text : "", names,
                       parameter->choice_count);
    }
    (void)refuse(parameter, given, strbuf_text(&why), err);
    strbuf_release(&why);
    for (size_t i = 0; i < parameter->choice_count; i++)
        strbuf_release(&texts[i]);
    sweep_free(texts);
    sweep_free(names);
    return false;
}

bool space_accept_value(const struct sweep_parameter *parameter, const struct sweep_value *given,
                        struct sweep_value *out, struct sweep_error *err)
{
    struct sweep_value value = space_restore_value(parameter, *given);
    if (parameter->choice_count == 0) {
        if (!accept_number(parameter, &value, err))
            return false;
    } else if (!is_choice(parameter, &value)) {
        return err != NULL && refuse_choice(parameter, given, err);
    }
    *out = value;
    return true;
}
