/*
 * Takes a command line apart and writes the YAML. The ranges are guess.c's.
 */
#include "cli/file/starter.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "view/export/yaml.h"

#define COMMENT_COLUMN 44

/* The parameters where there is no command to take them from. */
static const struct starter_parameter EXAMPLES[] = {
    {.name = "lr", .guess = {true, "{min: 0.0001, max: 0.01, log: true}"}},
    {.name = "batch_size", .guess = {true, "{values: [32, 64, 128]}"}},
    {.name = "dropout", .guess = {true, "{min: 0.0, max: 0.5}"}},
};

/* --- reading the command -------------------------------------------------------------------- */

static bool is_variable(const char *word)
{
    size_t size = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return size > 0 && !isdigit((unsigned char)word[0]) && word[size] == '=';
}

static bool ends_with(const char *word, const char *end)
{
    size_t size = strlen(word);
    size_t end_size = strlen(end);
    return size > end_size && strcmp(word + size - end_size, end) == 0;
}

/* Where the script's own options begin: what stands before belongs to interpreters and launchers.
 */
static size_t find_script(const struct starter *starter)
{
    static const char *const ENDS[] = {".py", ".sh", ".R",  ".r",  ".jl",
                                       ".pl", ".rb", ".js", ".lua"};

    for (size_t i = 0; i < starter->word_count; i++) {
        for (size_t k = 0; k < ARRAY_LENGTH(ENDS); k++)
            if (ends_with(starter->words[i], ENDS[k]))
                return i;
        if (strcmp(starter->words[i], "-m") == 0 && i + 1 < starter->word_count)
            return i + 1;
    }
    return 0;
}

static bool is_number(const char *word)
{
    return isdigit((unsigned char)word[0]) || (word[0] == '.' && isdigit((unsigned char)word[1]));
}

/* [A-Za-z_][A-Za-z0-9_.-]*, as a parameter may be called. */
static bool is_name(const char *text, size_t size)
{
    if (size == 0 || size > 100 || !(isalpha((unsigned char)text[0]) || text[0] == '_'))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)text[i]) && strchr("_.-", text[i]) == NULL)
            return false;
    return true;
}

static bool is_taken(const struct starter *starter, const char *name)
{
    for (size_t i = 0; i < starter->parameter_count; i++)
        if (strcmp(starter->parameters[i].name, name) == 0)
            return true;
    return strcmp(name, "args") == 0;
}

/* Make a parameter of the name at `name` and the value at `prefix` in word `word`. */
static bool add(struct starter *starter, struct arena *arena, struct strview name, size_t word,
                size_t prefix)
{
    const char *value = starter->words[word] + prefix;

    if (!is_name(name.data, name.size) || *value == '\0')
        return false;
    struct starter_parameter parameter = {
        .name = arena_copy(arena, name), .value = value, .word = word, .prefix = prefix};
    if (is_taken(starter, parameter.name))
        return false;
    guess_option(arena, parameter.name, value, &parameter.guess);
    starter->parameters[starter->parameter_count++] = parameter;
    return true;
}

/* An option whose value is the next word. With one dash (`-b 64`) only numbers are believed: `-m
 * train` and `-c adam` may mean anything. @return whether the next word was taken */
static bool read_pair(struct starter *starter, struct arena *arena, size_t word)
{
    const char *option = starter->words[word];
    size_t dashes = strspn(option, "-");

    if (word + 1 == starter->word_count)
        return false;
    const char *value = starter->words[word + 1];
    bool is_value = value[0] != '-' || is_number(value + 1);
    if (!is_value || (dashes == 1 && !is_number(value)))
        return false;
    return add(starter, arena, strview_of(option + dashes), word + 1, 0);
}

/* @return how many words were understood */
static size_t read_word(struct starter *starter, struct arena *arena, size_t word)
{
    const char *text = starter->words[word];
    size_t signs = strspn(text, "-");
    const char *equals = strchr(text, '=');

    if (signs == 0 && equals != NULL)
        signs = strspn(text, "+"); /* Hydra: +name=value, ++name=value */
    else if (signs == 0)
        return 1;
    if (equals == NULL)
        return read_pair(starter, arena, word) ? 2 : 1;
    struct strview name = {text + signs, (size_t)(equals - text) - signs};
    (void)add(starter, arena, name, word, (size_t)(equals - text) + 1);
    return 1;
}

static const char *find_python(const struct starter *starter, size_t script)
{
    const char *word = starter->words[script];
    bool is_module = script > 0 && strcmp(starter->words[script - 1], "-m") == 0;
    return ends_with(word, ".py") || is_module ? word : NULL;
}

bool starter_read(struct starter *out, struct arena *arena, char *const *command,
                  struct sweep_error *err)
{
    *out = (struct starter){0};
    if (command == NULL)
        return true;
    out->variables = command;
    while (command[out->variable_count] != NULL && is_variable(command[out->variable_count]))
        out->variable_count++;
    out->words = command + out->variable_count;
    while (out->words[out->word_count] != NULL)
        out->word_count++;
    if (out->word_count == 0 || out->words[0][0] == '\0')
        return sweep_error_set(err, SWEEP_USAGE,
                               "there is no command behind '--'; as in: sweep init -- python "
                               "train.py --lr 0.001");
    size_t script = find_script(out);
    out->script = find_python(out, script);
    out->parameters = arena_alloc_array(arena, out->word_count, sizeof *out->parameters);
    for (size_t i = script + 1; i < out->word_count;)
        i += read_word(out, arena, i);
    return true;
}

