/*
 * `parameters` -> a space: which keys go together and what they imply. Groups are unfolded by
 * groups.c; what the values are is read by choices.c, range.c and density.c.
 */
#include "config/reader.h"

#include "base/array.h"
#include "config/choices.h"
#include "config/density.h"
#include "config/distribution.h"
#include "config/former.h"
#include "config/groups.h"
#include "config/range.h"
#include "space/space.h"

/* Stands in for a parameter with a mistake. */
static const struct sweep_value no_value = {.kind = SWEEP_VALUE_NULL};

static const char *const form_keys[] = {
    [FORM_VALUE] = "'value'",          [FORM_VALUES] = "'values'",
    [FORM_BOUNDS] = "'min' and 'max'", [FORM_MOMENTS] = "'mu' and 'sigma'",
    [FORM_SHAPES] = "'a' and 'b'",
};

#define FORM_COUNT ARRAY_LENGTH(form_keys)
#define NUMBERS    (1U << FORM_BOUNDS | 1U << FORM_MOMENTS | 1U << FORM_SHAPES)

static const struct node *first_of(const struct node *a, const struct node *b)
{
    return a != NULL ? a : b;
}

/* The keys that are there decide; of two forms neither can count. */
static bool find_form(struct reader *reader, const struct parameter_draft *draft,
                      enum parameter_form *form)
{
    const struct node *const given[] = {
        [FORM_VALUE] = draft->value,
        [FORM_VALUES] = draft->values,
        [FORM_BOUNDS] = first_of(draft->min, draft->max),
        [FORM_MOMENTS] = first_of(draft->mu, draft->sigma),
        [FORM_SHAPES] = first_of(draft->a, draft->b),
    };
    size_t count = 0;
    for (size_t i = 0; i < FORM_COUNT; i++) {
        if (given[i] == NULL)
            continue;
        if (++count > 1) {
            reader_error(reader, given[i],
                         "parameter '%s' has %s and also %s; only one of them can count",
                         draft->key->text, form_keys[*form], form_keys[i]);
            return false;
        }
        *form = (enum parameter_form)i;
    }
    if (count == 0)
        reader_error(reader, draft->key,
                     "parameter '%s' has no values; give 'value', 'values', or 'min' and 'max'",
                     draft->key->text);
    return count == 1;
}

/* Without a name of the distribution: a mean or a shape alone does not say enough. */
static bool infer_form(struct reader *reader, const struct parameter_draft *draft,
                       enum parameter_form *form)
{
    if (!find_form(reader, draft, form))
        return false;
    if (*form != FORM_MOMENTS && *form != FORM_SHAPES)
        return true;
    reader_error(reader, draft->key, "parameter '%s' does not say its distribution",
                 draft->key->text);
    reader_hint(reader, *form == FORM_SHAPES ? "add 'distribution: beta'"
                                             : "add 'distribution: normal', or log_normal");
    return false;
}

/* NULL in `out` where no distribution is named. */
static bool find_distribution(struct reader *reader, const struct parameter_draft *draft,
                              const struct distribution **out)
{
    const struct node *node = draft->distribution;
    *out = NULL;
    if (node == NULL)
        return true;
    const char *name = node->kind == NODE_SCALAR ? node->text : "";
    *out = distribution_find(name);
    if (*out != NULL)
        return true;
    const char *nearest = distribution_nearest(name);
    reader_error(reader, node, "there is no distribution '%s'", name);
    if (nearest != NULL)
        reader_hint(reader, "did you mean '%s'?", nearest);
    else
        reader_hint(reader, "the most used are uniform, int_uniform, log_uniform_values, normal, "
                            "categorical and constant");
    return false;
}

/* A normal or beta distribution may go by its defaults alone. */
static bool check_form(struct reader *reader, const struct parameter_draft *draft,
                       const struct distribution *distribution)
{
    enum parameter_form form = distribution->form;
    bool has_defaults = form == FORM_MOMENTS || form == FORM_SHAPES;
    bool is_bare = draft->value == NULL && draft->values == NULL && draft->min == NULL &&
                   draft->max == NULL && draft->mu == NULL && draft->sigma == NULL &&
                   draft->a == NULL && draft->b == NULL;
    if (has_defaults && is_bare)
        return true;
    if (!find_form(reader, draft, &form))
        return false;
    if (form == distribution->form)
        return true;
    reader_error(reader, draft->distribution, "distribution '%s' takes %s, not %s",
                 distribution->name, form_keys[distribution->form], form_keys[form]);
    return false;
}

