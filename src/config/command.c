/*
 * The command template as a whole: compiling its words and expanding it for a trial. What one word
 * may hold is command_item.c.
 */
#include "config/command.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/variable.h"
#include "config/command_item.h"
#include "space/derive.h"
#include "space/nesting.h"
#include "space/space.h"
#include "json/params.h"

/* Above what the kernel takes as one argument (128 KiB): a longer one fails at exec, not here. */
#define ARGUMENT_MAX (256 * 1024)

static char *take_text(struct arena *arena, struct strbuf *buf)
{
    char *text = arena_copy(arena, strbuf_view(buf));
    strbuf_release(buf);
    return text;
}

/* What a command is expanded for. */
struct expansion {
    struct arena *arena;
    const struct sweep_space *space;
    const struct sweep_value *params;
    struct command_surroundings around;
    char **arguments; /* in progress */
    size_t count;
};

static void append_json(const struct expansion *expansion, struct strbuf *out)
{
    struct json_writer writer;
    json_init(&writer, out);
    params_write_first(&writer, expansion->space, expansion->params,
                       space_told_count(expansion->space));
}

static void append_piece(const struct expansion *expansion, const struct command_piece *piece,
                         struct strbuf *out)
{
    const struct command_surroundings *around = &expansion->around;
    const struct sweep_value *value = &expansion->params[piece->parameter];
    const char *variable;
    switch (piece->kind) {
    case PIECE_LITERAL:
        strbuf_append_text(out, piece->text);
        break;
    case PIECE_PARAMETER:
        if (value->kind != SWEEP_VALUE_NONE)
            space_format_value(value, out);
        else if (piece->fallback != NULL)
            strbuf_append_text(out, piece->fallback);
        break;
    case PIECE_INTERPRETER:
        strbuf_append_text(out, around->interpreter != NULL ? around->interpreter : "python");
        break;
    case PIECE_JSON:
        append_json(expansion, out);
        break;
    case PIECE_JSON_FILE:
        strbuf_append_text(out, around->params_path != NULL ? around->params_path : "params.json");
        break;
    case PIECE_VARIABLE:
        variable = variable_find(around->environment, piece->text);
        /* Weights & Biases puts the name itself where there is no such variable. */
        strbuf_append_text(out, variable != NULL ? variable : piece->text);
        break;
    }
}

static void add_item(struct expansion *expansion, const struct command_item *item)
{
    struct strbuf out;
    strbuf_init(&out, ARGUMENT_MAX);
    for (size_t i = 0; i < item->count; i++)
        append_piece(expansion, &item->pieces[i], &out);
    expansion->arguments[expansion->count++] = take_text(expansion->arena, &out);
}

/* `--name=value` is one argument, so a value that begins with a dash is no option. */
static void add_argument(struct expansion *expansion, const struct command_arguments *form,
                         const char *name, const struct sweep_value *value)
{
    bool is_flag = form->has_flags && value->kind == SWEEP_VALUE_BOOL;
    struct strbuf out;
    if (is_flag && !value->boolean)
        return;
    strbuf_init(&out, ARGUMENT_MAX);
    strbuf_printf(&out, "%s%s", form->prefix, name);
    if (form->is_separate) {
        expansion->arguments[expansion->count++] = arena_copy(expansion->arena, strbuf_view(&out));
        strbuf_reset(&out);
    } else if (!is_flag) {
        strbuf_append_char(&out, '=');
    }
    if (!is_flag)
        space_format_value(value, &out);
    expansion->arguments[expansion->count++] = take_text(expansion->arena, &out);
}

static bool item_uses(const struct command_item *item, size_t index)
{
    for (size_t i = 0; i < item->count; i++) {
        const struct command_piece *piece = &item->pieces[i];
        if (piece->kind == PIECE_JSON || piece->kind == PIECE_JSON_FILE ||
            (piece->kind == PIECE_PARAMETER && piece->parameter == index))
            return true;
    }
    return item->arguments != NULL;
}

bool command_parse(struct arena *arena, char *const *words, size_t count,
                   const struct command_scope *scope, struct command *out, struct sweep_error *err)
{
    struct command_scope here = *scope;
    if (count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "the command is empty");
    struct command_item *items = arena_alloc_array(arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        struct strview fault;
        if (!command_item_parse(arena, words[i], &here, &items[i], &fault, err))
            return false;
        here.is_head = here.is_head && command_macro_is_foreign(words[i]);
    }
    if (items[0].arguments != NULL)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the command begins with '%s'; the program to run comes first",
                               words[0]);
    out->items = items;
    out->count = count;
    return true;
}

bool command_uses(const struct command *command, size_t index)
{
    for (size_t i = 0; i < command->count; i++)
        if (item_uses(&command->items[i], index))
            return true;
    return false;
}

/* All active parameters by name, groups unfolded. */
static struct sweep_value list_flat(struct arena *arena, const struct sweep_space *space,
                                    const struct sweep_value *params)
{
    size_t count = space_told_count(space);
    struct sweep_items *items = arena_alloc(arena, sizeof *items);
    struct sweep_value *values = arena_alloc_array(arena, count, sizeof *values);
    const char **names = arena_alloc_array(arena, count, sizeof *names);
    *items = (struct sweep_items){.values = values, .names = names};
    for (size_t i = 0; i < count; i++) {
        if (params[i].kind == SWEEP_VALUE_NONE)
            continue;
        names[items->count] = sweep_space_parameter(space, i)->name;
        values[items->count++] = params[i];
    }
    return (struct sweep_value){.kind = SWEEP_VALUE_MAP, .items = items};
}

char **command_expand(struct arena *arena, const struct command *command,
                      const struct sweep_space *space, const struct sweep_value *params,
                      const struct command_surroundings *around)
{
    params = space_pass(arena, space, params);
    space = space_passed(space);
    const struct sweep_value all =
        command->is_dotted ? list_flat(arena, space, params)
                           : nesting_gather(arena, space, params, space_told_count(space));
    struct expansion expansion = {.arena = arena, .space = space, .params = params};
    size_t capacity = 1;
    for (size_t i = 0; i < command->count; i++)
        capacity += command->items[i].arguments != NULL ? 2 * all.items->count : 1;
    expansion.arguments = arena_alloc_array(arena, capacity, sizeof *expansion.arguments);
    if (around != NULL)
        expansion.around = *around;
    for (size_t i = 0; i < command->count; i++) {
        const struct command_arguments *form = command->items[i].arguments;
        if (form == NULL)
            add_item(&expansion, &command->items[i]);
        for (size_t j = 0; form != NULL && j < all.items->count; j++)
            add_argument(&expansion, form, all.items->names[j], &all.items->values[j]);
    }
    return expansion.arguments;
}
bool command_is_same(char *const *a, char *const *b)
{
    for (; *a != NULL && *b != NULL; a++, b++)
        if (strcmp(*a, *b) != 0)
            return false;
    return *a == *b;
}
