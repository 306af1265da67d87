/*
 * `command` -> a template, with each mistake shown at its word. The words' own grammar is
 * command_item.c.
 */
#include "config/reader.h"

#include <string.h>

#include "base/array.h"
#include "config/command_item.h"
#include "config/source.h"
#include "space/derive.h"

/* The command as words, each with the node that it stands in. */
struct words {
    char **texts;
    const struct node **nodes;
    size_t count;
};

/* Where a part of a scalar stands, or the whole scalar where quoting hides it. */
static struct mark mark_of_part(const struct reader *reader, const struct node *node,
                                struct strview part)
{
    struct mark mark = node->mark;
    if (part.size == 0 || reader_is_full(reader))
        return mark;
    struct strview line = source_line(reader->source, mark.line);
    struct strview rest = source_skip(line, mark.column - 1);
    const char *found = memmem(rest.data, rest.size, part.data, part.size);
    if (found == NULL)
        return mark;
    mark.column += source_count((struct strview){rest.data, (size_t)(found - rest.data)});
    mark.width = source_count(part);
    return mark;
}

static void add_at_part(struct reader *reader, enum severity severity, const struct node *node,
                        struct strview part, const char *message)
{
    diagnostics_add(reader->diagnostics, severity, mark_of_part(reader, node, part), "%s", message);
}

static bool split_text(struct reader *reader, const struct node *node, struct words *words)
{
    struct sweep_error err = {0};
    if (!command_split(reader->arena, strview_of(node->text), &words->texts, &words->count, &err)) {
        reader_error(reader, node, "%s", err.message);
        return false;
    }
    words->nodes = arena_alloc_array(reader->arena, words->count, sizeof *words->nodes);
    for (size_t i = 0; i < words->count; i++)
        words->nodes[i] = node;
    return true;
}

/* Weights & Biases converts items that are no texts by Python's str(). */
static const char *text_of_item(const struct reader *reader, const struct node *item)
{
    struct scalar scalar = scalar_read(item);
    bool is_word = scalar.kind == SCALAR_TEXT && scalar.surprise == SURPRISE_WORD;
    if (!reader->is_wandb)
        return item->text;
    if (scalar.kind == SCALAR_NULL)
        return "None";
    if (scalar.kind == SCALAR_BOOL || is_word)
        return scalar.boolean ? "True" : "False";
    return item->text;
}

static bool take_list(struct reader *reader, const struct node *list, struct words *words)
{
    bool ok = true;
    words->count = list->count;
    words->texts = arena_alloc_array(reader->arena, list->count, sizeof *words->texts);
    words->nodes = arena_alloc_array(reader->arena, list->count, sizeof *words->nodes);
    for (size_t i = 0; i < list->count; i++) {
        const struct node *item = list->values[i];
        words->nodes[i] = item;
        if (item->kind == NODE_SCALAR) {
            words->texts[i] = arena_strdup(reader->arena, text_of_item(reader, item));
            continue;
        }
        reader_error(reader, item, "a word of the command must be a text, not %s",
                     node_describe(item));
        reader_hint(reader, "a text with braces or brackets needs quotes");
        ok = false;
    }
    return ok;
}

static bool find_words(struct reader *reader, const struct node *node, struct words *words)
{
    bool ok = false;
    switch (node->kind) {
    case NODE_SCALAR:
        ok = split_text(reader, node, words);
        break;
    case NODE_LIST:
        ok = take_list(reader, node, words);
        break;
    case NODE_MAP:
        reader_error(reader, node, "'command' takes a command line or a list of its words");
        break;
    }
    if (ok && (words->count == 0 || words->texts[0][0] == '\0')) {
        reader_error(reader, node, "the command is empty");
        ok = false;
    }
    return ok;
}

/* `X=0 python ...` sets a variable in a shell; here it would be the program. */
static bool check_program(struct reader *reader, const struct words *words)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *program = words->texts[0];
    if (command_macro_arguments(program) != NULL) {
        add_at_part(reader, DIAGNOSTIC_ERROR, words->nodes[0], strview_of(program),
                    arena_printf(reader->arena,
                                 "the command begins with '%s'; the program to run comes first",
                                 program));
        return false;
    }
    size_t size = strspn(program, rest);
    if (strspn(program, first) == 0 || program[size] != '=')
        return true;
    add_at_part(reader, DIAGNOSTIC_ERROR, words->nodes[0], strview_of(program),
                "a command begins with its program; no shell reads this");
    reader_hint(reader, "write 'trial: {env: {%.*s: ...}}'", (int)size, program);
    return false;
}

static bool is_shell(const char *program)
{
    static const char *const shells[] = {"sh", "bash", "dash", "zsh", "ksh", "fish", "env"};
    const char *slash = strrchr(program, '/');
    const char *name = slash == NULL ? program : slash + 1;
    for (size_t i = 0; i < ARRAY_LENGTH(shells); i++)
        if (strcmp(name, shells[i]) == 0)
            return true;
    return false;
}

