/*
 * `--lr=${lr}` -> pieces. Splitting a string into words is command_split.c, expanding for a trial
 * is command.c.
 */
#include "config/command_item.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "space/space.h"

/* Weights & Biases' macros that have no meaning here yet, and what to write instead. */
static const struct macro {
    const char *name;
    const char *instead;
} macros[] = {
    {"env", "leave it out"},
    {"interpreter", "write 'python'"},
    {"program", "write the script's name"},
    {"args_no_equals", "use ${args}, or '--name', '${name}' for each parameter"},
    {"args_no_hyphens", "write 'name=${name}' for each parameter"},
    {"args_no_boolean_flags", "use ${args}"},
    {"args_append_hydra", "write '+name=${name}' for each parameter"},
    {"args_override_hydra", "write '++name=${name}' for each parameter"},
    {"args_json", "let the script read the file that SWEEP_PARAMS names"},
    {"args_json_file", "let the script read the file that SWEEP_PARAMS names"},
};

/* A word in progress. */
struct parser {
    struct arena *arena;
    const struct sweep_space *space;
    struct command_piece *pieces;
    size_t count;
    struct strview *fault;
    struct sweep_error *err;
};

static const struct macro *find_macro(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(macros); i++)
        if (strcmp(name, macros[i].name) == 0)
            return &macros[i];
    return NULL;
}

/* Upper case and underscores only: what a shell's users expect from the environment. */
static bool is_like_variable(const char *name)
{
    bool has_letter = false;
    for (const char *c = name; *c != '\0'; c++) {
        if (islower((unsigned char)*c))
            return false;
        has_letter = has_letter || isupper((unsigned char)*c);
    }
    return has_letter;
}

static const char *nearest_parameter(struct parser *parser, const char *name)
{
    size_t count = sweep_space_count(parser->space);
    const char **names = arena_alloc_array(parser->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sweep_space_parameter(parser->space, i)->name;
    names[count] = "args";
    return nearest_word(name, names, count + 1);
}

static bool refuse_unknown(struct parser *parser, const char *name)
{
    const struct macro *macro = find_macro(name);
    if (macro != NULL)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "the Weights & Biases macro '${%s}' is not supported yet by this "
                               "version; %s",
                               name, macro->instead);
    if (strncmp(name, "envvar:", 7) == 0)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "the Weights & Biases macro '${%s}' is not supported yet by this "
                               "version; let the script read its environment",
                               name);
    const char *nearest = nearest_parameter(parser, name);
    if (nearest != NULL)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "there is no parameter '%s'; did you mean '${%s}'?", name, nearest);
    if (is_like_variable(name))
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "there is no parameter '%s', and a command does not see environment "
                               "variables",
                               name);
    return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                           "there is no parameter '%s'; add it to 'parameters:', or write '$${%s}' "
                           "for the text itself",
                           name, name);
}

static void add_literal(struct parser *parser, const char *text, size_t size)
{
    if (size > 0)
        parser->pieces[parser->count++].literal =
            arena_copy(parser->arena, (struct strview){text, size});
}

/* `inside` is what stands between the braces of `whole`. */
static bool add_reference(struct parser *parser, struct strview whole, struct strview inside)
{
    *parser->fault = whole;
    char *name = arena_copy(parser->arena, inside);
    char *fallback = strstr(name, ":-");
    if (fallback != NULL) {
        *fallback = '\0';
        fallback += 2;
    }
    if (*name == '\0')
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "'${}' names no parameter; write '$${}' for the text itself");
    if (strcmp(name, "args") == 0)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "'${args}' becomes several arguments and must stand alone");
    size_t index = space_find(parser->space, name);
    if (index == SPACE_NOT_FOUND)
        return refuse_unknown(parser, name);
    parser->pieces[parser->count++] =
        (struct command_piece){.parameter = index, .fallback = fallback};
    return true;
}

static bool parse_pieces(struct parser *parser, const char *word)
{
    const char *literal = word;
    const char *c = word;
    while (*c != '\0') {
        if (c[0] != '$' || (c[1] != '$' && c[1] != '{')) {
            c++;
            continue;
        }
        if (c[1] == '$') { /* the first of the two is kept, the second skipped */
            add_literal(parser, literal, (size_t)(c + 1 - literal));
            c += 2;
            literal = c;
            continue;
        }
        add_literal(parser, literal, (size_t)(c - literal));
        const char *end = strchr(c, '}');
        if (end == NULL) {
            *parser->fault = strview_of(c);
            return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                                   "'${' is never closed by '}'; write '$${' for the text itself");
        }
        struct strview whole = {c, (size_t)(end + 1 - c)};
        struct strview inside = {c + 2, (size_t)(end - c - 2)};
        if (!add_reference(parser, whole, inside))
            return false;
        c = end + 1;
        literal = c;
    }
    add_literal(parser, literal, (size_t)(c - literal));
    return true;
}

/* Each `$` starts at most one piece and one literal after it. */
static size_t count_pieces(const char *word)
{
    size_t count = 1;
    for (const char *c = word; *c != '\0'; c++)
        count += *c == '$' ? 2 : 0;
    return count;
}

bool command_item_parse(struct arena *arena, const char *word, const struct sweep_space *space,
                        struct command_item *out, struct strview *fault, struct sweep_error *err)
{
    *out = (struct command_item){.is_args = strcmp(word, "${args}") == 0};
    if (out->is_args)
        return true;
    struct parser parser = {
        .arena = arena,
        .space = space,
        .pieces = arena_alloc_array(arena, count_pieces(word), sizeof *parser.pieces),
        .fault = fault,
        .err = err,
    };
    if (!parse_pieces(&parser, word))
        return false;
    out->pieces = parser.pieces;
    out->count = parser.count;
    return true;
}
