/*
 * Recognising tables by their shape; see heading.h. Not for named numbers: that is census.c.
 */
#include "metrics/heading.h"

#include <string.h>

#include "base/number.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The words of a line. @return their number; 0 where there are too many */
static size_t split(struct strview line, struct strview words[HEADING_COLUMNS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < line.size;) {
        size_t start = i;
        while (i < line.size && !is_blank(line.data[i]))
            i++;
        if (i > start && count == HEADING_COLUMNS_MAX)
            return 0;
        if (i > start)
            words[count++] = (struct strview){line.data + start, i - start};
        i += i < line.size;
    }
    return count;
}

static bool is_name(struct strview word)
{
    char first = word.data[0];
    bool is_letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    char last = word.data[word.size - 1];
    return is_letter && word.size <= HEADING_NAME_MAX && strchr(".:;,!?=", last) == NULL;
}

static bool is_heading(const struct strview *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_name(words[i]))
            return false;
    return count >= 2;
}

static bool is_same(const struct heading *heading, const struct strview *words, size_t count)
{
    for (size_t i = 0; i < count && count == heading->count; i++)
        if (!strview_is(words[i], heading->names[i]))
            return false;
    return count == heading->count;
}

/* A whole number, and at least another number: times such as 00:12 are none. */
static bool is_row(const struct strview *words, size_t count)
{
    uint64_t first;
    double number;
    if (count < 2 || number_parse_uint64(words[0], &first) != NUMBER_OK)
        return false;
    for (size_t i = 1; i < count; i++)
        if (number_parse_double(words[i], &number) == NUMBER_OK)
            return true;
    return false;
}

static void open_table(struct heading *heading, const struct strview *words, size_t count)
{
    *heading = (struct heading){.count = count, .is_open = true};
    for (size_t i = 0; i < count; i++)
        memcpy(heading->names[i], words[i].data, words[i].size);
}

void heading_take(struct heading *heading, struct strview line)
{
    struct strview words[HEADING_COLUMNS_MAX];
    size_t count = split(line, words);
    if (is_heading(words, count)) {
        if (count == heading->count) /* else it is a sentence between the rows */
            heading->is_open = is_same(heading, words, count);
        if (heading->rows == 0)
            open_table(heading, words, count);
    } else if (heading->is_open && count == heading->count && is_row(words, count)) {
        heading->rows++;
    }
}

void heading_pattern(const struct heading *heading, size_t column, struct strbuf *out)
{
    strbuf_append_text(out, "^\\s*\\d+");
    for (size_t i = 1; i < column; i++)
        strbuf_append_text(out, "\\s+\\S+");
    strbuf_append_text(out, "\\s+(\\S+)");
    for (size_t i = column + 1; i < heading->count; i++)
        strbuf_append_text(out, "\\s+\\S+");
    strbuf_append_text(out, "\\s*$");
}