/* What only a shell would understand in a word, or NULL. */
static const char *find_shell_talk(const char *word)
{
    static const char *const operators[] = {"&&", "||", "|",  ";",    ">", ">>",
                                            "<",  "&",  "2>", "2>&1", "&>"};
    for (size_t i = 0; i < ARRAY_LENGTH(operators); i++)
        if (strcmp(word, operators[i]) == 0)
            return word;
    const char *dollar = strchr(word, '$');
    bool is_variable =
        dollar != NULL && ((dollar[1] >= 'A' && dollar[1] <= 'Z') ||
                           (dollar[1] >= 'a' && dollar[1] <= 'z') || dollar[1] == '(');
    if (is_variable)
        return dollar;
    return strncmp(word, "~/", 2) == 0 ? word : NULL;
}

/* A string is written like a shell's line, so people expect one; a list is not. */
static void warn_of_shell_talk(struct reader *reader, const struct words *words)
{
    const struct node *command = reader->draft.command;
    if (command == NULL || command->kind != NODE_SCALAR || is_shell(words->texts[0]))
        return;
    for (size_t i = 0; i < words->count; i++) {
        const char *talk = find_shell_talk(words->texts[i]);
        if (talk == NULL)
            continue;
        char *message = arena_printf(reader->arena,
                                     "'%s' reaches the program as it stands: no shell reads the "
                                     "command",
                                     words->texts[i]);
        add_at_part(reader, DIAGNOSTIC_WARNING, words->nodes[i], strview_of(talk), message);
        reader_hint(reader, "put it into a script, or write sh -c '...'");
        return;
    }
}

static struct command_scope make_scope(const struct reader *reader)
{
    const struct node *program = reader->draft.program;
    return (struct command_scope){
        .space = space_passed(reader->draft.config.space),
        .program = program != NULL && program->kind == NODE_SCALAR ? program->text : NULL,
        .is_head = reader->is_wandb,
    };
}

/* Each word by itself, so that every wrong one is shown; command_parse() would stop at the first.
 */
static bool check_words(struct reader *reader, const struct words *words)
{
    bool ok = true;
    struct command_scope scope = make_scope(reader);
    if (sweep_space_count(reader->draft.config.space) == 0)
        return false; /* an error already; without parameters every ${name} would be one more */
    for (size_t i = 0; i < words->count; i++) {
        struct sweep_error err = {0};
        struct strview fault = {NULL, 0};
        struct command_item item;
        bool is_fine =
            command_item_parse(reader->arena, words->texts[i], &scope, &item, &fault, &err);
        scope.is_head = scope.is_head && command_macro_is_foreign(words->texts[i]);
        if (is_fine)
            continue;
        add_at_part(reader, DIAGNOSTIC_ERROR, words->nodes[i], fault, err.message);
        ok = false;
    }
    return ok;
}

/* What Weights & Biases runs where only the program is named. */
static bool take_program(struct reader *reader, struct words *words)
{
    static const char *const defaults[] = {"${env}", "${interpreter}", "${program}", "${args}"};
    const struct node *program = reader->draft.program;
    if (program->kind != NODE_SCALAR || program->text[0] == '\0') {
        reader_error(reader, program, "'program' takes the name of a script");
        return false;
    }
    words->count = ARRAY_LENGTH(defaults);
    words->texts = arena_alloc_array(reader->arena, words->count, sizeof *words->texts);
    words->nodes = arena_alloc_array(reader->arena, words->count, sizeof *words->nodes);
    for (size_t i = 0; i < words->count; i++) {
        words->texts[i] = arena_strdup(reader->arena, defaults[i]);
        words->nodes[i] = program;
    }
    return true;
}

static void refuse_missing(struct reader *reader)
{
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                    "'command' is missing: there is nothing to run");
    reader_hint(reader, "for example 'command: python train.py ${args}'");
}

bool read_command(struct reader *reader)
{
    const struct node *node = reader->draft.command;
    struct words words = {0};
    if (node == NULL && reader->draft.program == NULL) {
        if (reader->draft.launch == NULL) /* else that says so */
            refuse_missing(reader);
        return false;
    }
    if (node == NULL) {
        node = reader->draft.program;
        if (!take_program(reader, &words))
            return false;
    } else if (!find_words(reader, node, &words)) {
        return false;
    }
    bool ok = check_program(reader, &words);
    if (!check_words(reader, &words) || !ok)
        return false;
    warn_of_shell_talk(reader, &words);
    struct sweep_error err = {0};
    const struct command_scope scope = make_scope(reader);
    if (command_parse(reader->arena, words.texts, words.count, &scope,
                      &reader->draft.config.command, &err))
        return true;
    reader_error(reader, node, "%s", err.message);
    return false;
}
