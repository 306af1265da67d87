/*
 * Writes a sweep's YAML anew with its parameters fixed, and reads it back to see that it would run
 * the same.
 */
#include "view/record/fixed_space.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "config/node.h"
#include "config/node_format.h"
#include "space/derive.h"
#include "space/nesting.h"
#include "space/space.h"
#include "view/export/yaml.h"
#include "view/record/as_run.h"

/* The keys that say what is searched, how and for how long. */
static const char *const SEARCH_KEYS[] = {
    "name",       "method",          "seed",     "parameters", "budget",
    "start",      "constraints",     "derive",   "parallel",   "limits",
    "warm_start", "early_terminate", "fidelity", "run_cap",    "replicates",
};

static bool is_search_key(const char *key)
{
    for (size_t i = 0; i < ARRAY_LENGTH(SEARCH_KEYS); i++)
        if (strcmp(SEARCH_KEYS[i], key) == 0)
            return true;
    return false;
}

/* One that the YAML gave; others were drawn, and will be. */
static void append_seed(const struct record *record, const struct sweep_trial *trial,
                        struct strbuf *out)
{
    const char *pass_as = record->document.config->replicates.pass_as;
    if (space_seed_parameter(record->space) == NULL)
        return;
    strbuf_printf(out, "replicates: {seeds: [%" PRIu32 "]", record_trial_seed(record, trial));
    if (pass_as != NULL) {
        strbuf_append_text(out, ", pass_as: ");
        yaml_append_text(out, pass_as);
    }
    strbuf_append_text(out, "}\n");
}

/* A group is `optimizer: {parameters: {...}}`, in one line. */
static void append_group(const struct sweep_space *space, const struct sweep_items *items,
                         const char *path[NESTING_MAX], size_t depth, struct strbuf *out)
{
    for (size_t i = 0; i < items->count; i++) {
        path[depth] = items->names[i];
        strbuf_append_text(out, depth == 0 ? "  " : i > 0 ? ", " : "");
        yaml_append_text(out, items->names[i]);
        if (nesting_find(space, path, depth + 1) == NESTING_GROUP) {
            strbuf_append_text(out, ": {parameters: {");
            append_group(space, items->values[i].items, path, depth + 1, out);
            strbuf_append_text(out, "}}");
        } else {
            strbuf_append_text(out, ": {value: ");
            yaml_append_as_passed(out, &items->values[i]);
            strbuf_append_char(out, '}');
        }
        strbuf_append_text(out, depth == 0 ? "\n" : "");
    }
}

/* As constants: what they are computed from may be absent. */
static void append_derived(struct record *record, const struct sweep_trial *trial,
                           struct strbuf *out)
{
    const struct sweep_space *passed = space_passed(record->space);
    const struct sweep_value *params = space_pass(&record->arena, record->space, trial->params);
    size_t count = sweep_space_count(passed);
    for (size_t i = count - space_derived_count(record->space); i < count; i++) {
        if (params[i].kind == SWEEP_VALUE_NONE)
            continue;
        strbuf_append_text(out, "  ");
        yaml_append_text(out, sweep_space_parameter(passed, i)->name);
        strbuf_append_text(out, ": {value: ");
        yaml_append_as_passed(out, &params[i]);
        strbuf_append_text(out, "}\n");
    }
}

static void append_parameters(struct record *record, const struct sweep_trial *trial,
                              struct strbuf *out)
{
    const char *path[NESTING_MAX];
    size_t count = sweep_space_count(record->space);
    if (space_seed_parameter(record->space) != NULL)
        count--;
    const struct sweep_value all =
        nesting_gather(&record->arena, record->space, trial->params, count);
    strbuf_append_text(out, "method: grid\nbudget: {trials: 1}\nparameters:\n");
    append_group(record->space, all.items, path, 0, out);
    append_derived(record, trial, out);
    append_seed(record, trial, out);
}

/* --- inactive parameters ---------------------------------------------------------------------- */

/* They are none of the fixed file's, so what stands for them in the command does: `${x:-0}` -> `0`.
 * @return past the `}`, or NULL: something else is there */
static const char *append_fallback(struct record *record, const struct sweep_trial *trial,
                                   const char *text, struct strbuf *out)
{
    const char *dash = strstr(text, ":-");
    const char *end = strchr(text, '}');
    if (strncmp(text, "${", 2) != 0 || dash == NULL || end == NULL || dash > end)
        return NULL;
    char *name = arena_copy(&record->arena, (struct strview){text + 2, (size_t)(dash - text - 2)});
    size_t index = space_find(space_passed(record->space), name);
    const struct sweep_value *params = space_pass(&record->arena, record->space, trial->params);
    if (index == SPACE_NOT_FOUND || params[index].kind != SWEEP_VALUE_NONE)
        return NULL;
    for (const char *c = dash + 2; c < end; c++)
        strbuf_append_text(out, *c == '$' ? "$$" : (char[]){*c, '\0'});
    return end + 1;
}

