/*
 * Lines and code points of the file. What they mean in YAML is libyaml's.
 */
#include "config/source.h"

#include <string.h>

#include "base/array.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static struct strview skip_byte_order_mark(struct strview text)
{
    size_t size = strlen(byte_order_mark);
    if (text.size < size || memcmp(text.data, byte_order_mark, size) != 0)
        return text;
    return (struct strview){text.data + size, text.size - size};
}

/* The size of the line end at `at`, 0 if there is none: what libyaml takes for one. */
static size_t break_size(struct strview text, size_t at)
{
    static const char *const breaks[] = {"\r\n",     "\n",           "\r",
                                         "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    unsigned char first = (unsigned char)text.data[at];
    if (first > '\r' && first < 0xC2) /* nearly every byte: a megabyte is walked for a caret */
        return 0;
    for (size_t i = 0; i < ARRAY_LENGTH(breaks); i++) {
        size_t size = strlen(breaks[i]);
        if (size <= text.size - at && memcmp(text.data + at, breaks[i], size) == 0)
            return size;
    }
    return 0;
}

struct strview source_line(struct strview source, size_t number)
{
    struct strview text = skip_byte_order_mark(source);
    size_t start = 0;
    size_t line = 1;
    for (size_t at = 0; at < text.size;) {
        size_t size = break_size(text, at);
        if (size > 0 && line == number)
            return (struct strview){text.data + start, at - start};
        at += size > 0 ? size : 1;
        if (size > 0) {
            line++;
            start = at;
        }
    }
    if (line != number || text.size == 0)
        return (struct strview){"", 0};
    return (struct strview){text.data + start, text.size - start};
}

size_t source_line_number(struct strview source, size_t offset)
{
    size_t line = 1;
    for (size_t at = 0; at < offset && at < source.size;) {
        size_t size = break_size(source, at);
        line += size > 0;
        at += size > 0 ? size : 1;
    }
    return line;
}

bool source_is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t source_count(struct strview text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += !source_is_continuation(text.data[i]);
    return count;
}

struct strview source_skip(struct strview text, size_t count)
{
    size_t at = 0;
    for (; count > 0 && at < text.size; count--)
        do
            at++;
        while (at < text.size && source_is_continuation(text.data[at]));
    return (struct strview){text.data + at, text.size - at};
}
