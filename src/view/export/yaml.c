/*
 * Writes YAML, carefully. Reading it is config's.
 */
#include "view/export/yaml.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/number.h"
#include "base/quoted.h"
#include "space/nesting.h"
#include "space/space.h"

/* Words that some reader takes for a boolean, null or number. */
static const char *const RESERVED[] = {"y",    "n",     "yes",  "no",  "on",  "off",
                                       "true", "false", "null", "inf", "nan", "infinity"};

static bool is_reserved(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(RESERVED); i++)
        if (strcasecmp(text, RESERVED[i]) == 0)
            return true;
    return false;
}

/* A deliberately small set: what starts with a letter, `_` or `/` and has no blank, colon or sign
 * that means something. */
static bool is_plain(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    if (first >= 0x80 || !(isalpha(first) || first == '_' || first == '/') || is_reserved(text))
        return false;
    for (const char *c = text; *c != '\0'; c++) {
        bool word = (unsigned char)*c < 0x80 && isalnum((unsigned char)*c);
        if (!word && strchr("_-./+@", *c) == NULL)
            return false;
    }
    return true;
}

/* Shortest form that reads back, with a point before any exponent: 1e-05 becomes 1.0e-05. */
static void append_real(struct strbuf *out, double value)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(value, text);
    const char *exponent = strchr(text, 'e');
    if (exponent != NULL && strchr(text, '.') == NULL) {
        strbuf_append(out, text, (size_t)(exponent - text));
        strbuf_printf(out, ".0%s", exponent);
    } else {
        strbuf_append_text(out, text);
    }
}

void yaml_append_text(struct strbuf *out, const char *text)
{
    if (is_plain(text))
        strbuf_append_text(out, text);
    else
        quoted_append(out, text);
}

/* In one line: [1, 2], {lr: 0.1}. */
static void append_items(struct strbuf *out, const struct sweep_items *items)
{
    bool is_map = items->names != NULL;
    strbuf_append_char(out, is_map ? '{' : '[');
    for (size_t i = 0; i < items->count; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        if (is_map) {
            yaml_append_text(out, items->names[i]);
            strbuf_append_text(out, ": ");
        }
        yaml_append_value(out, &items->values[i]);
    }
    strbuf_append_char(out, is_map ? '}' : ']');
}

void yaml_append_value(struct strbuf *out, const struct sweep_value *value)
{
    switch (value->kind) {
    case SWEEP_VALUE_NONE:
        break;
    case SWEEP_VALUE_NULL:
        strbuf_append_text(out, "null");
        break;
    case SWEEP_VALUE_BOOL:
        strbuf_append_text(out, value->boolean ? "true" : "false");
        break;
    case SWEEP_VALUE_INT:
        strbuf_printf(out, "%" PRId64, value->integer);
        break;
    case SWEEP_VALUE_REAL:
        append_real(out, value->real);
        break;
    case SWEEP_VALUE_TEXT:
        yaml_append_text(out, value->text);
        break;
    case SWEEP_VALUE_LIST:
    case SWEEP_VALUE_MAP:
        append_items(out, value->items);
        break;
    }
}

void yaml_append_as_passed(struct strbuf *out, const struct sweep_value *value)
{
    if (value->kind == SWEEP_VALUE_INT || value->kind == SWEEP_VALUE_REAL)
        space_format_value(value, out);
    else
        yaml_append_value(out, value);
}

/* Groups of nested parameters, and only these, stand in blocks; a map that is a value does not. */
static void append_group(struct strbuf *out, const struct sweep_space *space,
                         const struct sweep_items *items, const char *path[NESTING_MAX],
                         size_t depth)
{
    for (size_t i = 0; i < items->count; i++) {
        path[depth] = items->names[i];
        for (size_t j = 0; j < depth; j++)
            strbuf_append_text(out, "  ");
        yaml_append_text(out, items->names[i]);
        if (nesting_find(space, path, depth + 1) == NESTING_GROUP) {
            strbuf_append_text(out, ":\n");
            append_group(out, space, items->values[i].items, path, depth + 1);
            continue;
        }
        strbuf_append_text(out, ": ");
        yaml_append_value(out, &items->values[i]);
        strbuf_append_char(out, '\n');
    }
}