static const char *fix_text(struct record *record, const struct sweep_trial *trial,
                            const char *text)
{
    struct strbuf out;
    strbuf_init(&out, 2 * strlen(text) + 1);
    while (*text != '\0') {
        const char *rest = append_fallback(record, trial, text, &out);
        if (rest != NULL) {
            text = rest;
            continue;
        }
        if (strncmp(text, "$$", 2) == 0)
            strbuf_append_char(&out, *text++);
        strbuf_append_char(&out, *text++);
    }
    const char *fixed = arena_copy(&record->arena, strbuf_view(&out));
    strbuf_release(&out);
    return fixed;
}

static struct node *fix_command(struct record *record, const struct sweep_trial *trial,
                                const struct node *command)
{
    struct node *fixed = arena_alloc(&record->arena, sizeof *fixed);
    *fixed = *command;
    if (command->kind == NODE_SCALAR)
        fixed->text = fix_text(record, trial, command->text);
    if (command->kind != NODE_LIST)
        return fixed;
    fixed->values = arena_alloc_array(&record->arena, command->count, sizeof(fixed->values[0]));
    for (size_t i = 0; i < command->count; i++)
        fixed->values[i] = fix_command(record, trial, command->values[i]);
    return fixed;
}

/* As it was run: with what was set apart from the file. */
static void append_rest(struct record *record, const struct sweep_trial *trial, struct strbuf *out)
{
    const struct node *root = record->document.config->root;
    for (size_t i = 0; i < root->count; i++)
        if (strcmp(root->keys[i]->text, "command") == 0)
            node_append_entry(root->keys[i], fix_command(record, trial, root->values[i]), out);
        else if (!is_search_key(root->keys[i]->text))
            node_append_entry(root->keys[i], root->values[i], out);
}

/* Whether what was written means what it should. */
static bool is_same(struct record *record, const struct sweep_trial *trial,
                    const struct config *config)
{
    size_t count = sweep_space_count(config->space);
    struct sweep_value *params = arena_alloc_array(&record->arena, count, sizeof *params);
    const struct sweep_value *passed = space_pass(&record->arena, record->space, trial->params);
    for (size_t i = 0; i < count; i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(config->space, i);
        size_t index = space_find(record->space, parameter->name);
        const struct sweep_value *values = trial->params;
        if (index == SPACE_NOT_FOUND) { /* then it was derived */
            index = space_find(space_passed(record->space), parameter->name);
            values = passed;
        }
        params[i] = sweep_parameter_level(parameter, 0);
        if (sweep_parameter_size(parameter) != 1 || index == SPACE_NOT_FOUND ||
            !sweep_value_equal(&params[i], &values[index]))
            return false;
    }
    return command_is_same(
        command_expand(&record->arena, &config->command, config->space, params, NULL),
        command_expand(&record->arena, &record->document.config->command, record->space,
                       trial->params, NULL));
}

/* The command of the file may be another one since a parameter that it named is gone. */
static bool is_as_run(struct record *record, const struct sweep_trial *trial)
{
    struct command_surroundings around = record->document.around;
    around.params_path = record_params_path(record, trial->number);
    return !as_run_has_former(record, trial) ||
           command_is_same(command_expand(&record->arena, &record->document.config->command,
                                          record->space, trial->params, &around),
                           as_run(record, trial, &around));
}

bool fixed_space_append(struct record *record, const struct sweep_trial *trial, const char *name,
                        struct strbuf *out, struct sweep_error *err)
{
    struct document document;
    size_t start = out->size;
    strbuf_append_text(out, "name: ");
    yaml_append_text(out, name);
    strbuf_append_char(out, '\n');
    append_rest(record, trial, out);
    append_parameters(record, trial, out);
    document_parse(&document, "space.yaml", (struct strview){out->data + start, out->size - start},
                   CONFIG_WAS_READ);
    bool done = document.config != NULL && is_same(record, trial, document.config) &&
                is_as_run(record, trial);
    if (!done)
        sweep_error_set(
            err, SWEEP_BAD_INPUT,
            "trial %llu cannot be written as a space.yaml that runs the same%s%s",
            (unsigned long long)trial->number, document.diagnostics.count > 0 ? ": " : "",
            document.diagnostics.count > 0 ? document.diagnostics.items[0].message : "");
    document_release(&document);
    return done;
}