bool starter_needs_file(const struct starter *starter)
{
    return starter->script != NULL && starter->parameter_count == 0;
}

/* --- writing -------------------------------------------------------------------------------- */

static const struct starter_parameter *find_in_word(const struct starter *starter, size_t word)
{
    for (size_t i = 0; i < starter->parameter_count; i++)
        if (starter->parameters[i].word == word)
            return &starter->parameters[i];
    return NULL;
}

/* A word of the template: a dollar of the command's own is written twice. */
static void append_word(const struct starter *starter, size_t word, struct strbuf *out)
{
    const struct starter_parameter *parameter = find_in_word(starter, word);
    const char *text = starter->words[word];
    size_t size = parameter != NULL ? parameter->prefix : strlen(text);

    for (size_t i = 0; i < size; i++)
        strbuf_append_text(out, text[i] == '$' ? "$$" : (const char[]){text[i], '\0'});
    if (parameter != NULL)
        strbuf_printf(out, "${%s}", parameter->name);
}

/* Whether a word needs no quotes, neither from YAML nor in a command line. */
static bool is_simple(const char *word)
{
    static const char SAFE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789_./=,+@%-";
    return word[0] != '\0' && strspn(word, SAFE) == strlen(word);
}

static bool is_simple_command(const struct starter *starter)
{
    unsigned char first = (unsigned char)starter->words[0][0];

    for (size_t i = 0; i < starter->word_count; i++)
        if (find_in_word(starter, i) == NULL && !is_simple(starter->words[i]))
            return false;
    return isalnum(first) || first == '.' || first == '/';
}

static void append_line(const struct starter *starter, struct strbuf *out)
{
    for (size_t i = 0; i < starter->word_count; i++) {
        strbuf_append_char(out, ' ');
        append_word(starter, i, out);
    }
    if (starter->parameter_count == 0 && starter->script == NULL)
        strbuf_append_text(out, " ${args}");
}

static void append_list(const struct starter *starter, struct strbuf *out)
{
    struct strbuf word;

    strbuf_init(&word, out->maximum);
    for (size_t i = 0; i < starter->word_count; i++) {
        strbuf_reset(&word);
        append_word(starter, i, &word);
        strbuf_append_text(out, "\n  - ");
        yaml_append_text(out, strbuf_text(&word));
    }
    if (starter->parameter_count == 0 && starter->script == NULL)
        strbuf_append_text(out, "\n  - ${args}");
    strbuf_release(&word);
}

static void append_command(const struct starter *starter, struct strbuf *out)
{
    strbuf_append_text(out, "command:");
    if (starter->word_count == 0)
        strbuf_append_text(out, " python train.py ${args}");
    else if (is_simple_command(starter))
        append_line(starter, out);
    else
        append_list(starter, out);
    strbuf_append_char(out, '\n');
    if (starter->variable_count == 0)
        return;
    strbuf_append_text(out, "trial:\n  env:\n");
    for (size_t i = 0; i < starter->variable_count; i++) {
        size_t size = strcspn(starter->variables[i], "=");
        strbuf_printf(out, "    %.*s: ", (int)size, starter->variables[i]);
        yaml_append_text(out, starter->variables[i] + size + 1);
        strbuf_append_char(out, '\n');
    }
}

static void append_parameter(const struct starter_parameter *parameter, struct strbuf *out)
{
    size_t start = out->size;

    strbuf_append_text(out, "  ");
    yaml_append_text(out, parameter->name);
    strbuf_printf(out, ": %s", parameter->guess.yaml);
    size_t width = out->size - start;
    if (parameter->guess.is_searched && parameter->value != NULL)
        strbuf_printf(out, "%*s# yours: %s",
                      width < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - width) : 1, "",
                      parameter->value);
    strbuf_append_char(out, '\n');
}

static void append_parameters(const struct starter *starter, struct strbuf *out)
{
    const struct starter_parameter *rows = starter->parameters;
    size_t count = starter->parameter_count;
    bool is_example = count == 0;

    strbuf_append_text(out, is_example
                                ? "\n# Examples: put your own here.\n"
                                : "\n# Guessed from the command: look at each. {value: ...} is the "
                                  "same in every trial.\n");
    strbuf_append_text(out, "parameters:\n");
    if (is_example) {
        rows = EXAMPLES;
        count = ARRAY_LENGTH(EXAMPLES);
    }
    for (size_t i = 0; i < count; i++)
        append_parameter(&rows[i], out);
}

void starter_append(const struct starter *starter, struct strbuf *out)
{
    strbuf_append_text(out, "# What to run and what to search. `sweep check` says what it means,\n"
                            "# `man sweep-space` what else may stand here.\n");
    if (starter_needs_file(starter))
        strbuf_append_text(out, "# The script reads the parameters from the JSON file that "
                                "SWEEP_PARAMS names.\n");
    append_command(starter, out);
    strbuf_append_text(out,
                       "\n"
                       "# The number to optimise, as the script prints it: val_loss: 0.31\n"
                       "metric:\n"
                       "  name: val_loss\n"
                       "  goal: minimize          # or maximize\n"
                       "  # What a trial's reports come to. `best` takes the best epoch of each:\n"
                       "  # honest where you keep the model of that epoch, and compare the winner "
                       "on other data.\n"
                       "  reduce: last\n"
                       "\n"
                       "budget: {trials: 30}\n");
    append_parameters(starter, out);
}
