/*
 * Names for expressions over trials. What expressions can do is expr's.
 */
#include "view/record/row_names.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "space/space.h"
#include "sweep/mem.h"
#include "trial/reason.h"
#include "trial/trial.h"
#include "view/term/text.h"

#define CARET_COLUMNS_MAX 100 /* a longer expression is not shown again */
#define STATE_COUNT       (SWEEP_TRIAL_CANCELLED + 1)

/* Where a value comes from. */
enum origin {
    ORIGIN_COLUMN,
    ORIGIN_PARAMETER,
    ORIGIN_CAPTURED,
    ORIGIN_USAGE
};

struct source {
    enum origin origin;
    size_t column;         /* ORIGIN_COLUMN: index in COLUMNS; ORIGIN_USAGE: in usage_fields */
    const char *name;      /* else: the parameter or the captured number */
    const char *long_name; /* `params.lr` */
};

struct row_names {
    struct arena arena;
    struct expr_scope *scope;
    struct expr_name *names; /* [count] */
    struct source *sources;  /* [count] */
    bool *used;              /* [count] by an expression */
    size_t count;
    size_t capacity;
    bool adds_long;     /* gathering: long names now, short ones before */
    bool uses_captured; /* or what it took of the machine */
    struct arena row;   /* what the present row borrows */
};

/* --- the columns of a row --------------------------------------------------------------------- */

static struct expr_value number(double value)
{
    return (struct expr_value){.kind = isnan(value) ? EXPR_NULL : EXPR_NUMBER, .number = value};
}

static struct expr_value text(const char *value)
{
    return (struct expr_value){.kind = value != NULL ? EXPR_TEXT : EXPR_NULL, .text = value};
}

static struct expr_value get_trial(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return number((double)trial->number);
}

static struct expr_value get_state(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return text(trial_state_name(trial->state));
}

static struct expr_value get_reason(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return text(trial_reason_name(trial->reason));
}

static struct expr_value get_value(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return number(trial->objective == SWEEP_OBJECTIVE_NONE ? (double)NAN : trial->value);
}

static struct expr_value get_step(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    bool has_step = trial->objective != SWEEP_OBJECTIVE_NONE && trial->step != SWEEP_STEP_NONE;
    return number(has_step ? (double)trial->step : (double)NAN);
}

static struct expr_value get_last(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return number(trial->last);
}

static struct expr_value get_attempts(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return number(trial->attempts);
}

static struct expr_value get_duration(const struct record *record, const struct sweep_trial *trial)
{
    (void)record;
    return number((double)trial->duration_us / 1e6);
}

static struct expr_value get_sweep(const struct record *record, const struct sweep_trial *trial)
{
    (void)trial;
    return text(record->sweep.name);
}

static const struct {
    const char *name;
    const char *long_name;
    bool is_numeric;
    struct expr_value (*get)(const struct record *record, const struct sweep_trial *trial);
} COLUMNS[] = {
    {"value", "row.value", true, get_value},
    {"trial", "row.trial", true, get_trial},
    {"state", "row.state", false, get_state},
    {"reason", "row.reason", false, get_reason},
    {"step", "row.step", true, get_step},
    {"last", "row.last", true, get_last},
    {"attempts", "row.attempts", true, get_attempts},
    {"duration_s", "row.duration_s", true, get_duration},
    {"duration", "row.duration", true, get_duration}, /* --by duration */
    {"sweep", "row.sweep", false, get_sweep},
};

enum {
    COLUMN_VALUE = 0 /* what the name of the metric stands for */
};

/* --- gathering -------------------------------------------------------------------------------- */

static bool is_same_source(const struct source *a, const struct source *b)
{
    if (a->origin != b->origin)
        return false;
    if (a->origin == ORIGIN_COLUMN || a->origin == ORIGIN_USAGE)
        return a->column == b->column;
    assert(a->name != NULL && b->name != NULL);
    return strcmp(a->name, b->name) == 0;
}

static void append(struct row_names *names, const struct expr_name *name,
                   const struct source *source)
{
    if (names->count == names->capacity) {
        size_t capacity = names->capacity;
        names->names =
            array_reserve(names->names, names->count + 1, &capacity, sizeof *names->names);
        names->sources = array_reserve(names->sources, names->count + 1, &names->capacity,
                                       sizeof *names->sources);
    }
    names->names[names->count] = *name;
    names->sources[names->count++] = *source;
}

/* The same thing in a second sweep may take other values. */
static void merge(struct expr_name *known, const struct expr_name *name)
{
    known->is_numeric = known->is_numeric && name->is_numeric;
    known->values = NULL;
    known->value_count = 0;
}

