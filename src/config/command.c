/*
 * The command template as a whole: compiling its words and expanding it for a trial. What one word
 * may hold is command_item.c.
 */
#include "config/command.h"

#include <string.h>

#include "base/strbuf.h"
#include "config/command_item.h"
#include "space/nesting.h"
#include "space/space.h"

/* Above what the kernel takes as one argument (128 KiB): a longer one fails at exec, not here. */
#define ARGUMENT_MAX (256 * 1024)

static char *take_text(struct arena *arena, struct strbuf *buf)
{
    char *text = arena_copy(arena, strbuf_view(buf));
    strbuf_release(buf);
    return text;
}

static char *expand_item(struct arena *arena, const struct command_item *item,
                         const struct sweep_value *params)
{
    struct strbuf out;
    strbuf_init(&out, ARGUMENT_MAX);
    for (size_t i = 0; i < item->count; i++) {
        const struct command_piece *piece = &item->pieces[i];
        if (piece->literal != NULL)
            strbuf_append_text(&out, piece->literal);
        else if (params[piece->parameter].kind != SWEEP_VALUE_NONE)
            space_format_value(&params[piece->parameter], &out);
        else if (piece->fallback != NULL)
            strbuf_append_text(&out, piece->fallback);
    }
    return take_text(arena, &out);
}

/* `--name=value` is one argument, so a value that begins with a dash is no option. */
static char *expand_flag(struct arena *arena, const char *name, const struct sweep_value *value)
{
    struct strbuf out;
    strbuf_init(&out, ARGUMENT_MAX);
    strbuf_printf(&out, "--%s=", name);
    space_format_value(value, &out);
    return take_text(arena, &out);
}

static bool item_uses(const struct command_item *item, size_t index)
{
    for (size_t i = 0; i < item->count; i++)
        if (item->pieces[i].literal == NULL && item->pieces[i].parameter == index)
            return true;
    return item->is_args;
}

bool command_parse(struct arena *arena, char *const *words, size_t count,
                   const struct sweep_space *space, struct command *out, struct sweep_error *err)
{
    if (count == 0)
        return sweep_error_set(err, SWEEP_BAD_INPUT, "the command is empty");
    struct command_item *items = arena_alloc_array(arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        struct strview fault;
        if (!command_item_parse(arena, words[i], space, &items[i], &fault, err))
            return false;
    }
    if (items[0].is_args)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "the command begins with '${args}'; the program to run comes first");
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
                      const struct sweep_space *space, const struct sweep_value *params)
{
    const struct sweep_value all =
        command->is_dotted ? list_flat(arena, space, params)
                           : nesting_gather(arena, space, params, space_told_count(space));
    size_t capacity = 1;
    for (size_t i = 0; i < command->count; i++)
        capacity += command->items[i].is_args ? all.items->count : 1;
    char **arguments = arena_alloc_array(arena, capacity, sizeof *arguments);
    size_t count = 0;
    for (size_t i = 0; i < command->count; i++) {
        if (!command->items[i].is_args) {
            arguments[count++] = expand_item(arena, &command->items[i], params);
            continue;
        }
        for (size_t j = 0; j < all.items->count; j++)
            arguments[count++] = expand_flag(arena, all.items->names[j], &all.items->values[j]);
    }
    return arguments;
}

bool command_is_same(char *const *a, char *const *b)
{
    for (; *a != NULL && *b != NULL; a++, b++)
        if (strcmp(*a, *b) != 0)
            return false;
    return *a == *b;
}
