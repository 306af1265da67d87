/*
 * The front door: bytes -> document -> draft -> config. What single keys mean is in the table
 * (keys.c) and its readers.
 */
#include "config/config.h"

#include <string.h>

#include "config/dialect.h"
#include "config/node.h"
#include "config/overlay.h"
#include "config/reader.h"

/* `dir/digits.yaml` -> `digits`. */
static const char *name_of_file(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;
    size_t size = strlen(name);
    if (size > 5 && strcmp(name + size - 5, ".yaml") == 0)
        size -= 5;
    else if (size > 4 && strcmp(name + size - 4, ".yml") == 0)
        size -= 4;
    return arena_copy(arena, (struct strview){name, size});
}

static void default_name(struct reader *reader, const char *file)
{
    struct config *config = &reader->draft.config;
    if (config->name != NULL)
        return;
    config->name = name_of_file(reader->arena, file);
    if (reader_is_word(config->name) && config->name[0] != '.' && config->name[0] != '-')
        return;
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                    "the file's name cannot be the sweep's");
    reader_hint(reader, "add 'name: ...'");
}

/* run_cap is another word for budget.trials. */
static void settle_trials(struct reader *reader)
{
    struct draft *draft = &reader->draft;
    if (draft->run_cap == NULL)
        return;
    if (draft->config.trials != 0)
        reader_error(reader, draft->run_cap,
                     "'run_cap' and 'budget.trials' say the same; give one");
    else
        draft->config.trials = draft->run_cap_trials;
}

/* The metric and the captures are numbers of one output: one name each. */
static void check_names(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    const char *metric = config->metric.name;
    if (metric == NULL)
        return;
    for (size_t i = 0; i < config->capture_count; i++)
        if (strcmp(config->captures[i].name, metric) == 0) {
            diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, config->captures[i].mark,
                            "'%s' is the metric and need not be captured", metric);
            reader_hint(reader, "its pattern goes to 'metric: {pattern: ...}'");
        }
    if (config->metric.step != NULL && strcmp(config->metric.step, metric) == 0)
        reader_error(reader, reader->draft.step, "the metric cannot be its own step");
}

/* The step is captured too: by its name, if `capture` does not say how. */
static void capture_step(struct reader *reader)
{
    struct config *config = &reader->draft.config;
    const char *step = config->metric.step;
    if (step == NULL)
        return;
    for (size_t i = 0; i < config->capture_count; i++)
        if (strcmp(config->captures[i].name, step) == 0)
            return;
    struct config_capture *captures =
        arena_alloc_array(reader->arena, config->capture_count + 1, sizeof *captures);
    if (config->capture_count > 0)
        memcpy(captures, config->captures, config->capture_count * sizeof *captures);
    captures[config->capture_count++] =
        (struct config_capture){.name = step, .mark = reader->draft.step->mark};
    config->captures = captures;
}

/* libyaml could read it, but no line of it could be shown. */
static bool is_utf16(struct strview source)
{
    return source.size >= 2 &&
           (memcmp(source.data, "\xFF\xFE", 2) == 0 || memcmp(source.data, "\xFE\xFF", 2) == 0);
}

/* `parallel` is our word for it, and wins. */
static void settle_workers(struct reader *reader)
{
    struct draft *draft = &reader->draft;
    if (draft->workers > 0 && draft->config.parallel == 0)
        draft->config.parallel = draft->workers;
    draft->config.is_wandb = reader->is_wandb;
}

static void read_document(struct reader *reader, const char *file, const struct node *root)
{
    dialect_find(reader, root);
    reader_section(reader, &config_section, root, &reader->draft);
    if (reader->foreign != NULL)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, reader->foreign_mark,
                        "not used here: %s", reader->foreign);
    default_name(reader, file);
    settle_trials(reader);
    check_names(reader);
    budget_check(reader);
    resources_check(reader);
    slurm_check(reader);
    container_check(reader);
    early_terminate_check(reader);
    launch_check(reader);
    settle_workers(reader);
    read_parameters(reader);
    replicates_check(reader);
    read_rules(reader);
    read_derive(reader);
    read_start(reader);
    bool is_lacking = reader->draft.command == NULL && reader->draft.program == NULL &&
                      reader->need != CONFIG_NEEDS_COMMAND;
    bool is_usable = reader->draft.config.space != NULL && (is_lacking || read_command(reader));
    if (is_usable && reader->diagnostics->errors == 0)
        advise(reader);
    capture_step(reader);
}

static const char *find_former(const struct config_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].key, CONFIG_FORMER) == 0)
            return settings->items[i].value;
    return NULL;
}

struct config *config_load(struct arena *arena, const char *file, struct strview source,
                           enum config_need need, struct diagnostics *diagnostics)
{
    return config_load_with(arena, file, source, need, &(struct config_settings){0}, diagnostics);
}

struct config *config_load_with(struct arena *arena, const char *file, struct strview source,
                                enum config_need need, const struct config_settings *settings,
                                struct diagnostics *diagnostics)
{
    struct reader reader = {
        .arena = arena, .diagnostics = diagnostics, .source = source, .need = need};
    if (source.size > CONFIG_SIZE_MAX) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "the file has %zu bytes; a space of more than %d is not read", source.size,
                        CONFIG_SIZE_MAX);
        return NULL;
    }
    if (is_utf16(source)) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "the file is UTF-16 text; save it as UTF-8");
        return NULL;
    }
    const struct node *root = node_parse(arena, source, diagnostics);
    if (root == NULL)
        return NULL;
    root = overlay_apply(arena, root, settings, diagnostics);
    reader.former = find_former(settings);
    read_document(&reader, file, root);
    if (diagnostics->errors > 0)
        return NULL;
    struct config *config = arena_alloc(arena, sizeof *config);
    *config = reader.draft.config;
    config->root = root;
    config->was_other = reader.former != NULL;
    return config;
}

bool config_says_same(struct strview a, struct strview b, const char *key)
{
    struct arena arena = {0};
    struct diagnostics found = {0};
    const struct node *left = node_parse(&arena, a, &found);
    const struct node *right = node_parse(&arena, b, &found);
    bool same = overlay_is_same(overlay_find(left, key), overlay_find(right, key));
    diagnostics_release(&found);
    arena_release(&arena);
    return same;
}
