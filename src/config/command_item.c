/*
 * `--lr=${lr}` -> pieces. Splitting a string into words is command_split.c, expanding for a trial
 * is command.c.
 */
#include "config/command_item.h"

#include <ctype.h>
#include <string.h>

#include "base/nearest.h"
#include "space/space.h"

/* A word in progress. */
struct parser {
    struct arena *arena;
    const struct command_scope *scope;
    struct command_piece *pieces;
    size_t count;
    struct strview *fault;
    struct sweep_error *err;
};

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
    size_t count = sweep_space_count(parser->scope->space);
    const char **names = arena_alloc_array(parser->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sweep_space_parameter(parser->scope->space, i)->name;
    names[count] = "args";
    return nearest_word(name, names, count + 1);
}

static bool refuse_unknown(struct parser *parser, const char *name)
{
    if (strcmp(name, "program") == 0)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "'${program}' stands for the script that 'program: ...' names, and "
                               "there is no such key");
    if (strcmp(name, "args_dict") == 0)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "'${args_dict}' is no macro for a command; '${args_json}' is all "
                               "parameters in one argument");
    if (strncmp(name, "envvar:", 7) == 0)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "'${%s}' names no environment variable, as '${envvar:HOME}' does",
                               name);
    const char *nearest = nearest_parameter(parser, name);
    if (nearest != NULL)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "there is no parameter '%s'; did you mean '${%s}'?", name, nearest);
    if (is_like_variable(name))
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "there is no parameter '%s'; an environment variable is "
                               "'${envvar:%s}'",
                               name, name);
    return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                           "there is no parameter '%s'; add it to 'parameters:', or write '$${%s}' "
                           "for the text itself",
                           name, name);
}

static void add_literal(struct parser *parser, const char *text, size_t size)
{
    if (size > 0)
        parser->pieces[parser->count++].text =
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
    if (command_macro_arguments(arena_copy(parser->arena, whole)) != NULL)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "'${%s}' becomes several arguments and must stand alone", name);
    struct command_piece piece;
    if (command_macro_find(name, parser->scope, &piece)) {
        parser->pieces[parser->count++] = piece;
        return true;
    }
    size_t index = space_find(parser->scope->space, name);
    if (index == SPACE_NOT_FOUND)
        return refuse_unknown(parser, name);
    if (sweep_space_is_conditional(parser->scope->space, index) && fallback == NULL)
        return sweep_error_set(parser->err, SWEEP_BAD_INPUT,
                               "parameter '%s' is not always active; write '${%s:-...}' with what "
                               "the program gets where it is not",
                               name, name);
    parser->pieces[parser->count++] =
        (struct command_piece){.kind = PIECE_PARAMETER, .parameter = index, .fallback = fallback};
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

bool command_item_parse(struct arena *arena, const char *word, const struct command_scope *scope,
                        struct command_item *out, struct strview *fault, struct sweep_error *err)
{
    *out = (struct command_item){.arguments = command_macro_arguments(word)};
    if (out->arguments != NULL)
        return true;
    struct parser parser = {
        .arena = arena,
        .scope = scope,
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
