/*
 * `parameters` -> a space: which keys go together and what they imply. Listed values are choices.c;
 * what makes bounds impossible is space's, and gets its place in the file here.
 */
#include "config/reader.h"

#include <math.h>
#include <string.h>

#include "config/choices.h"
#include "config/distribution.h"
#include "space/space.h"

#define NAME_MAX_SIZE 128

/* Stands in for a parameter with a mistake. */
static const struct sweep_value no_value = {.kind = SWEEP_VALUE_NULL};

/* [A-Za-z_][A-Za-z0-9_.-]{0,127} */
static bool is_parameter_name(const char *name)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";
    return strspn(name, first) > 0 && name[strspn(name, rest)] == '\0' &&
           strlen(name) <= NAME_MAX_SIZE;
}

static void check_name(struct reader *reader, const struct node *key)
{
    if (!is_parameter_name(key->text)) {
        reader_error(reader, key, "'%s' is no name for a parameter", key->text);
        reader_hint(reader, "a letter or '_', then letters, digits, '_', '.' and '-', at most %d",
                    NAME_MAX_SIZE);
    } else if (strcmp(key->text, "args") == 0) {
        reader_error(reader, key, "a parameter cannot be called 'args'");
        reader_hint(reader, "${args} stands for all of them");
    }
}

/* The bounds as they are written. */
struct bounds {
    struct scalar min;
    struct scalar max;
    struct scalar step; /* SCALAR_NULL where there is none */
};

/* Every integer up to 2^53 is exact as a double; beyond, a bound would silently be another one. */
static bool read_bound(struct reader *reader, const struct node *node, const char *what,
                       struct scalar *out)
{
    const int64_t limit = INT64_C(1) << 53;
    if (!reader_number(reader, node, what, out))
        return false;
    if (out->kind != SCALAR_INT || (out->integer >= -limit && out->integer <= limit))
        return true;
    reader_error(reader, node,
                 "'%s' is beyond 2^53 (9007199254740992), the largest integer that is "
                 "exact everywhere",
                 what);
    return false;
}

static bool read_step_width(struct reader *reader, const struct parameter_draft *draft,
                            struct bounds *bounds)
{
    if (draft->step == NULL)
        return true;
    if (!read_bound(reader, draft->step, "step", &bounds->step))
        return false;
    if (bounds->step.real > 0)
        return true;
    reader_error(reader, draft->step, "'step' of parameter '%s' must be above 0", draft->key->text);
    reader_hint(reader, "leave it out for none");
    return false;
}

static bool read_bounds(struct reader *reader, const struct parameter_draft *draft,
                        struct bounds *bounds)
{
    const struct node *missing = draft->min == NULL ? draft->max : draft->min;
    if (draft->min == NULL || draft->max == NULL) {
        reader_error(reader, missing, "parameter '%s' has a '%s' but no '%s'", draft->key->text,
                     draft->min == NULL ? "max" : "min", draft->min == NULL ? "min" : "max");
        return false;
    }
    bool ok = read_bound(reader, draft->min, "min", &bounds->min);
    ok = read_bound(reader, draft->max, "max", &bounds->max) && ok;
    return read_step_width(reader, draft, bounds) && ok;
}

/* Without a distribution: integers where all that is written are integers. */
static bool infer_integer(struct reader *reader, const struct parameter_draft *draft,
                          const struct bounds *bounds)
{
    bool min_is_int = bounds->min.kind == SCALAR_INT;
    bool max_is_int = bounds->max.kind == SCALAR_INT;
    bool step_is_real = bounds->step.kind == SCALAR_REAL;
    /* Weights & Biases calls mixed bounds ambiguous. With a log scale nobody means integers there.
     */
    if (min_is_int != max_is_int && !draft->is_log) {
        const struct node *whole = min_is_int ? draft->min : draft->max;
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, whole->mark,
                        "parameter '%s' takes real numbers, since only one bound is an integer",
                        draft->key->text);
        reader_hint(reader, "write both as integers, or both with a decimal point");
    }
    if (min_is_int && max_is_int && step_is_real) {
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, draft->step->mark,
                        "parameter '%s' takes real numbers, since its step is a fraction",
                        draft->key->text);
    }
    return min_is_int && max_is_int && !step_is_real;
}

