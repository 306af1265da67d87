/*
 * `value` and `values` -> what a parameter can take. Parameters with bounds are read_parameter.c.
 */
#include "config/choices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool make_value(struct reader *reader, const struct node *node, const struct scalar *scalar,
                       struct sweep_value *out)
{
    const char *text = scalar->is_decimal ? scalar->text : NULL;
    switch (scalar->kind) {
    case SCALAR_NULL:
        *out = (struct sweep_value){.kind = SWEEP_VALUE_NULL};
        return true;
    case SCALAR_BOOL:
        *out = (struct sweep_value){.kind = SWEEP_VALUE_BOOL, .boolean = scalar->boolean};
        return true;
    case SCALAR_INT:
        *out =
            (struct sweep_value){.kind = SWEEP_VALUE_INT, .integer = scalar->integer, .text = text};
        return true;
    case SCALAR_REAL:
        *out = (struct sweep_value){.kind = SWEEP_VALUE_REAL, .real = scalar->real, .text = text};
        if (!isfinite(scalar->real))
            reader_error(reader, node, "a number must be finite; in quotes it is a text");
        return isfinite(scalar->real);
    case SCALAR_TEXT:
        if (scalar->surprise == SURPRISE_WORD)
            *out = (struct sweep_value){.kind = SWEEP_VALUE_BOOL, .boolean = scalar->boolean};
        else
            *out = (struct sweep_value){.kind = SWEEP_VALUE_TEXT, .text = scalar->text};
        return true;
    case SCALAR_TOO_LARGE:
        reader_error(reader, node, "'%s' is too large a number to hold; in quotes it is a text",
                     scalar->text);
        return false;
    case SCALAR_MISTAGGED:
        reader_error(reader, node, "the tag does not fit '%s'", scalar->text);
        return false;
    }
    return false;
}

bool choices_read_value(struct reader *reader, const struct node *node, struct sweep_value *out)
{
    if (node->kind != NODE_SCALAR) {
        reader_error(reader, node, "%s as a value is not supported yet by this version",
                     node_describe(node));
        return false;
    }
    struct scalar scalar = scalar_read(node);
    if (!make_value(reader, node, &scalar, out))
        return false;
    reader_note_surprise(reader, node, &scalar);
    return true;
}

/* A listed value and where it stands in the list. */
struct listed {
    struct sweep_value value;
    const struct node *node;
    size_t order;
    double probability; /* 0 where no probabilities are given */
};

static int compare_reals(double a, double b)
{
    return a < b ? -1 : a > b;
}

/* Any total order that has equal values (sweep_value_equal) side by side, first come first. */
static int compare_listed(const void *a, const void *b)
{
    const struct listed *left = a;
    const struct listed *right = b;
    int order = (int)left->value.kind - (int)right->value.kind;
    if (order == 0 && left->value.kind == SWEEP_VALUE_TEXT)
        order = strcmp(left->value.text, right->value.text);
    if (order == 0 && left->value.kind == SWEEP_VALUE_BOOL)
        order = (int)left->value.boolean - (int)right->value.boolean;
    if (order == 0 && left->value.kind == SWEEP_VALUE_INT)
        order = left->value.integer < right->value.integer
                    ? -1
                    : left->value.integer > right->value.integer;
    if (order == 0 && left->value.kind == SWEEP_VALUE_REAL)
        order = compare_reals(left->value.real, right->value.real);
    if (order == 0)
        order = left->order < right->order ? -1 : left->order > right->order;
    return order;
}

static int compare_order(const void *a, const void *b)
{
    const struct listed *left = a;
    const struct listed *right = b;
    return left->order < right->order ? -1 : left->order > right->order;
}

static void warn_of_repeated(struct reader *reader, const struct node *first,
                             const struct node *again)
{
    if (strcmp(first->text, again->text) == 0)
        reader_warning(reader, again, "'%s' is listed twice; it counts once", again->text);
    else
        reader_warning(reader, again,
                       "'%s' is the same as '%s', which is listed already; it counts "
                       "once",
                       again->text, first->text);
}

/* Repeated values would be drawn more often than the others: each stays once. */
static size_t drop_repeated(struct reader *reader, struct listed *items, size_t count)
{
    size_t kept = 1;
    qsort(items, count, sizeof *items, compare_listed);
    for (size_t i = 1; i < count; i++) {
        if (!sweep_value_equal(&items[kept - 1].value, &items[i].value)) {
            items[kept++] = items[i];
            continue;
        }
        items[kept - 1].probability += items[i].probability;
        warn_of_repeated(reader, items[kept - 1].node, items[i].node);
    }
    qsort(items, kept, sizeof *items, compare_order);
    return kept;
}

