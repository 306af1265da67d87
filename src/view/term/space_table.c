/*
 * Distributions in words. How many points a space has is said by who asks.
 */
#include "view/term/space_table.h"

#include <math.h>

#include "base/number.h"
#include "space/derive.h"
#include "space/space.h"
#include "view/term/table.h"
#include "view/term/trial_text.h"

#define TEXT_MAX ((size_t)1024 * 1024)

static const char *const distribution_names[] = {
    [SWEEP_CONSTANT] = "constant",   [SWEEP_CATEGORICAL] = "one of",
    [SWEEP_UNIFORM] = "real",        [SWEEP_LOG_UNIFORM] = "real, log scale",
    [SWEEP_INT_UNIFORM] = "integer", [SWEEP_INT_LOG] = "integer, log scale",
    [SWEEP_NORMAL] = "normal",       [SWEEP_LOG_NORMAL] = "log normal",
    [SWEEP_BETA] = "beta",
};

/* By the values that it takes: a real that is rounded to a whole multiple is an integer. */
static const char *kind_of(const struct sweep_parameter *parameter)
{
    bool is_rounded = parameter->q > 0 && parameter->q_is_int;

    switch (parameter->distribution) {
    case SWEEP_UNIFORM:
        return distribution_names[is_rounded ? SWEEP_INT_UNIFORM : SWEEP_UNIFORM];
    case SWEEP_LOG_UNIFORM:
        return distribution_names[is_rounded ? SWEEP_INT_LOG : SWEEP_LOG_UNIFORM];
    case SWEEP_NORMAL:
        return is_rounded ? "normal, integers" : distribution_names[SWEEP_NORMAL];
    case SWEEP_LOG_NORMAL:
        return is_rounded ? "log normal, integers" : distribution_names[SWEEP_LOG_NORMAL];
    case SWEEP_BETA:
        return is_rounded ? "beta, integers" : distribution_names[SWEEP_BETA];
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        break;
    }
    return distribution_names[parameter->distribution];
}

static void append_choices(const struct sweep_parameter *parameter, struct strbuf *out)
{
    for (size_t i = 0; i < parameter->choice_count; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        trial_text_param(&parameter->choices[i], out);
        if (parameter->probabilities != NULL)
            strbuf_printf(out, " (%.3g%%)", 100 * parameter->probabilities[i]);
    }
}

/* A real keeps its point, so that one sees what it is. */
static void append_bound(double value, bool is_integer, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];

    number_format_shortest(value, text);
    if (is_integer)
        strbuf_printf(out, "%.0f", value);
    else
        strbuf_append_text(out, text);
}

static void append_named(const char *name, double value, struct strbuf *out)
{
    strbuf_printf(out, "%s ", name);
    append_bound(value, false, out);
}

static void append_bounds(const struct sweep_parameter *parameter, struct strbuf *out)
{
    bool is_integer = parameter->distribution == SWEEP_INT_UNIFORM ||
                      parameter->distribution == SWEEP_INT_LOG ||
                      (parameter->q_is_int && parameter->min == floor(parameter->min) &&
                       parameter->max == floor(parameter->max));

    append_bound(parameter->min, is_integer, out);
    strbuf_append_text(out, " to ");
    append_bound(parameter->max, is_integer, out);
    if (parameter->step == 0)
        return;
    strbuf_append_text(out, ", step ");
    append_bound(parameter->step, is_integer, out);
}

static void append_numbers(const struct sweep_parameter *parameter, struct strbuf *out)
{
    switch (parameter->distribution) {
    case SWEEP_CONSTANT:
    case SWEEP_CATEGORICAL:
        break;
    case SWEEP_UNIFORM:
    case SWEEP_LOG_UNIFORM:
    case SWEEP_INT_UNIFORM:
    case SWEEP_INT_LOG:
        append_bounds(parameter, out);
        break;
    case SWEEP_NORMAL:
    case SWEEP_LOG_NORMAL:
        append_named("mu", parameter->mu, out);
        append_named(", sigma", parameter->sigma, out);
        break;
    case SWEEP_BETA:
        append_named("a", parameter->a, out);
        append_named(", b", parameter->b, out);
        break;
    }
    if (parameter->q > 0) {
        strbuf_append_text(out, ", multiples of ");
        append_bound(parameter->q, parameter->q_is_int, out);
    }
}

static bool has_conditions(const struct sweep_space *space)
{
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (sweep_space_is_conditional(space, i))
            return true;
    return false;
}

/* What follows from the parameters stands behind them, as on the command line. */
static void put_derived(const struct sweep_space *space, bool is_conditional, struct table *table)
{
    for (size_t i = 0; i < space_derived_count(space); i++) {
        const struct space_derived *derived = space_derived(space, i);
        table_text(table, TABLE_PLAIN, strview_of(derived->name));
        table_cell(table, TABLE_FAINT, "derived");
        table_text(table, TABLE_PLAIN, strview_of(derived->text));
        if (is_conditional)
            table_cell(table, TABLE_PLAIN, "%s", "");
    }
}

void space_table_append(const struct sweep_space *space, const struct terminal *terminal,
                        struct strbuf *out)
{
    static const struct table_column COLUMNS[] = {
        {"parameter", false, 0}, {"kind", false, 0}, {"values", false, 0}, {"when", false, 0}};
    bool is_conditional = has_conditions(space);
    struct strbuf values;
    struct table table;

    strbuf_init(&values, TEXT_MAX);
    table_init(&table, COLUMNS, is_conditional ? 4 : 3);
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        strbuf_reset(&values);
        if (parameter->choice_count > 0)
            append_choices(parameter, &values);
        else
            append_numbers(parameter, &values);
        table_cell(&table, TABLE_PLAIN, "%s", parameter->name);
        table_cell(&table, TABLE_FAINT, "%s%s", kind_of(parameter),
                   parameter->is_ordered ? ", in order" : "");
        table_cell(&table, TABLE_PLAIN, "%s", strbuf_text(&values));
        const char *when = space_condition(space, i);
        if (is_conditional)
            table_cell(&table, TABLE_PLAIN, "%s", when != NULL ? when : "");
    }
    put_derived(space, is_conditional, &table);
    table_format(&table, terminal, out);
    table_release(&table);
    strbuf_release(&values);
}