static void make_ambiguous(struct row_names *names, size_t index, const char *long_name)
{
    struct expr_name *known = &names->names[index];
    const char *instead = known->instead != NULL ? known->instead : names->sources[index].long_name;
    if (strstr(instead, long_name) == NULL)
        known->instead = arena_printf(&names->arena, "%s or %s", instead, long_name);
}

/* Add the short or the long name of something. */
static void add(struct row_names *names, const struct expr_name *name, const struct source *source)
{
    struct expr_name added = *name;
    if (names->adds_long)
        added.name = source->long_name;
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->names[i].name, added.name) != 0)
            continue;
        if (is_same_source(&names->sources[i], source))
            merge(&names->names[i], name);
        else
            make_ambiguous(names, i, source->long_name);
        return;
    }
    append(names, &added, source);
}

static const struct expr_value *list_states(struct arena *arena, size_t *count)
{
    struct expr_value *values = arena_alloc_array(arena, STATE_COUNT, sizeof *values);
    for (size_t i = 0; i < STATE_COUNT; i++)
        values[i] = text(trial_state_name((enum sweep_trial_state)i));
    *count = STATE_COUNT;
    return values;
}

static const struct expr_value *list_reasons(struct arena *arena, size_t *count)
{
    struct expr_value *values = arena_alloc_array(arena, REASON_COUNT, sizeof *values);
    *count = 0;
    for (size_t i = SWEEP_REASON_NONE + 1; i < REASON_COUNT; i++)
        values[(*count)++] = text(trial_reason_name((enum sweep_reason)i));
    return values;
}

static void add_columns(struct row_names *names)
{
    for (size_t i = 0; i < ARRAY_LENGTH(COLUMNS); i++) {
        struct expr_name name = {.name = COLUMNS[i].name, .is_numeric = COLUMNS[i].is_numeric};
        if (COLUMNS[i].get == get_state)
            name.values = list_states(&names->arena, &name.value_count);
        if (COLUMNS[i].get == get_reason)
            name.values = list_reasons(&names->arena, &name.value_count);
        add(names, &name, &(struct source){.column = i, .long_name = COLUMNS[i].long_name});
    }
}

/* What a trial took of the machine, by both names of each number. */
static void add_usage(struct row_names *names)
{
    for (size_t i = 0; i < USAGE_FIELD_COUNT; i++) {
        const char *const both[] = {usage_fields[i].short_name, usage_fields[i].name};
        for (size_t k = 0; k < ARRAY_LENGTH(both); k++)
            add(names, &(struct expr_name){.name = both[k], .is_numeric = true},
                &(struct source){.origin = ORIGIN_USAGE,
                                 .column = i,
                                 .long_name = arena_printf(&names->arena, "row.%s", both[k])});
    }
}

/* In a space that was another one, trials may have values that are none of today's. */
static void add_parameter(struct row_names *names, const struct config *config, size_t index)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(config->space, index);
    struct expr_name name = {.name = parameter->name, .is_numeric = !config->was_other};
    size_t count = config->was_other ? 0 : parameter->choice_count;
    if (count > 0) {
        struct expr_value *values = arena_alloc_array(&names->arena, count, sizeof *values);
        for (size_t i = 0; i < count; i++) {
            values[i] = space_expr_value(&names->arena, &parameter->choices[i]);
            name.is_numeric = name.is_numeric && values[i].kind != EXPR_TEXT;
        }
        name.values = values;
        name.value_count = count;
    }
    add(names, &name,
        &(struct source){.origin = ORIGIN_PARAMETER,
                         .name = parameter->name,
                         .long_name = arena_printf(&names->arena, "params.%s", parameter->name)});
}

/* The step of a curve, captured under that very name, is the column's. */
static bool is_step_column(const struct config *config, const char *capture)
{
    return config->metric.step != NULL && strcmp(config->metric.step, capture) == 0 &&
           strcmp(capture, "step") == 0;
}

static void add_capture(struct row_names *names, const struct config *config, const char *capture)
{
    struct expr_name name = {.name = capture, .is_numeric = true};
    struct source source = {.origin = ORIGIN_CAPTURED,
                            .name = capture,
                            .long_name = arena_printf(&names->arena, "captured.%s", capture)};
    if (names->adds_long || !is_step_column(config, capture))
        add(names, &name, &source);
}

static void add_sweep(struct row_names *names, const struct record *record)
{
    const struct config *config = record->document.config;
    for (size_t i = 0; i < sweep_space_count(record->space); i++)
        add_parameter(names, config, i);
    for (size_t i = 0; i < config->capture_count; i++)
        add_capture(names, config, config->captures[i].name);
    if (config->metric.name != NULL && !names->adds_long)
        add(names, &(struct expr_name){.name = config->metric.name, .is_numeric = true},
            &(struct source){.column = COLUMN_VALUE, .long_name = COLUMNS[COLUMN_VALUE].long_name});
}