bool choices_read_constant(struct reader *reader, const struct parameter_draft *draft,
                           struct sweep_parameter *out)
{
    struct sweep_value *value = arena_alloc(reader->arena, sizeof *value);
    out->distribution = SWEEP_CONSTANT;
    out->choices = value;
    out->choice_count = 1;
    return choices_read_value(reader, draft->value, value);
}

static bool check_list(struct reader *reader, const struct parameter_draft *draft)
{
    const struct node *list = draft->values;
    if (list->kind == NODE_LIST && list->count > 0)
        return true;
    if (list->kind == NODE_LIST)
        reader_error(reader, list, "'values' of parameter '%s' is empty; list at least one",
                     draft->key->text);
    else
        reader_error(reader, list, "'values' takes a list, as in [1, 2, 4], not %s",
                     node_describe(list));
    return false;
}

/* --- probabilities --------------------------------------------------------------------------- */

/* As far from 1 as NumPy's isclose() lets a sum be. */
#define SUM_TOLERANCE 1e-5

static bool check_probability_list(struct reader *reader, const struct parameter_draft *draft,
                                   const struct distribution *distribution)
{
    const struct node *list = draft->probabilities;
    if (list == NULL) {
        bool is_missing = distribution != NULL && distribution->has_probabilities;
        if (is_missing)
            reader_error(reader, draft->distribution,
                         "distribution '%s' needs 'probabilities', one for each of the values",
                         distribution->name);
        return !is_missing;
    }
    if (list->kind == NODE_LIST && list->count == draft->values->count)
        return true;
    if (list->kind == NODE_LIST)
        reader_error(reader, list, "there are %zu values and %zu probabilities",
                     draft->values->count, list->count);
    else
        reader_error(reader, list, "'probabilities' takes a list of numbers, not %s",
                     node_describe(list));
    return false;
}

/* @param items  [count of the values], in their order; gets the probabilities, whose sum is 1 */
static bool read_probabilities(struct reader *reader, const struct node *list, struct listed *items)
{
    double sum = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct scalar scalar;
        if (!reader_number(reader, list->values[i], "probabilities", &scalar))
            return false;
        if (scalar.real < 0 || scalar.real > 1) {
            reader_error(reader, list->values[i], "a probability lies between 0 and 1");
            return false;
        }
        items[i].probability = scalar.real;
        sum += scalar.real;
    }
    if (fabs(sum - 1) > SUM_TOLERANCE) {
        reader_error(reader, list, "the probabilities sum to %.6g, not to 1", sum);
        return false;
    }
    for (size_t i = 0; i < list->count; i++)
        items[i].probability /= sum;
    return true;
}

static size_t drop_impossible(struct reader *reader, struct listed *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i].probability > 0)
            items[kept++] = items[i];
        else
            diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, items[i].node->mark,
                            "a value of probability 0 is never tried");
    }
    return kept;
}

bool choices_read_list(struct reader *reader, const struct parameter_draft *draft,
                       const struct distribution *distribution, struct sweep_parameter *out)
{
    const struct node *list = draft->values;
    const struct node *probabilities = draft->probabilities;
    if (!check_list(reader, draft) || !check_probability_list(reader, draft, distribution))
        return false;
    bool ok = true;
    struct listed *items = arena_alloc_array(reader->arena, list->count, sizeof *items);
    for (size_t i = 0; i < list->count; i++) {
        items[i] = (struct listed){.node = list->values[i], .order = i};
        ok = choices_read_value(reader, list->values[i], &items[i].value) && ok;
    }
    if (!ok || (probabilities != NULL && !read_probabilities(reader, probabilities, items)))
        return false;
    size_t count = drop_repeated(reader, items, list->count);
    if (probabilities != NULL)
        count = drop_impossible(reader, items, count);
    struct sweep_value *choices = arena_alloc_array(reader->arena, count, sizeof *choices);
    double *weights = arena_alloc_array(reader->arena, count, sizeof *weights);
    for (size_t i = 0; i < count; i++) {
        choices[i] = items[i].value;
        weights[i] = items[i].probability;
    }
    out->distribution = SWEEP_CATEGORICAL;
    out->choices = choices;
    out->probabilities = probabilities != NULL ? weights : NULL;
    out->choice_count = count;
    return true;
}