static enum sweep_distribution numeric_distribution(bool is_integer, bool is_log)
{
    if (is_integer)
        return is_log ? SWEEP_INT_LOG : SWEEP_INT_UNIFORM;
    return is_log ? SWEEP_LOG_UNIFORM : SWEEP_UNIFORM;
}

/* The number that a message about the bounds should point at. */
static const struct node *find_culprit(const struct parameter_draft *draft,
                                       const struct sweep_parameter *parameter)
{
    bool is_log =
        parameter->distribution == SWEEP_LOG_UNIFORM || parameter->distribution == SWEEP_INT_LOG;
    bool is_integer =
        parameter->distribution == SWEEP_INT_UNIFORM || parameter->distribution == SWEEP_INT_LOG;
    bool min_is_whole = parameter->min == nearbyint(parameter->min);
    bool min_is_wrong = (is_log && parameter->min <= 0) || (is_integer && !min_is_whole);
    return min_is_wrong && parameter->min < parameter->max ? draft->min : draft->max;
}

/* First without the step, so that a mistake is shown at the number that makes it one. */
static bool check_bounds(struct reader *reader, const struct parameter_draft *draft,
                         const struct sweep_parameter *parameter)
{
    struct sweep_error err = {0};
    struct sweep_parameter stepless = *parameter;
    stepless.step = 0;
    stepless.step_is_int = false;
    const struct node *culprit = draft->step;
    if (!space_check_parameter(&stepless, &err))
        culprit = find_culprit(draft, parameter);
    else if (space_check_parameter(parameter, &err))
        return true;
    reader_error(reader, culprit, "%s", err.message);
    return false;
}

static bool read_range(struct reader *reader, const struct parameter_draft *draft,
                       const struct distribution *distribution, struct sweep_parameter *out)
{
    struct bounds bounds = {.step = {.kind = SCALAR_NULL}};
    if (!read_bounds(reader, draft, &bounds))
        return false;
    bool is_log = draft->is_log || (distribution != NULL && distribution->is_log);
    bool is_integer =
        distribution != NULL ? distribution->is_integer : infer_integer(reader, draft, &bounds);
    out->distribution = numeric_distribution(is_integer, is_log);
    out->min = bounds.min.real;
    out->max = bounds.max.real;
    out->step = draft->step != NULL ? bounds.step.real : 0;
    out->step_is_int = draft->step != NULL && is_integer;
    return check_bounds(reader, draft, out);
}

static const char *const form_keys[] = {
    [FORM_VALUE] = "'value'", [FORM_VALUES] = "'values'", [FORM_BOUNDS] = "'min' and 'max'"};

