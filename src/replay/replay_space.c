/*
 * Writes the YAML, and reads it back to see that it means what it should.
 */
#include "replay/replay_space.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "config/node.h"
#include "config/node_format.h"
#include "space/space.h"
#include "view/export/yaml.h"
#include "view/term/text.h"

#define FORMER_MAX ((size_t)1024 * 1024) /* [bytes] */

/* The keys that say what is searched, how and for how long. */
static const char *const REPLACED[] = {
    "name",        "method", "seed",       "budget",          "run_cap",  "start",
    "constraints", "limits", "warm_start", "early_terminate", "fidelity", "replicates",
};

static bool is_replaced(const char *key)
{
    for (size_t i = 0; i < ARRAY_LENGTH(REPLACED); i++)
        if (strcmp(REPLACED[i], key) == 0)
            return true;
    return false;
}

/* A copy of a map without one of its keys. */
static const struct node *without(struct arena *arena, const struct node *map, const char *key)
{
    struct node *copy = arena_alloc(arena, sizeof *copy);
    if (map->kind != NODE_MAP || key == NULL)
        return map;
    *copy = *map;
    copy->keys = arena_alloc_array(arena, map->count, sizeof(struct node *));
    copy->values = arena_alloc_array(arena, map->count, sizeof(struct node *));
    copy->count = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i]->text, key) == 0)
            continue;
        copy->keys[copy->count] = map->keys[i];
        copy->values[copy->count++] = map->values[i];
    }
    return copy;
}

/* --- former parameters ------------------------------------------------------------------------ */

/* Whether the trials have several values of a parameter. */
static bool is_varied(const struct replay *replay, size_t index)
{
    const struct sweep_value *first = &replay->trials[0]->params[index];
    for (size_t i = 1; i < replay->trial_count; i++)
        if (!sweep_value_equal(first, &replay->trials[i]->params[index]))
            return true;
    return false;
}

/* `k: {values: [1, 2]}`: those of the trials. What only some of them have is left out, and then
 * found to be missing. */
static bool describe_former(const struct replay *replay, size_t index, struct strbuf *out)
{
    const struct sweep_parameter *parameter = sweep_space_parameter(replay->record->space, index);
    bool varies = is_varied(replay, index);
    if (!space_is_former(replay->record->space, index) || parameter->path != NULL ||
        replay_is_seed(replay, index))
        return false;
    yaml_append_text(out, parameter->name);
    strbuf_append_text(out, varies ? ": {values: [" : ": {value: ");
    for (size_t i = 0; i < replay->trial_count; i++) {
        const struct sweep_value *value = &replay->trials[i]->params[index];
        if (value->kind == SWEEP_VALUE_NONE)
            return false;
        strbuf_append_text(out, i > 0 ? ", " : "");
        yaml_append_as_passed(out, value);
        if (!varies)
            break;
    }
    strbuf_append_text(out, varies ? "]}\n" : "}\n");
    return true;
}

/* The sweep's parameters, and those that only the trials have. */
static const struct node *with_former(struct replay *replay, const struct node *map)
{
    struct arena *arena = &replay->record->arena;
    const struct sweep_space *space = replay->record->space;
    struct node *copy = arena_alloc(arena, sizeof *copy);
    size_t most = map->count + sweep_space_count(space);
    *copy = *map;
    copy->keys = arena_alloc_array(arena, most, sizeof(struct node *));
    copy->values = arena_alloc_array(arena, most, sizeof(struct node *));
    memcpy(copy->keys, map->keys, map->count * sizeof(struct node *));
    memcpy(copy->values, map->values, map->count * sizeof(struct node *));
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        struct diagnostics none = {0};
        struct strbuf text;
        strbuf_init(&text, FORMER_MAX);
        const struct node *root =
            describe_former(replay, i, &text) ? node_parse(arena, strbuf_view(&text), &none) : NULL;
        if (root != NULL) {
            copy->keys[copy->count] = root->keys[0];
            copy->values[copy->count++] = root->values[0];
        }
        strbuf_release(&text);
        diagnostics_release(&none);
    }
    return copy;
}

/* Of the sweep's YAML with what people set apart from it. */
static void append_rest(struct replay *replay, struct strbuf *out)
{
    struct arena *arena = &replay->record->arena;
    const struct node *root = replay->record->document.config->root;
    for (size_t i = 0; i < root->count; i++) {
        const char *key = root->keys[i]->text;
        const struct node *value = root->values[i];
        if (is_replaced(key))
            continue;
        if (strcmp(key, "metric") == 0)
            value = without(arena, value, "target");
        if (strcmp(key, "parameters") == 0)
            value = with_former(replay, without(arena, value, replay->pass_as));
        node_append_entry(root->keys[i], value, out);
    }
}

