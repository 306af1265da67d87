/*
 * What a line of `sweep ask-tell` says, checked member by member.
 */
#include "advisor/ask_tell_line.h"

#include <inttypes.h>
#include <string.h>

#include "asker/given.h"
#include "base/array.h"
#include "base/nearest.h"
#include "base/number.h"

#define MEANT_MAX 512 /* [bytes] what is said of names */

static bool refuse_member(const char *name, const char *expected, const struct json_node *found,
                          struct sweep_error *err)
{
    return sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' takes %s, not %s", name, expected,
                           json_node_describe(found));
}

/* A member that says nothing is as good as none. */
const struct json_node *line_member(const struct json_node *line, const char *name)
{
    const struct json_node *node = json_member(line, name);
    return node != NULL && node->kind == JSON_NODE_NULL ? NULL : node;
}

/* @param standard  where the member is missing; 0: it must be there */
bool line_take_count(const struct json_node *line, const char *name, uint64_t maximum,
                     uint64_t standard, uint64_t *out, struct sweep_error *err)
{
    const struct json_node *node = line_member(line, name);
    *out = standard;
    if (node == NULL)
        return standard > 0 || sweep_error_set(err, SWEEP_BAD_INPUT, "'%s' is missing", name);
    if (node->kind != JSON_NODE_INT)
        return refuse_member(name, "a whole number", node, err);
    if (node->integer < 1 || (uint64_t)node->integer > maximum)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "'%s' takes a whole number from 1 to %" PRIu64 ", not %" PRId64,
                               name, maximum, node->integer);
    *out = (uint64_t)node->integer;
    return true;
}

bool line_take_trial(const struct json_node *line, uint64_t *number, struct sweep_error *err)
{
    return line_take_count(line, "trial", INT64_MAX, 0, number, err);
}

/* JSON has no word for nan and the infinities: texts stand for them. */
static bool is_special(const char *text, double *out)
{
    static const char *const words[] = {"nan", "inf", "-inf"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strcmp(text, words[i]) == 0)
            return number_parse_double(strview_of(text), out) == NUMBER_OK;
    return false;
}

static bool read_value(const char *name, const struct json_node *node, double *out,
                       struct sweep_error *err)
{
    if (node->kind == JSON_NODE_INT)
        *out = (double)node->integer;
    else if (node->kind == JSON_NODE_REAL)
        *out = node->real;
    else if (node->kind != JSON_NODE_TEXT || !is_special(node->text, out))
        return refuse_member(name, "a number, \"nan\", \"inf\" or \"-inf\"", node, err);
    return true;
}

/* `value`, or `values` of as many as there are objectives: one. */
bool line_take_value(const struct json_node *line, struct advisor_result *out,
                     struct sweep_error *err)
{
    const struct json_node *value = line_member(line, "value");
    const struct json_node *values = line_member(line, "values");
    if (value != NULL && values != NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "give 'value' or 'values', not both");
    if (values != NULL && (values->kind != JSON_NODE_LIST || values->count != 1))
        return sweep_error_set(
            err, SWEEP_BAD_INPUT,
            "'values' takes a list with one number: the sweep has one objective");
    if (values != NULL)
        value = &values->items[0];
    out->has_value = value != NULL;
    return value == NULL || read_value("value", value, &out->value, err);
}

static const struct {
    const char *name;
    enum sweep_trial_state state;
    bool needs_value;
    bool takes_value;
} STATES[] = {
    {"complete", SWEEP_TRIAL_COMPLETE, true, true},
    {"failed", SWEEP_TRIAL_FAILED, false, false},
    {"pruned", SWEEP_TRIAL_PRUNED, false, true},
    {"cancelled", SWEEP_TRIAL_CANCELLED, false, false},
};

static bool refuse_state(const char *state, struct sweep_error *err)
{
    const char *names[ARRAY_LENGTH(STATES)];
    struct strbuf meant;
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++)
        names[i] = STATES[i].name;
    strbuf_init(&meant, MEANT_MAX);
    nearest_append(&meant, state, names, ARRAY_LENGTH(names));
    sweep_error_set(err, SWEEP_BAD_INPUT, "there is no state '%s'%s", state, strbuf_text(&meant));
    strbuf_release(&meant);
    return false;
}

static bool take_state(const struct json_node *line, size_t *row, struct sweep_error *err)
{
    const struct json_node *node = line_member(line, "state");
    *row = 0;
    if (node == NULL)
        return true;
    if (node->kind != JSON_NODE_TEXT)
        return refuse_member("state", "a text", node, err);
    while (*row < ARRAY_LENGTH(STATES) && strcmp(STATES[*row].name, node->text) != 0)
        ++*row;
    if (*row < ARRAY_LENGTH(STATES))
        return true;
    return refuse_state(node->text, err);
}

bool line_take_result(const struct json_node *line, struct advisor_result *out,
                      struct sweep_error *err)
{
    size_t row;
    if (!take_state(line, &row, err) || !line_take_value(line, out, err))
        return false;
    out->state = STATES[row].state;
    if (STATES[row].needs_value && !out->has_value)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "'value' is missing (or \"state\":\"failed\")");
    if (out->has_value && !STATES[row].takes_value)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "a %s trial has no value", STATES[row].name);
    return true;
}

bool line_take_step(const struct json_node *line, int64_t *step, struct sweep_error *err)
{
    const struct json_node *node = line_member(line, "step");
    *step = SWEEP_STEP_NONE;
    if (node == NULL)
        return true;
    if (node->kind != JSON_NODE_INT || node->integer == SWEEP_STEP_NONE)
        return refuse_member("step", "a whole number", node, err);
    *step = node->integer;
    return true;
}

bool line_take_params(const struct json_node *line, const struct sweep_space *space,
                      struct arena *arena, struct sweep_value **out, struct sweep_error *err)
{
    const struct json_node *params = line_member(line, "params");
    if (params == NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "'params' is missing");
    *out = arena_alloc_array(arena, sweep_space_count(space), sizeof **out);
    return given_params(space, params, *out, err);
}