static bool find_form(struct reader *reader, const struct parameter_draft *draft,
                      enum parameter_form *form)
{
    const struct node *bound = draft->min != NULL ? draft->min : draft->max;
    const struct node *const given[] = {
        [FORM_VALUE] = draft->value, [FORM_VALUES] = draft->values, [FORM_BOUNDS] = bound};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
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

/* NULL in `out` where no distribution is named. */
static bool find_distribution(struct reader *reader, const struct parameter_draft *draft,
                              enum parameter_form form, const struct distribution **out)
{
    const struct node *node = draft->distribution;
    *out = NULL;
    if (node == NULL)
        return true;
    const char *name = node->kind == NODE_SCALAR ? node->text : "";
    const struct distribution *found = distribution_find(name);
    if (distribution_is_later(name)) {
        reader_error(reader, node, "distribution '%s' is not supported yet by this version", name);
        return false;
    }
    if (found == NULL) {
        const char *nearest = distribution_nearest(name);
        reader_error(reader, node, "there is no distribution '%s'", name);
        if (nearest != NULL)
            reader_hint(reader, "did you mean '%s'?", nearest);
        else
            reader_hint(reader, "known are uniform, int_uniform, log_uniform_values, categorical "
                                "and constant");
        return false;
    }
    if (found->form != form) {
        reader_error(reader, node, "distribution '%s' takes %s, not %s", name,
                     form_keys[found->form], form_keys[form]);
        return false;
    }
    *out = found;
    return true;
}

/* `log` and `step` go with bounds, and `log` must not deny what the distribution's name says. */
static bool check_log(struct reader *reader, const struct parameter_draft *draft,
                      enum parameter_form form, const struct distribution *distribution)
{
    const struct node *extra = draft->log != NULL ? draft->log : draft->step;
    if (form != FORM_BOUNDS && extra != NULL) {
        reader_error(reader, extra, "'%s' goes with 'min' and 'max', not with %s",
                     draft->log != NULL ? "log" : "step", form_keys[form]);
        return false;
    }
    if (draft->log == NULL || distribution == NULL || distribution->is_integer ||
        distribution->is_log == draft->is_log)
        return true;
    reader_error(reader, draft->log, "'log: %s' contradicts 'distribution: %s'",
                 draft->is_log ? "true" : "false", distribution->name);
    reader_hint(reader, "leave one of them out");
    return false;
}

static bool build_parameter(struct reader *reader, const struct parameter_draft *draft,
                            struct sweep_parameter *out)
{
    enum parameter_form form = FORM_VALUE;
    const struct distribution *distribution;
    if (!find_form(reader, draft, &form) ||
        !find_distribution(reader, draft, form, &distribution) ||
        !check_log(reader, draft, form, distribution))
        return false;
    switch (form) {
    case FORM_VALUE:
        return choices_read_constant(reader, draft, out);
    case FORM_VALUES:
        return choices_read_list(reader, draft, out);
    case FORM_BOUNDS:
        return read_range(reader, draft, distribution, out);
    }
    return false;
}

/* The keys' own mistakes come first: what they add up to is only judged where each can be read. */
static bool read_parameter(struct reader *reader, const struct node *key, const struct node *node,
                           struct sweep_parameter *out)
{
    out->name = key->text;
    check_name(reader, key);
    if (node->kind != NODE_MAP) {
        reader_error(reader, node, "parameter '%s' must be a map", key->text);
        reader_hint(reader, node->kind == NODE_LIST ? "write {values: [...]}"
                                                    : "write {value: ...} for a constant");
        return false;
    }
    size_t errors = reader->diagnostics->errors;
    struct parameter_draft draft = {.key = key};
    reader_section(reader, &parameter_section, node, &draft);
    return reader->diagnostics->errors == errors && build_parameter(reader, &draft, out);
}

void read_log(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct parameter_draft *draft = field;
    draft->log = node;
    read_flag(reader, key, node, &draft->is_log);
}

void read_parameters(struct reader *reader)
{
    const struct node *map = reader->draft.parameters;
    const bool is_map = map != NULL && map->kind == NODE_MAP && map->count > 0;
    size_t count = is_map ? map->count : 0;
    if (map == NULL)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "'parameters' is missing: there is nothing to search");
    else if (!is_map)
        reader_error(reader, map, "'parameters' takes a map with at least one parameter");
    if (!is_map)
        reader_hint(reader, "for example 'parameters: {lr: {min: 1e-5, max: 0.1, log: true}}'");
    struct sweep_parameter *parameters =
        arena_alloc_array(reader->arena, count, sizeof *parameters);
    for (size_t i = 0; i < count; i++)
        if (!read_parameter(reader, map->keys[i], map->values[i], &parameters[i]))
            parameters[i] = (struct sweep_parameter){.name = map->keys[i]->text,
                                                     .distribution = SWEEP_CONSTANT,
                                                     .choices = &no_value,
                                                     .choice_count = 1};
    struct sweep_error err = {0};
    reader->draft.config.space = space_create(reader->arena, parameters, count, &err);
    if (reader->draft.config.space == NULL)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0}, "%s", err.message);
}