static void append_start(const struct replay *replay, const struct sweep_trial *trial,
                         struct strbuf *out)
{
    const struct sweep_space *space = replay->record->space;
    const char *before = "  - ";
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        bool is_constant = space_is_former(space, i) ? !is_varied(replay, i)
                                                     : parameter->distribution == SWEEP_CONSTANT;
        if (is_constant || replay_is_seed(replay, i) || trial->params[i].kind == SWEEP_VALUE_NONE)
            continue;
        strbuf_append_text(out, before);
        yaml_append_text(out, parameter->name);
        strbuf_append_text(out, ": ");
        yaml_append_as_passed(out, &trial->params[i]);
        strbuf_append_char(out, '\n');
        before = "    ";
    }
    if (before[2] == '-')
        strbuf_append_text(out, "  - {}\n");
}

static void append_replicates(const struct replay *replay, struct strbuf *out)
{
    strbuf_append_text(out, "replicates: {seeds: [");
    for (size_t i = 0; i < replay->seed_count; i++)
        strbuf_printf(out, "%s%" PRIu32, i > 0 ? ", " : "", replay->seeds[i]);
    strbuf_append_char(out, ']');
    if (replay->pass_as != NULL) {
        strbuf_append_text(out, ", pass_as: ");
        yaml_append_text(out, replay->pass_as);
    }
    strbuf_append_text(out, "}\n");
}

static void append_head(const struct replay *replay, const char *name, struct strbuf *out)
{
    strbuf_append_text(out, "# sweep replay: of the sweep ");
    text_append_safe(out, strview_of(replay->record->sweep.name));
    strbuf_printf(out, ", trial%s", replay->trial_count == 1 ? "" : "s");
    for (size_t i = 0; i < replay->trial_count; i++)
        strbuf_printf(out, "%s %" PRIu64, i > 0 ? "," : "", replay->trials[i]->number);
    strbuf_append_text(out, "\nname: ");
    yaml_append_text(out, name);
    strbuf_append_char(out, '\n');
}

/* --- reading it back -------------------------------------------------------------------------- */

/* Nothing that a trial had may be missing. */
static bool has_all(const struct replay *replay, const struct config *config,
                    const struct sweep_trial *trial)
{
    const struct sweep_space *space = replay->record->space;
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (space_is_former(space, i) && !replay_is_seed(replay, i) &&
            trial->params[i].kind != SWEEP_VALUE_NONE &&
            space_find(config->searched, sweep_space_parameter(space, i)->name) == SPACE_NOT_FOUND)
            return false;
    return true;
}

static bool same_values(const struct replay *replay, const struct config *config,
                        const struct sweep_value *start, const struct sweep_trial *trial)
{
    for (size_t i = 0; i < sweep_space_count(config->searched); i++) {
        const char *name = sweep_space_parameter(config->searched, i)->name;
        size_t index = space_find(replay->record->space, name);
        if (index == SPACE_NOT_FOUND || !sweep_value_equal(&start[i], &trial->params[index]))
            return false;
    }
    return has_all(replay, config, trial);
}

/* To the last byte, where the seed is no word of it or is the same. */
static bool same_command(const struct replay *replay, const struct config *config,
                         const struct sweep_value *start, const struct sweep_trial *trial)
{
    struct record *record = replay->record;
    size_t count = sweep_space_count(config->searched);
    struct sweep_value *params = arena_alloc_array(&record->arena, count + 1, sizeof *params);
    if (replay->pass_as != NULL && !replay->is_exact)
        return true;
    memcpy(params, start, count * sizeof *params);
    params[count] = config->replicates.seeds[0];
    return command_is_same(
        command_expand(&record->arena, &config->command, config->space, params, NULL),
        command_expand(&record->arena, &record->document.config->command, record->space,
                       trial->params, NULL));
}

static bool is_same(const struct replay *replay, const struct config *config)
{
    if (config->start_count != replay->trial_count ||
        config->replicates.count != replay->seed_count)
        return false;
    for (size_t i = 0; i < replay->trial_count; i++)
        if (!same_values(replay, config, config->start[i], replay->trials[i]) ||
            !same_command(replay, config, config->start[i], replay->trials[i]))
            return false;
    return true;
}

bool replay_space_append(struct replay *replay, const char *name, struct strbuf *out,
                         struct sweep_error *err)
{
    struct document document;
    size_t begin = out->size;
    append_head(replay, name, out);
    append_rest(replay, out);
    strbuf_printf(out, "method: random\nseed: %" PRIu64 "\nbudget: {trials: %zu}\nstart:\n",
                  replay->record->sweep.seed, replay->trial_count * replay->seed_count);
    for (size_t i = 0; i < replay->trial_count; i++)
        append_start(replay, replay->trials[i], out);
    append_replicates(replay, out);
    document_parse(&document, "space.yaml", (struct strview){out->data + begin, out->size - begin},
                   CONFIG_NEEDS_COMMAND);
    bool done = document.config != NULL && is_same(replay, document.config);
    const char *why =
        document.diagnostics.errors > 0 ? document.diagnostics.items[0].message : NULL;
    if (!done)
        sweep_error_set(err, SWEEP_BAD_INPUT, "no space.yaml can be written that runs %s%s%s",
                        replay->trial_count == 1 ? "the trial again" : "the trials again",
                        why != NULL ? ": " : "", why != NULL ? why : "");
    document_release(&document);
    return done;
}
