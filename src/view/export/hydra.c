/*
 * Writes values so that Hydra's grammar of overrides reads them as what they are: a text that looks
 * like a number, a list or a word of its own is quoted.
 */
#include "view/export/hydra.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/number.h"
#include "space/space.h"

static const char *const RESERVED[] = {"true", "false", "null", "nan", "inf"};

static bool is_word(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        bool inner = (unsigned char)*c < 0x80 && (isalnum((unsigned char)*c) || *c == '_');
        if (!inner && strchr("-./", *c) == NULL)
            return false;
    }
    return true;
}

/* What starts with a letter is no number, once the words for some are out. */
static bool is_plain(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(RESERVED); i++)
        if (strcasecmp(text, RESERVED[i]) == 0)
            return false;
    unsigned char first = (unsigned char)text[0];
    return first < 0x80 && (isalpha(first) || first == '/') && is_word(text);
}

/* Only backslashes before a quote mean something there: they are doubled, at the end too. */
static void append_quoted(struct strbuf *out, const char *text)
{
    size_t slashes = 0;
    strbuf_append_char(out, '\'');
    for (const char *c = text;; c++) {
        for (; (*c == '\'' || *c == '\0') && slashes > 0; slashes--)
            strbuf_append_char(out, '\\');
        if (*c == '\0')
            break;
        if (*c == '\'')
            strbuf_append_char(out, '\\');
        strbuf_append_char(out, *c);
        slashes = *c == '\\' ? slashes + 1 : 0;
    }
    strbuf_append_char(out, '\'');
}

static void append_value(struct strbuf *out, const struct sweep_value *value);

static void append_items(struct strbuf *out, const struct sweep_items *items)
{
    bool is_map = items->names != NULL;
    strbuf_append_char(out, is_map ? '{' : '[');
    for (size_t i = 0; i < items->count; i++) {
        strbuf_append_text(out, i > 0 ? "," : "");
        if (is_map)
            strbuf_printf(out, "%s:", items->names[i]);
        append_value(out, &items->values[i]);
    }
    strbuf_append_char(out, is_map ? '}' : ']');
}

static void append_value(struct strbuf *out, const struct sweep_value *value)
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
    case SWEEP_VALUE_REAL:
        space_format_value(value, out);
        break;
    case SWEEP_VALUE_TEXT:
        if (is_plain(value->text))
            strbuf_append_text(out, value->text);
        else
            append_quoted(out, value->text);
        break;
    case SWEEP_VALUE_LIST:
    case SWEEP_VALUE_MAP:
        append_items(out, value->items);
        break;
    }
}

void hydra_append(struct strbuf *out, const char *name, const struct sweep_value *value)
{
    strbuf_printf(out, "%s=", name);
    append_value(out, value);
}
