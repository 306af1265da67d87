/*
 * Values as a command line gets them: as Python's str() writes them, since most scripts are
 * Python's. Inside lists and maps that is Python's repr(), so texts stand in quotes there.
 */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "space/space.h"

static void append_real(double real, struct strbuf *out)
{
    char text[NUMBER_TEXT_MAX];
    number_format_shortest(real, text);
    strbuf_append_text(out, text);
}

/* --- texts in quotes ------------------------------------------------------------------------- */

/* What repr() escapes beside controls: blanks but the usual one, and marks that show nothing. */
static const struct range {
    uint32_t first;
    uint32_t last;
} unprintable[] = {
    {0x7F, 0xA0},     {0xAD, 0xAD},     {0x61C, 0x61C},   {0x1680, 0x1680},    {0x180E, 0x180E},
    {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},    {0xD800, 0xF8FF},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF},
};

static bool is_printable(uint32_t c)
{
    for (size_t i = 0; i < ARRAY_LENGTH(unprintable); i++)
        if (c >= unprintable[i].first && c <= unprintable[i].last)
            return false;
    return c >= 0x20;
}

/* The code point at `text` and its bytes; a byte that is no UTF-8 by itself. */
static size_t decode(const char *text, uint32_t *c)
{
    unsigned char first = (unsigned char)text[0];
    size_t size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
    *c = size == 1 ? first : first & (0x7FU >> size);
    for (size_t i = 1; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte & 0xC0) != 0x80) {
            *c = first;
            return 1;
        }
        *c = *c << 6 | (byte & 0x3FU);
    }
    return size;
}

static void append_escape(uint32_t c, struct strbuf *out)
{
    if (c == '\n')
        strbuf_append_text(out, "\\n");
    else if (c == '\r')
        strbuf_append_text(out, "\\r");
    else if (c == '\t')
        strbuf_append_text(out, "\\t");
    else if (c <= 0xFF)
        strbuf_printf(out, "\\x%02" PRIx32, c);
    else if (c <= 0xFFFF)
        strbuf_printf(out, "\\u%04" PRIx32, c);
    else
        strbuf_printf(out, "\\U%08" PRIx32, c);
}

static void append_quoted(const char *text, struct strbuf *out)
{
    bool is_double = strchr(text, '\'') != NULL && strchr(text, '"') == NULL;
    char quote = is_double ? '"' : '\'';
    strbuf_append_char(out, quote);
    while (*text != '\0') {
        uint32_t c;
        size_t size = decode(text, &c);
        if (*text == quote || *text == '\\')
            strbuf_append_char(out, '\\');
        if (is_printable(c))
            strbuf_append(out, text, size);
        else
            append_escape(c, out);
        text += size;
    }
    strbuf_append_char(out, quote);
}

/* --- values ---------------------------------------------------------------------------------- */

static void append_repr(const struct sweep_value *value, struct strbuf *out)
{
    if (value->kind == SWEEP_VALUE_TEXT)
        append_quoted(value->text, out);
    else if (value->kind == SWEEP_VALUE_INT) /* 017 is no number in Python */
        strbuf_printf(out, "%" PRId64, value->integer);
    else
        space_format_value(value, out);
}

static void append_items(const struct sweep_items *items, struct strbuf *out)
{
    strbuf_append_char(out, items->names == NULL ? '[' : '{');
    for (size_t i = 0; i < items->count; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        if (items->names != NULL) {
            append_quoted(items->names[i], out);
            strbuf_append_text(out, ": ");
        }
        append_repr(&items->values[i], out);
    }
    strbuf_append_char(out, items->names == NULL ? ']' : '}');
}

void space_format_value(const struct sweep_value *value, struct strbuf *out)
{
    switch (value->kind) {
    case SWEEP_VALUE_NONE:
        break;
    case SWEEP_VALUE_NULL:
        strbuf_append_text(out, "None");
        break;
    case SWEEP_VALUE_BOOL:
        strbuf_append_text(out, value->boolean ? "True" : "False");
        break;
    case SWEEP_VALUE_INT:
        if (value->text != NULL)
            strbuf_append_text(out, value->text);
        else
            strbuf_printf(out, "%" PRId64, value->integer);
        break;
    case SWEEP_VALUE_REAL:
        if (value->text != NULL)
            strbuf_append_text(out, value->text);
        else
            append_real(value->real, out);
        break;
    case SWEEP_VALUE_TEXT:
        strbuf_append_text(out, value->text);
        break;
    case SWEEP_VALUE_LIST:
    case SWEEP_VALUE_MAP:
        append_items(value->items, out);
        break;
    }
}