/* Keys that only some forms have a use for. */
static bool check_companions(struct reader *reader, const struct parameter_draft *draft,
                             enum parameter_form form)
{
    const struct {
        const char *key;
        const struct node *node;
        unsigned forms;
        const char *partner;
    } rows[] = {
        {"log", draft->log, 1U << FORM_BOUNDS, "'min' and 'max'"},
        {"step", draft->step, 1U << FORM_BOUNDS, "'min' and 'max'"},
        {"q", draft->q, NUMBERS, "numbers"},
        {"probabilities", draft->probabilities, 1U << FORM_VALUES, "'values'"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        if (rows[i].node == NULL || (rows[i].forms & 1U << form) != 0)
            continue;
        reader_error(reader, rows[i].node, "'%s' goes with %s, not with %s", rows[i].key,
                     rows[i].partner, form_keys[form]);
        return false;
    }
    return true;
}

/* `log` must not deny what the distribution's name says. */
static bool check_log(struct reader *reader, const struct parameter_draft *draft,
                      const struct distribution *distribution)
{
    if (draft->log == NULL || distribution == NULL ||
        distribution->distribution == SWEEP_INT_UNIFORM ||
        (distribution->distribution == SWEEP_LOG_UNIFORM) == draft->is_log)
        return true;
    reader_error(reader, draft->log, "'log: %s' contradicts 'distribution: %s'",
                 draft->is_log ? "true" : "false", distribution->name);
    reader_hint(reader, "leave one of them out");
    return false;
}

/* Weights & Biases rounds only the q_ distributions. */
static bool check_q(struct reader *reader, const struct parameter_draft *draft,
                    const struct distribution *distribution)
{
    if (draft->q == NULL)
        return true;
    if (draft->step != NULL) {
        reader_error(reader, draft->q, "'q' and 'step' both round; give one");
        reader_hint(reader, "'step' counts from 'min' on and stays within the bounds");
        return false;
    }
    if (distribution == NULL || distribution->has_q)
        return true;
    reader_error(reader, draft->q, "distribution '%s' has no 'q'", distribution->name);
    if (distribution->distribution == SWEEP_INT_UNIFORM)
        reader_hint(reader, "'step' leaves integers out; 'distribution: q_uniform' has a 'q'");
    else
        reader_hint(reader, "write 'distribution: q_%s'", distribution->name);
    return false;
}

/* The order of numbers within bounds is never in doubt. */
static bool check_ordered(struct reader *reader, const struct parameter_draft *draft,
                          enum parameter_form form)
{
    if (draft->ordered == NULL || form == FORM_VALUES)
        return true;
    reader_error(reader, draft->ordered, "'ordered' goes with 'values', not with %s",
                 form_keys[form]);
    return false;
}

static bool build_parameter(struct reader *reader, const struct parameter_draft *draft,
                            struct sweep_parameter *out)
{
    enum parameter_form form = FORM_VALUE;
    const struct distribution *distribution;
    if (!find_distribution(reader, draft, &distribution))
        return false;
    bool has_form = distribution != NULL ? check_form(reader, draft, distribution)
                                         : infer_form(reader, draft, &form);
    if (distribution != NULL)
        form = distribution->form;
    if (!has_form || !check_companions(reader, draft, form) ||
        !check_log(reader, draft, distribution) || !check_q(reader, draft, distribution) ||
        !check_ordered(reader, draft, form))
        return false;
    out->is_ordered = draft->is_ordered;
    switch (form) {
    case FORM_VALUE:
        return choices_read_constant(reader, draft, out);
    case FORM_VALUES:
        return choices_read_list(reader, draft, distribution, out);
    case FORM_BOUNDS:
        return range_read(reader, draft, distribution, out);
    case FORM_MOMENTS:
    case FORM_SHAPES:
        return density_read(reader, draft, distribution, out);
    }
    return false;
}

/* The keys' own mistakes come first: what they add up to is only judged where each can be read. */
static bool read_parameter(struct reader *reader, const struct group_entry *entry,
                           struct sweep_parameter *out)
{
    const struct node *key = entry->key;
    const struct node *node = entry->value;
    out->name = key->text;
    out->path = entry->path;
    if (node->kind != NODE_MAP) {
        reader_error(reader, node, "parameter '%s' must be a map", key->text);
        reader_hint(reader, node->kind == NODE_LIST ? "write {values: [...]}"
                                                    : "write {value: ...} for a constant");
        return false;
    }
    size_t errors = reader->diagnostics->errors;
    struct parameter_draft draft = {.key = key};
    reader_section(reader, &parameter_section, node, &draft);
    if (draft.when != NULL)
        rules_note_condition(reader, out->name, draft.when);
    return reader->diagnostics->errors == errors && build_parameter(reader, &draft, out);
}

void read_ordered(struct reader *reader, const struct key *key, const struct node *node,
                  void *field)
{
    struct parameter_draft *draft = field;
    draft->ordered = node;
    read_flag(reader, key, node, &draft->is_ordered);
}

void read_log(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct parameter_draft *draft = field;
    draft->log = node;
    read_flag(reader, key, node, &draft->is_log);
}

/* What is searched, then former ones, then the seed of replicates. */
static struct sweep_space *extend_space(struct reader *reader,
                                        const struct sweep_parameter *parameters, size_t count,
                                        struct sweep_error *err)
{
    const struct config *config = &reader->draft.config;
    size_t former_count;
    const struct sweep_parameter *former = former_read(reader, &former_count);
    struct sweep_parameter *all =
        arena_alloc_array(reader->arena, count + former_count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i] = parameters[i];
    for (size_t i = 0; i < former_count; i++)
        all[count + i] = former[i];
    bool has_seed = replicates_make_parameter(reader, &all[count + former_count]);
    if (former_count == 0 && !has_seed)
        return config->searched;
    struct sweep_space *space =
        space_create(reader->arena, all, count + former_count + has_seed, err);
    if (space != NULL)
        space_set_former(space, count, former_count);
    if (space != NULL && has_seed)
        space_set_seed(space, config->replicates.pass_as != NULL);
    return space;
}

static void make_spaces(struct reader *reader, const struct sweep_parameter *parameters,
                        size_t count)
{
    struct config *config = &reader->draft.config;
    struct sweep_error err = {0};
    config->searched = space_create(reader->arena, parameters, count, &err);
    if (config->searched != NULL)
        config->space = extend_space(reader, parameters, count, &err);
    if (config->space == NULL)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0}, "%s", err.message);
}

