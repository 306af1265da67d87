/*
 * What is allowed and probably not meant: a goal that does not fit the metric's name, a parameter
 * that never reaches the script. Only warnings; mistakes are found by those who read the keys.
 */
#include "config/reader.h"

#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

/* Words in metrics' names, and which way they are good. */
static const struct usual_goal {
    const char *word;
    bool maximize;
} usual_goals[] = {
    {"acc", true},    {"accuracy", true}, {"f1", true},        {"auc", true},
    {"auroc", true},  {"r2", true},       {"bleu", true},      {"rouge", true},
    {"map", true},    {"iou", true},      {"precision", true}, {"recall", true},
    {"reward", true}, {"loss", false},    {"error", false},    {"rmse", false},
    {"mse", false},   {"mae", false},     {"wer", false},      {"perplexity", false},
    {"ppl", false},
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word_part(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

static bool matches(const char *text, size_t size, const char *word)
{
    if (strlen(word) != size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (lower(text[i]) != word[i])
            return false;
    return true;
}

/* The last word of the name decides: `acc_loss` is a loss. */
static const struct usual_goal *find_usual_goal(const char *name)
{
    const struct usual_goal *found = NULL;
    while (*name != '\0') {
        size_t size = 0;
        while (is_word_part(name[size]))
            size++;
        for (size_t i = 0; i < ARRAY_LENGTH(usual_goals); i++)
            if (matches(name, size, usual_goals[i].word))
                found = &usual_goals[i];
        name += size > 0 ? size : 1;
    }
    return found;
}

static void advise_goal(struct reader *reader)
{
    const struct config_metric *metric = &reader->draft.config.metric;
    const struct usual_goal *usual = metric->name == NULL ? NULL : find_usual_goal(metric->name);
    if (usual == NULL || usual->maximize == metric->objective.maximize)
        return;
    if (metric->goal_given)
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_WARNING, metric->mark,
                        "'%s' is to be %s; a metric of that name is usually %s", metric->name,
                        metric->objective.maximize ? "maximized" : "minimized",
                        usual->maximize ? "maximized" : "minimized");
    else
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_WARNING, metric->mark,
                        "no goal is given, so '%s' will be minimized", metric->name);
    reader_hint(reader, "is '%s' meant?", usual->maximize ? "maximize" : "minimize");
}

/* One warning, not one per parameter, where the script seems to read SWEEP_PARAMS anyway. */
static void advise_parameters(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    const struct node *const *keys = reader->draft.keys;
    size_t count = sweep_space_count(config->searched);
    size_t unreachable = 0;
    for (size_t i = 0; i < count; i++)
        unreachable += !command_uses(&config->command, i);
    if (unreachable == count) {
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, reader->draft.command->mark,
                        "the command passes no parameter on");
        reader_hint(reader,
                    "add ${args} or ${%s}, unless the script reads SWEEP_PARAMS or wandb.config",
                    keys[0]->text);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (command_uses(&config->command, i))
            continue;
        reader_warning(reader, keys[i], "parameter '%s' does not reach the command", keys[i]->text);
        reader_hint(reader,
                    "add ${%s} or ${args}, unless the script reads SWEEP_PARAMS or wandb.config",
                    keys[i]->text);
    }
}

/* The one parameter that is not in the map of them. */
static void advise_seed(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    const char *name = config->replicates.pass_as;
    if (name == NULL || config->replicates.count == 0 ||
        command_uses(&config->command, sweep_space_count(config->space) - 1))
        return;
    reader_warning(reader, reader->draft.pass_as, "the seed does not reach the command as '%s'",
                   name);
    reader_hint(
        reader,
        "add ${%s} or ${args}, unless the script reads the file that SWEEP_PARAMS names, or "
        "SWEEP_SEED",
        name);
}

static bool names_program(const struct node *command)
{
    if (command->kind == NODE_SCALAR)
        return strstr(command->text, "${program}") != NULL;
    for (size_t i = 0; i < command->count; i++)
        if (names_program(command->values[i]))
            return true;
    return false;
}

static void advise_program(struct reader *reader)
{
    if (reader->draft.program != NULL && !names_program(reader->draft.command))
        diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, reader->draft.program->mark,
                        "'program' is not used: 'command' says what to run");
}

/* A step that is nearly the name of a capture is a slip; any other is found by its name. */
static void advise_step(struct reader *reader)
{
    const struct config *config = &reader->draft.config;
    if (config->metric.step == NULL)
        return;
    size_t count = config->capture_count;
    const char **names = arena_alloc_array(reader->arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = config->captures[i].name;
        if (strcmp(names[i], config->metric.step) == 0)
            return;
    }
    const char *nearest = nearest_word(config->metric.step, names, count);
    if (nearest == NULL)
        return;
    reader_warning(reader, reader->draft.step,
                   "nothing is captured as '%s'; the step will be looked for by that name",
                   config->metric.step);
    reader_hint(reader, "did you mean '%s'?", nearest);
}

void advise(struct reader *reader)
{
    advise_goal(reader);
    if (reader->draft.command != NULL) {
        advise_parameters(reader);
        advise_seed(reader);
        advise_program(reader);
    }
    advise_step(reader);
    early_terminate_advise(reader);
}