static void add_all(struct row_names *names, const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_sweep(names, &records[i]);
    add_columns(names);
    add_usage(names);
}

struct row_names *row_names_create(const struct record *records, size_t count)
{
    struct row_names *names = sweep_alloc(sizeof *names);
    add_all(names, records, count);
    names->adds_long = true;
    add_all(names, records, count);
    names->scope = expr_scope_create(names->names, names->count);
    names->used = arena_alloc_array(&names->arena, names->count, sizeof *names->used);
    return names;
}

void row_names_free(struct row_names *names)
{
    if (names == NULL)
        return;
    expr_scope_free(names->scope);
    sweep_free(names->names);
    sweep_free(names->sources);
    arena_release(&names->row);
    arena_release(&names->arena);
    sweep_free(names);
}

/* --- expressions ------------------------------------------------------------------------------ */

/* Show the expression again with a caret below the mistake, where that fits a line. */
static void append_caret(struct strbuf *out, const char *expression, const struct expr_place *place)
{
    struct strbuf before;
    struct strbuf marked;
    strbuf_init(&before, CARET_COLUMNS_MAX);
    strbuf_init(&marked, CARET_COLUMNS_MAX);
    text_append_safe(&before, (struct strview){expression, place->offset});
    text_append_safe(&marked, (struct strview){expression + place->offset, place->length});
    size_t width = text_width(strbuf_view(&marked));
    if (!before.truncated && !marked.truncated) {
        strbuf_append_text(out, "\n    ");
        text_append_safe(out, strview_of(expression));
        strbuf_printf(out, "\n    %*s^", (int)text_width(strbuf_view(&before)), "");
        for (size_t i = 1; i < width; i++)
            strbuf_append_char(out, '^');
    }
    strbuf_release(&before);
    strbuf_release(&marked);
}

struct expr *row_names_compile(struct row_names *names, const char *option, const char *expression,
                               struct sweep_error *err)
{
    struct expr_place place;
    struct sweep_error mistake = {0};
    struct expr *expr = expr_compile(names->scope, expression, &place, &mistake);
    if (expr == NULL) {
        struct strbuf shown;
        strbuf_init(&shown, 4 * CARET_COLUMNS_MAX);
        append_caret(&shown, expression, &place);
        sweep_error_set(err, mistake.code, "%s: %s%s", option, mistake.message,
                        shown.truncated ? "" : strbuf_text(&shown));
        strbuf_release(&shown);
        return NULL;
    }
    for (size_t i = 0; i < names->count; i++) {
        names->used[i] = names->used[i] || expr_uses(expr, i);
        if (names->used[i] && (names->sources[i].origin == ORIGIN_CAPTURED ||
                               names->sources[i].origin == ORIGIN_USAGE))
            names->uses_captured = true;
    }
    return expr;
}

static struct expr_value find_parameter(struct arena *arena, const struct record *record,
                                        const struct sweep_trial *trial, const char *name)
{
    for (size_t i = 0; i < sweep_space_count(record->space); i++)
        if (strcmp(sweep_space_parameter(record->space, i)->name, name) == 0)
            return space_expr_value(arena, &trial->params[i]);
    return (struct expr_value){.kind = EXPR_NULL};
}

static struct expr_value find_captured(const struct store_captures *captured, const char *name)
{
    for (size_t i = 0; i < captured->count; i++)
        if (strcmp(captured->items[i].metric, name) == 0)
            return number(captured->items[i].value);
    return (struct expr_value){.kind = EXPR_NULL};
}

bool row_names_set(struct row_names *names, const struct record *record,
                   const struct sweep_trial *trial, struct sweep_error *err)
{
    struct store_captures captured = {0};
    arena_release(&names->row);
    if (names->uses_captured &&
        !store_load_captures(record->store, &names->row, trial, &captured, err))
        return false;
    for (size_t i = 0; i < names->count; i++) {
        const struct source *source = &names->sources[i];
        struct expr_value value = {0};
        if (!names->used[i])
            continue;
        switch (source->origin) {
        case ORIGIN_COLUMN:
            value = COLUMNS[source->column].get(record, trial);
            break;
        case ORIGIN_PARAMETER:
            value = find_parameter(&names->row, record, trial, source->name);
            break;
        case ORIGIN_USAGE:
            value = number(usage_fields[source->column].get(&captured.usage));
            break;
        case ORIGIN_CAPTURED:
            value = find_captured(&captured, source->name);
            break;
        }
        expr_scope_set(names->scope, i, &value);
    }
    return true;
}
