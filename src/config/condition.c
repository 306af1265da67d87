/*
 * `when: {optimizer: sgd, depth: [2, 4]}`: all of it must hold, each with one of its values. Values
 * are those of the parameter that is named, so a text needs no quotes of its own here.
 */
#include "config/condition.h"

#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "config/choices.h"
#include "expr/expr.h"
#include "expr/token.h"
#include "space/space.h"

/* One entry of the map in progress. */
struct entry {
    struct reader *reader;
    const struct sweep_parameter *parameter;
    struct strbuf *out;
};

static void append_quoted(struct strbuf *out, const char *text)
{
    strbuf_append_char(out, '\'');
    for (; *text != '\0'; text++)
        strbuf_append_text(out, *text == '\'' ? "''" : (char[]){*text, '\0'});
    strbuf_append_char(out, '\'');
}

static void append_number(struct strbuf *out, double number)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(number, text);
    size_t size = strlen(text);
    bool is_whole = size > 2 && strcmp(text + size - 2, ".0") == 0;
    strbuf_append(out, text, is_whole ? size - 2 : size);
}

/* NULL is not among them: nothing is equal to it. */
static void append_value(struct strbuf *out, const struct sweep_value *value)
{
    if (value->kind == SWEEP_VALUE_BOOL)
        strbuf_append_text(out, value->boolean ? "true" : "false");
    else if (value->kind == SWEEP_VALUE_TEXT)
        append_quoted(out, value->text);
    else
        append_number(out, value->kind == SWEEP_VALUE_INT ? (double)value->integer : value->real);
}

static bool read_one(struct entry *entry, const struct node *node, struct sweep_value *out)
{
    struct reader *reader = entry->reader;
    struct sweep_error err = {0};
    struct sweep_value given;
    if (node->kind != NODE_SCALAR) {
        reader_error(reader, node, "'when' takes a value of '%s' or a list of them, not %s",
                     entry->parameter->name, node_describe(node));
        return false;
    }
    if (!choices_read_value(reader, node, &given))
        return false;
    if (space_accept_value(entry->parameter, &given, out, &err))
        return true;
    reader_error(reader, node, "%s", err.message);
    return false;
}

static void append_name(struct strbuf *out, const char *name)
{
    strbuf_printf(out, token_is_bare_name(name) ? "%s" : "\"%s\"", name);
}

/* `name in (a, b)`, `name = a`, and for null beside or instead of it `name is null`. */
static void append_entry(struct entry *entry, const struct sweep_value *values, size_t count)
{
    struct strbuf *out = entry->out;
    size_t listed = 0;
    size_t nulls = 0;
    for (size_t i = 0; i < count; i++)
        nulls += values[i].kind == SWEEP_VALUE_NULL;
    strbuf_append_text(out, out->size > 0 ? " and " : "");
    strbuf_append_text(out, nulls > 0 && nulls < count ? "(" : "");
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == SWEEP_VALUE_NULL)
            continue;
        if (listed == 0)
            append_name(out, entry->parameter->name);
        strbuf_append_text(out, listed > 0 ? ", " : count - nulls > 1 ? " in (" : " = ");
        append_value(out, &values[i]);
        listed++;
    }
    strbuf_append_text(out, listed > 1 ? ")" : "");
    if (nulls == 0)
        return;
    strbuf_append_text(out, listed > 0 ? " or " : "");
    append_name(out, entry->parameter->name);
    strbuf_append_text(out, listed > 0 ? " is null)" : " is null");
}

static bool read_entry(struct entry *entry, const struct node *node)
{
    bool is_list = node->kind == NODE_LIST;
    size_t count = is_list ? node->count : 1;
    struct sweep_value *values = arena_alloc_array(entry->reader->arena, count, sizeof *values);
    bool done = true;
    for (size_t i = 0; i < count; i++)
        done = read_one(entry, is_list ? node->values[i] : node, &values[i]) && done;
    if (done && count == 0) {
        reader_error(entry->reader, node, "'when' lists no value of '%s'", entry->parameter->name);
        return false;
    }
    if (done)
        append_entry(entry, values, count);
    return done;
}

static void refuse_name(struct reader *reader, const struct node *key)
{
    const struct sweep_space *space = reader->draft.config.searched;
    size_t count = sweep_space_count(space);
    reader_error(reader, key, "'when' names '%s', which is no parameter", key->text);
    if (reader_is_full(reader))
        return;
    const char **names = arena_alloc_array(reader->arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = sweep_space_parameter(space, i)->name;
    const char *nearest = nearest_word(key->text, names, count);
    if (nearest != NULL)
        reader_hint(reader, "did you mean '%s'?", nearest);
}

static bool read_entries(struct reader *reader, const struct node *map, struct strbuf *out)
{
    const struct sweep_space *space = reader->draft.config.searched;
    bool done = true;
    for (size_t i = 0; i < map->count; i++) {
        size_t index = space_find(space, map->keys[i]->text);
        if (index == SPACE_NOT_FOUND) {
            refuse_name(reader, map->keys[i]);
            done = false;
            continue;
        }
        struct entry entry = {reader, sweep_space_parameter(space, index), out};
        done = read_entry(&entry, map->values[i]) && done;
    }
    return done;
}

bool condition_read(struct reader *reader, const struct condition_draft *condition,
                    const char **text)
{
    const struct node *node = condition->node;
    if (node->kind == NODE_SCALAR && node->text[0] != '\0') {
        *text = node->text;
        return true;
    }
    if (node->kind != NODE_MAP || node->count == 0) {
        reader_error(reader, node, "'when' takes a condition, not %s", node_describe(node));
        reader_hint(reader, "as in \"optimizer = 'sgd'\" or {optimizer: sgd}");
        return false;
    }
    struct strbuf out;
    strbuf_init(&out, (size_t)2 * EXPR_SIZE_MAX); /* what is longer is refused as an expression */
    bool done = read_entries(reader, node, &out);
    if (done)
        *text = arena_copy(reader->arena, strbuf_view(&out));
    strbuf_release(&out);
    return done;
}