void yaml_append_params(struct strbuf *out, const struct sweep_space *space,
                        const struct sweep_value *params)
{
    struct arena scratch = {0};
    const char *path[NESTING_MAX];
    const struct sweep_value all = nesting_gather(&scratch, space, params, space_told_count(space));
    append_group(out, space, all.items, path, 0);
    arena_release(&scratch);
}

/* --- nested ----------------------------------------------------------------------------------- */

/* The names that begin with the same levels. */
struct level {
    const struct sweep_space *space;
    const struct sweep_value *params;
    struct strview prefix; /* with its last dot */
    size_t depth;
};

/* The part of a name on this level, without dots; without data where it is not below it. */
static struct strview part_of(const struct level *level, size_t index)
{
    const char *name = sweep_space_parameter(level->space, index)->name;
    if (level->params[index].kind == SWEEP_VALUE_NONE ||
        strncmp(name, level->prefix.data, level->prefix.size) != 0)
        return (struct strview){NULL, 0};
    const char *part = name + level->prefix.size;
    return (struct strview){part, strcspn(part, ".")};
}

static bool is_value(struct strview part)
{
    return part.data != NULL && part.data[part.size] == '\0';
}

/* Whether an earlier parameter has the same part; a value and a level cannot share it. */
static bool is_repeated(const struct level *level, size_t index, bool *clashes)
{
    struct strview part = part_of(level, index);
    for (size_t i = 0; i < index; i++) {
        struct strview earlier = part_of(level, i);
        if (earlier.data == NULL || !strview_equal(earlier, part))
            continue;
        *clashes = is_value(earlier) || is_value(part);
        return true;
    }
    return false;
}

static void append_key(struct strbuf *out, size_t depth, struct strview part)
{
    struct strbuf key;
    strbuf_init(&key, part.size + 1);
    strbuf_append(&key, part.data, part.size);
    for (size_t i = 0; i < depth; i++)
        strbuf_append_text(out, "  ");
    yaml_append_text(out, strbuf_text(&key));
    strbuf_append_char(out, ':');
    strbuf_release(&key);
}

static bool append_level(struct strbuf *out, const struct level *level, struct sweep_error *err);

static bool append_part(struct strbuf *out, const struct level *level, size_t index,
                        struct sweep_error *err)
{
    struct strview part = part_of(level, index);
    append_key(out, level->depth, part);
    if (is_value(part)) {
        strbuf_append_char(out, ' ');
        yaml_append_value(out, &level->params[index]);
        strbuf_append_char(out, '\n');
        return true;
    }
    struct level below = *level;
    const char *name = sweep_space_parameter(level->space, index)->name;
    below.prefix = (struct strview){name, (size_t)(part.data - name) + part.size + 1};
    below.depth++;
    strbuf_append_char(out, '\n');
    return append_level(out, &below, err);
}

static bool append_level(struct strbuf *out, const struct level *level, struct sweep_error *err)
{
    for (size_t i = 0; i < space_told_count(level->space); i++) {
        struct strview part = part_of(level, i);
        bool clashes = part.data != NULL && part.size == 0;
        bool is_done = part.data == NULL || is_repeated(level, i, &clashes);
        if (clashes)
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "'%s' cannot be nested: part of its name is empty, or a "
                                   "parameter too",
                                   sweep_space_parameter(level->space, i)->name);
        if (!is_done && !append_part(out, level, i, err))
            return false;
    }
    return true;
}

bool yaml_append_nested(struct strbuf *out, const struct sweep_space *space,
                        const struct sweep_value *params, struct sweep_error *err)
{
    struct level top = {.space = space, .params = params, .prefix = {"", 0}};
    return append_level(out, &top, err);
}
