/*
 * Writing JSON: commas, escapes and the numbers that JSON has no word for.
 *
 * Compact, for JSON lines and for the database; not a pretty printer. Reading: see params.c.
 */
#include "json/json.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/number.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* What comes before a value or a key: a comma, unless it is the first or follows its key. */
static void separate(struct json_writer *writer)
{
    bool *has_items = &writer->has_items[writer->depth];

    if (writer->after_key)
        writer->after_key = false;
    else if (*has_items)
        strbuf_append_char(writer->out, ',');
    *has_items = true;
}

static void begin(struct json_writer *writer, char bracket)
{
    separate(writer);
    assert(writer->depth + 1 < JSON_DEPTH_MAX);
    writer->depth++;
    writer->has_items[writer->depth] = false;
    strbuf_append_char(writer->out, bracket);
}

static void end(struct json_writer *writer, char bracket)
{
    assert(writer->depth > 0 && !writer->after_key);
    writer->depth--;
    strbuf_append_char(writer->out, bracket);
}

/* One kind of UTF-8 character, by its first byte (Unicode 15, table 3-7). The second byte's range
 * keeps out overlong forms, surrogates and what is above U+10FFFF. */
struct utf8_row {
    unsigned char first_low;
    unsigned char first_high;
    unsigned char second_low;
    unsigned char second_high;
    size_t size;
};

static const struct utf8_row utf8_rows[] = {
    {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static bool is_in(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}

/* Size of the character that `text` starts with; 0 if that is not UTF-8. */
static size_t character_size(struct strview text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;

    for (size_t i = 0; i < sizeof utf8_rows / sizeof utf8_rows[0]; i++) {
        const struct utf8_row *row = &utf8_rows[i];

        if (!is_in(bytes[0], row->first_low, row->first_high))
            continue;
        if (row->size > text.size)
            return 0;
        if (row->size > 1 && !is_in(bytes[1], row->second_low, row->second_high))
            return 0;
        for (size_t k = 2; k < row->size; k++)
            if (!is_in(bytes[k], 0x80, 0xBF))
                return 0;
        return row->size;
    }
    return 0;
}

/* Write a byte that must not stand in a string as it is. @return false if it may */
static bool write_escape(struct strbuf *out, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *at = c != '\0' ? strchr(plain, c) : NULL;

    if (at)
        strbuf_printf(out, "\\%c", letters[at - plain]);
    else if ((unsigned char)c < 0x20)
        strbuf_printf(out, "\\u%04x", (unsigned)c);
    else
        return false;
    return true;
}

static void write_string(struct strbuf *out, struct strview text)
{
    strbuf_append_char(out, '"');
    while (text.size > 0) {
        size_t size = character_size(text);

        if (size == 0) {
            strbuf_append_text(out, replacement);
            size = 1;
        } else if (size > 1 || !write_escape(out, text.data[0])) {
            strbuf_append(out, text.data, size);
        }
        text.data += size;
        text.size -= size;
    }
    strbuf_append_char(out, '"');
}

void json_init(struct json_writer *writer, struct strbuf *out)
{
    *writer = (struct json_writer){.out = out};
}

void json_begin_object(struct json_writer *writer)
{
    begin(writer, '{');
}

void json_end_object(struct json_writer *writer)
{
    end(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
    begin(writer, '[');
}

void json_end_array(struct json_writer *writer)
{
    end(writer, ']');
}

void json_key(struct json_writer *writer, const char *key)
{
    separate(writer);
    write_string(writer->out, strview_of(key));
    strbuf_append_char(writer->out, ':');
    writer->after_key = true;
}

void json_put_string(struct json_writer *writer, const char *text)
{
    if (text)
        json_put_string_view(writer, strview_of(text));
    else
        json_put_null(writer);
}

void json_put_string_view(struct json_writer *writer, struct strview text)
{
    separate(writer);
    write_string(writer->out, text);
}

void json_put_integer(struct json_writer *writer, int64_t value)
{
    separate(writer);
    strbuf_printf(writer->out, "%lld", (long long)value);
}

void json_put_unsigned(struct json_writer *writer, uint64_t value)
{
    separate(writer);
    strbuf_printf(writer->out, "%llu", (unsigned long long)value);
}

void json_put_real(struct json_writer *writer, double value)
{
    char text[NUMBER_TEXT_MAX];

    number_format_shortest(value, text);
    if (isfinite(value))
        json_put_raw(writer, text);
    else
        json_put_string(writer, text);
}

void json_put_boolean(struct json_writer *writer, bool value)
{
    json_put_raw(writer, value ? "true" : "false");
}

void json_put_null(struct json_writer *writer)
{
    json_put_raw(writer, "null");
}

void json_put_raw(struct json_writer *writer, const char *text)
{
    separate(writer);
    strbuf_append_text(writer->out, text);
}

void json_member_string(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_put_string(writer, text);
}

void json_member_string_view(struct json_writer *writer, const char *key, struct strview text)
{
    json_key(writer, key);
    json_put_string_view(writer, text);
}

void json_member_integer(struct json_writer *writer, const char *key, int64_t value)
{
    json_key(writer, key);
    json_put_integer(writer, value);
}

void json_member_unsigned(struct json_writer *writer, const char *key, uint64_t value)
{
    json_key(writer, key);
    json_put_unsigned(writer, value);
}

void json_member_real(struct json_writer *writer, const char *key, double value)
{
    json_key(writer, key);
    json_put_real(writer, value);
}

void json_member_boolean(struct json_writer *writer, const char *key, bool value)
{
    json_key(writer, key);
    json_put_boolean(writer, value);
}