static bool check_map(struct reader *reader, const struct node *map)
{
    if (map != NULL && map->kind == NODE_MAP && map->count > 0)
        return true;
    if (map == NULL)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "'parameters' is missing: there is nothing to search");
    else
        reader_error(reader, map, "'parameters' takes a map with at least one parameter");
    reader_hint(reader, "for example 'parameters: {lr: {min: 1e-5, max: 0.1, log: true}}'");
    return false;
}

void read_parameters(struct reader *reader)
{
    struct draft *draft = &reader->draft;
    size_t count = 0;
    const struct group_entry *entries = NULL;
    if (check_map(reader, draft->parameters))
        entries = groups_list(reader, draft->parameters, &count);
    struct sweep_parameter *parameters =
        arena_alloc_array(reader->arena, count, sizeof *parameters);
    draft->keys = arena_alloc_array(reader->arena, count, sizeof(draft->keys[0]));
    for (size_t i = 0; i < count; i++) {
        draft->keys[i] = entries[i].key;
        if (!read_parameter(reader, &entries[i], &parameters[i]))
            parameters[i] = (struct sweep_parameter){.name = entries[i].key->text,
                                                     .path = entries[i].path,
                                                     .distribution = SWEEP_CONSTANT,
                                                     .choices = &no_value,
                                                     .choice_count = 1};
    }
    make_spaces(reader, parameters, count);
}
