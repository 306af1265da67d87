/*
 * Makes foreign text safe and measures it. Not for laying it out: that is table.c.
 */
#include "view/term/text.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/array.h"

#define INVALID    UINT32_MAX
#define COLOUR_MAX 32 /* [bytes] of an escape sequence that is still taken for a colour */

struct range {
    uint32_t first;
    uint32_t last;
};

/* C0 and C1 controls, and what reorders or hides the text around it. */
static const struct range HARMFUL[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x061c, 0x061c}, {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x2069}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
};

static const struct range WIDE[] = {
    {0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static const struct range COMBINING[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* Length of the UTF-8 sequence that `first` begins, 0 for a byte that begins none. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static void skip(struct strview *text, size_t size)
{
    text->data += size;
    text->size -= size;
}

/* Take the code point at the front of `text`, or INVALID and one byte. */
static uint32_t take(struct strview *text)
{
    static const uint32_t SMALLEST[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text->data;
    size_t length = sequence_length(bytes[0]);
    uint32_t c = length > 1 ? bytes[0] & (0x7fu >> length) : bytes[0];
    bool good = length > 0 && length <= text->size;
    for (size_t i = 1; good && i < length; i++) {
        good = (bytes[i] & 0xc0) == 0x80;
        c = c << 6 | (bytes[i] & 0x3f);
    }
    good = good && c >= SMALLEST[length] && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
    skip(text, good ? length : 1);
    return good ? c : INVALID;
}

/* How many printable ASCII characters are in front: nearly all of most texts, and of width 1. */
static size_t plain_run(struct strview text)
{
    size_t length = 0;
    while (length < text.size && text.data[length] >= ' ' && text.data[length] <= '~')
        length++;
    return length;
}

static void append_code_point(struct strbuf *out, uint32_t c, struct strview bytes)
{
    if (c == INVALID)
        strbuf_printf(out, "\\x%02x", (unsigned char)bytes.data[0]);
    else if (!in_ranges(HARMFUL, ARRAY_LENGTH(HARMFUL), c))
        strbuf_append(out, bytes.data, bytes.size);
    else
        strbuf_printf(out, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
}

/* What ends a line as "\r\n" ends it once. */
static void append_return(struct strbuf *out, struct strview rest)
{
    if (rest.size == 0 || rest.data[0] != '\n')
        strbuf_append_char(out, '\n');
}

static bool is_colour_byte(char c)
{
    return (c >= '0' && c <= '9') || c == ';' || c == ':';
}

/* The size of a colour, ESC [ ... m, at the front of `text`; 0: there is none. */
static size_t colour_size(struct strview text, bool *is_cut)
{
    size_t size = 1;
    *is_cut = false;
    if (text.size == 0 || text.data[0] != '\x1b')
        return 0;
    if (text.size > 1 && text.data[size++] != '[')
        return 0;
    while (size < text.size && size < COLOUR_MAX && is_colour_byte(text.data[size]))
        size++;
    *is_cut = size == text.size;
    return !*is_cut && text.data[size] == 'm' ? size + 1 : 0;
}

enum piece {
    PIECE_LINE,
    PIECE_LINES,
    PIECE_OUTPUT /* lines, whose colours are left out */
};

static void append_safe(struct strbuf *out, struct strview text, enum piece piece)
{
    bool keep_lines = piece != PIECE_LINE;
    bool is_cut;
    for (;;) {
        size_t run = plain_run(text);
        strbuf_append(out, text.data, run);
        skip(&text, run);
        if (text.size == 0)
            break;
        size_t colour = piece == PIECE_OUTPUT ? colour_size(text, &is_cut) : 0;
        if (colour > 0) {
            skip(&text, colour);
            continue;
        }
        const char *start = text.data;
        uint32_t c = take(&text);
        if (c == '\n')
            strbuf_append_text(out, keep_lines ? "\n" : "\\n");
        else if (c == '\r' && keep_lines)
            append_return(out, text);
        else if (c == '\t')
            strbuf_append_char(out, keep_lines ? '\t' : ' ');
        else
            append_code_point(out, c, (struct strview){start, (size_t)(text.data - start)});
    }
}

static size_t code_point_width(uint32_t c)
{
    if (in_ranges(COMBINING, ARRAY_LENGTH(COMBINING), c))
        return 0;
    return in_ranges(WIDE, ARRAY_LENGTH(WIDE), c) ? 2 : 1;
}

void text_append_safe(struct strbuf *out, struct strview text)
{
    append_safe(out, text, PIECE_LINE);
}

void text_append_safe_lines(struct strbuf *out, struct strview text)
{
    append_safe(out, text, PIECE_LINES);
}

void text_append_safe_output(struct strbuf *out, struct strview text)
{
    append_safe(out, text, PIECE_OUTPUT);
}

size_t text_whole(struct strview text)
{
    if (text.size > 0 && text.data[text.size - 1] == '\r')
        return text.size - 1; /* a newline may follow */
    for (size_t back = 1; back <= COLOUR_MAX && back <= text.size; back++) {
        bool is_cut;
        (void)colour_size((struct strview){text.data + text.size - back, back}, &is_cut);
        if (is_cut)
            return text.size - back;
    }
    for (size_t back = 1; back <= 3 && back <= text.size; back++) {
        unsigned char byte = (unsigned char)text.data[text.size - back];
        if ((byte & 0xc0) == 0x80)
            continue;
        return sequence_length(byte) > back ? text.size - back : text.size;
    }
    return text.size;
}

size_t text_width(struct strview text)
{
    size_t width = 0;
    for (;;) {
        size_t run = plain_run(text);
        width += run;
        skip(&text, run);
        if (text.size == 0)
            return width;
        width += code_point_width(take(&text));
    }
}

size_t text_fit(struct strview text, size_t columns)
{
    const char *start = text.data;
    size_t fits = 0;
    while (text.size > 0) {
        size_t width = code_point_width(take(&text));
        if (width > columns)
            break;
        columns -= width;
        fits = (size_t)(text.data - start);
    }
    return fits;
}

void text_append_cut(struct strbuf *out, struct strview text, size_t columns, bool utf8)
{
    const char *ellipsis = utf8 ? "\u2026" : "...";

    if (text_width(text) <= columns) {
        strbuf_append(out, text.data, text.size);
        return;
    }
    strbuf_append(out, text.data, text_fit(text, columns - text_width(strview_of(ellipsis))));
    strbuf_append_text(out, ellipsis);
}
