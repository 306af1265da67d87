/*
 * `value` and `values` -> what a parameter can take. Parameters with bounds are read_parameter.c.
 */
#include "config/choices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "space/order.h"

/* --- scalars --------------------------------------------------------------------------------- */

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

/* --- lists and maps -------------------------------------------------------------------------- */

/* A value is compared with others, so that its size is bounded. */
#define PARTS_MAX 1000
#define NAMES_MAX 64

static bool read_value(struct reader *reader, const struct node *node, size_t depth,
                       struct sweep_value *out);

static bool read_items(struct reader *reader, const struct node *node, size_t depth,
                       struct sweep_value *out)
{
    bool ok = true;
    bool is_map = node->kind == NODE_MAP;
    struct sweep_items *items = arena_alloc(reader->arena, sizeof *items);
    struct sweep_value *values = arena_alloc_array(reader->arena, node->count, sizeof *values);
    const char **names =
        is_map ? arena_alloc_array(reader->arena, node->count, sizeof *names) : NULL;
    for (size_t i = 0; i < node->count; i++) {
        if (is_map)
            names[i] = node->keys[i]->text;
        ok = read_value(reader, node->values[i], depth + 1, &values[i]) && ok;
    }
    *items = (struct sweep_items){.values = values, .names = names, .count = node->count};
    *out =
        (struct sweep_value){.kind = is_map ? SWEEP_VALUE_MAP : SWEEP_VALUE_LIST, .items = items};
    return ok;
}

static bool read_tree(struct reader *reader, const struct node *node, size_t depth,
                      struct sweep_value *out)
{
    if (depth == CHOICES_DEPTH_MAX)
        reader_error(reader, node,
                     "lists and maps in a value are nested deeper than %d levels here",
                     CHOICES_DEPTH_MAX);
    else if (node->weight > PARTS_MAX)
        reader_error(reader, node, "a value has more than %d parts", PARTS_MAX);
    else if (node->kind == NODE_MAP && node->count > NAMES_MAX)
        reader_error(reader, node, "a map in a value has more than %d names", NAMES_MAX);
    else
        return read_items(reader, node, depth, out);
    return false;
}

static bool read_value(struct reader *reader, const struct node *node, size_t depth,
                       struct sweep_value *out)
{
    if (node->kind != NODE_SCALAR)
        return read_tree(reader, node, depth, out);
    struct scalar scalar = scalar_read(node);
    if (!make_value(reader, node, &scalar, out))
        return false;
    reader_note_surprise(reader, node, &scalar);
    return true;
}

bool choices_read_value(struct reader *reader, const struct node *node, struct sweep_value *out)
{
    return read_value(reader, node, 0, out);
}

/* --- what is listed -------------------------------------------------------------------------- */

/* A listed value and where it stands in the list. */
struct listed {
    struct sweep_value value;
    const struct node *node;
    size_t order;
    double probability; /* 0 where no probabilities are given */
};

static int compare_sizes(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

/* Equal values side by side, first come first. */
static int compare_listed(const void *a, const void *b)
{
    const struct listed *left = a;
    const struct listed *right = b;
    int order = space_compare_values(&left->value, &right->value);
    return order != 0 ? order : compare_sizes(left->order, right->order);
}

static int compare_order(const void *a, const void *b)
{
    const struct listed *left = a;
    const struct listed *right = b;
    return compare_sizes(left->order, right->order);
}

static void warn_of_repeated(struct reader *reader, const struct node *first,
                             const struct node *again)
{
    if (again->kind != NODE_SCALAR)
        reader_warning(reader, again, "this value is listed twice; it counts once");
    else if (strcmp(first->text, again->text) == 0)
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
