/*
 * The table of macros: Weights & Biases' words for what a command gets besides single parameters.
 */
#include <string.h>

#include "base/array.h"
#include "config/command_item.h"
#include "space/space.h"

const struct command_arguments command_arguments_plain = {.macro = "args", .prefix = "--"};

static const struct command_arguments arguments[] = {
    {.macro = "args", .prefix = "--"},
    {.macro = "args_no_equals", .prefix = "--", .is_separate = true},
    {.macro = "args_no_hyphens", .prefix = ""},
    {.macro = "args_no_boolean_flags", .prefix = "--", .has_flags = true},
    {.macro = "args_append_hydra", .prefix = "+"},
    {.macro = "args_override_hydra", .prefix = "++"},
};

static const struct macro {
    const char *name;
    const char *text; /* of a literal; NULL: the program */
    enum command_piece_kind kind;
    bool may_be_parameter; /* a likely name of a parameter, which wins behind the head */
} macros[] = {
    {"env", "/usr/bin/env", PIECE_LITERAL, true},
    {"interpreter", NULL, PIECE_INTERPRETER, true},
    {"program", NULL, PIECE_LITERAL, true},
    {"args_json", NULL, PIECE_JSON, false},
    {"args_json_file", NULL, PIECE_JSON_FILE, false},
};

/* `${name}` and nothing else. */
static bool is_whole(const char *word, const char *name)
{
    size_t size = strlen(name);
    return strncmp(word, "${", 2) == 0 && strncmp(word + 2, name, size) == 0 &&
           strcmp(word + 2 + size, "}") == 0;
}

const struct command_arguments *command_macro_arguments(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(arguments); i++)
        if (is_whole(word, arguments[i].macro))
            return &arguments[i];
    return NULL;
}

bool command_macro_is_foreign(const char *word)
{
    for (size_t i = 1; i < ARRAY_LENGTH(arguments); i++)
        if (is_whole(word, arguments[i].macro))
            return true;
    for (size_t i = 0; i < ARRAY_LENGTH(macros); i++)
        if (is_whole(word, macros[i].name))
            return true;
    return strstr(word, "${envvar:") != NULL;
}

static bool is_variable_name(const char *name)
{
    static const char characters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return *name != '\0' && name[strspn(name, characters)] == '\0';
}

bool command_macro_find(const char *name, const struct command_scope *scope,
                        struct command_piece *out)
{
    static const char variable[] = "envvar:";
    if (strncmp(name, variable, sizeof variable - 1) == 0) {
        *out = (struct command_piece){.kind = PIECE_VARIABLE, .text = name + sizeof variable - 1};
        return is_variable_name(out->text);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(macros); i++) {
        if (strcmp(name, macros[i].name) != 0)
            continue;
        bool is_parameter = space_find(scope->space, name) != SPACE_NOT_FOUND;
        if (macros[i].may_be_parameter && is_parameter && !scope->is_head)
            return false;
        *out = (struct command_piece){.kind = macros[i].kind, .text = macros[i].text};
        if (out->kind == PIECE_LITERAL && out->text == NULL)
            out->text = scope->program;
        return out->kind != PIECE_LITERAL || out->text != NULL;
    }
    return false;
}
