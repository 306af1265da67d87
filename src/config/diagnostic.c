/*
 * Collecting what is wrong and showing it. What is wrong is decided by those who read the YAML.
 */
#include "config/diagnostic.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/source.h"

/* A message is a sentence or two: longer ones quote something absurd. */
#define MESSAGE_MAX 700

/* Of a long line this much is shown around the caret [code points]. */
#define WINDOW_MAX 110

/* Where in the window the caret stands when the line's beginning is left out. */
#define WINDOW_CARET 60

static const char *const severity_names[] = {
    [DIAGNOSTIC_NOTE] = "note",
    [DIAGNOSTIC_WARNING] = "warning",
    [DIAGNOSTIC_ERROR] = "error",
};

/*
 * Make a quoted text harmless to a terminal: control characters, the C1 block (C2 80 to C2 9F)
 * among them, become question marks.
 */
static void mask_controls(char *text)
{
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
        else if ((unsigned char)*c == 0xC2 && (unsigned char)c[1] >= 0x80 &&
                 (unsigned char)c[1] < 0xA0)
            c[0] = c[1] = '?';
    }
}

static const char *format_text(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static const char *format_text(struct arena *arena, const char *format, va_list arguments)
{
    char text[MESSAGE_MAX];
    int size = vsnprintf(text, sizeof text, format, arguments);
    if (size >= MESSAGE_MAX) {
        size_t end = MESSAGE_MAX - 4;
        while (end > 0 && source_is_continuation(text[end]))
            end--;
        memcpy(text + end, "...", 4);
    }
    mask_controls(text);
    return arena_strdup(arena, text);
}

static const char *mask_copy(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    mask_controls(copy);
    return copy;
}

/* Where to put a new one: at the end or, for an error in a full list, over the last mere remark. */
static struct diagnostic *find_room(struct diagnostics *list, enum severity severity)
{
    if (list->count < DIAGNOSTICS_MAX)
        return &list->items[list->count++];
    list->dropped++;
    for (size_t i = DIAGNOSTICS_MAX; severity == DIAGNOSTIC_ERROR && i-- > 0;)
        if (list->items[i].severity != DIAGNOSTIC_ERROR) {
            memmove(&list->items[i], &list->items[i + 1],
                    (DIAGNOSTICS_MAX - i - 1) * sizeof list->items[0]);
            return &list->items[DIAGNOSTICS_MAX - 1];
        }
    return NULL;
}

void diagnostics_release(struct diagnostics *list)
{
    arena_release(&list->arena);
    *list = (struct diagnostics){0};
}

void diagnostics_add(struct diagnostics *list, enum severity severity, struct mark mark,
                     const char *format, ...)
{
    if (severity == DIAGNOSTIC_ERROR)
        list->errors++;
    struct diagnostic *item = find_room(list, severity);
    list->newest = item;
    if (item == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    *item = (struct diagnostic){
        .severity = severity,
        .mark = mark,
        .message = format_text(&list->arena, format, arguments),
    };
    va_end(arguments);
    if (mark.setting != NULL)
        item->mark.setting = mask_copy(&list->arena, mark.setting);
}

void diagnostics_hint(struct diagnostics *list, const char *format, ...)
{
    if (list->newest == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    list->newest->hint = format_text(&list->arena, format, arguments);
    va_end(arguments);
}

/* Code points [from, from + count) of a line. */
static struct strview slice(struct strview line, size_t from, size_t count)
{
    struct strview rest = source_skip(line, from);
    return (struct strview){rest.data, rest.size - source_skip(rest, count).size};
}

/* How many bytes the well-formed UTF-8 character at `at` has; 0: it is none. */
static size_t character_size(struct strview text, size_t at)
{
    unsigned char c = (unsigned char)text.data[at];
    size_t size = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (size > text.size - at)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (!source_is_continuation(text.data[at + i]))
            return 0;
    return size;
}

static bool is_control(const char *character)
{
    unsigned char c = (unsigned char)character[0];
    return c < 0x20 || c == 0x7F || (c == 0xC2 && (unsigned char)character[1] < 0xA0);
}

/* The quoted line; what would move the caret or rule the terminal becomes a question mark. */
static void append_quoted(struct strview text, struct strbuf *out)
{
    size_t size;
    for (size_t i = 0; i < text.size; i += size) {
        size = character_size(text, i);
        if (text.data[i] == '\t')
            strbuf_append_char(out, ' ');
        else if (size > 0 && !is_control(&text.data[i]))
            strbuf_append(out, &text.data[i], size);
        else if (size > 0 || !source_is_continuation(text.data[i]))
            strbuf_append_char(out, '?');
        size = size > 0 ? size : 1;
    }
}

static void append_place(const struct mark *mark, struct strview source, struct strbuf *out)
{
    struct strview line = source_line(source, mark->line);
    size_t length = source_count(line);
    size_t column = mark->column > 0 ? mark->column - 1 : 0;
    size_t from = length > WINDOW_MAX && column > WINDOW_CARET ? column - WINDOW_CARET : 0;
    const char *before = from > 0 ? "..." : "";
    strbuf_printf(out, "%6zu | %s", mark->line, before);
    append_quoted(slice(line, from, WINDOW_MAX), out);
    strbuf_printf(out, "%s\n       | ", length > from + WINDOW_MAX ? "..." : "");

    size_t indent = column - from + strlen(before);
    for (size_t i = 0; i < indent; i++)
        strbuf_append_char(out, ' ');
    size_t room = length > column ? length - column : 1;
    size_t width = mark->width < room ? mark->width : room;
    if (width > WINDOW_MAX - (column - from))
        width = WINDOW_MAX - (column - from);
    strbuf_append_char(out, '^');
    for (size_t i = 1; i < width; i++)
        strbuf_append_char(out, '^');
}

static void append_item(const struct diagnostic *item, const char *file, struct strview source,
                        struct strbuf *out)
{
    if (item->mark.setting != NULL)
        strbuf_printf(out, "--set %s", item->mark.setting);
    else
        strbuf_append_text(out, file);
    if (item->mark.line > 0)
        strbuf_printf(out, ":%zu:%zu", item->mark.line, item->mark.column);
    strbuf_printf(out, ": %s: %s\n", severity_names[item->severity], item->message);
    if (item->mark.line > 0)
        append_place(&item->mark, source, out);
    if (item->hint != NULL)
        strbuf_printf(out, "%s %s", item->mark.line > 0 ? "" : " ", item->hint);
    if (item->mark.line > 0 || item->hint != NULL)
        strbuf_append_char(out, '\n');
}

/* By place; the address keeps those of one place in the order in which they were found. */
static int compare_items(const void *a, const void *b)
{
    const struct diagnostic *left = *(const struct diagnostic *const *)a;
    const struct diagnostic *right = *(const struct diagnostic *const *)b;
    if (left->mark.line != right->mark.line)
        return left->mark.line < right->mark.line ? -1 : 1;
    if (left->mark.column != right->mark.column)
        return left->mark.column < right->mark.column ? -1 : 1;
    return left < right ? -1 : left > right;
}

void diagnostics_format(const struct diagnostics *list, const char *file, struct strview source,
                        struct strbuf *out)
{
    const struct diagnostic *sorted[DIAGNOSTICS_MAX];
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->items[i];
    qsort(sorted, list->count, sizeof(sorted[0]), compare_items);
    for (size_t i = 0; i < list->count; i++)
        append_item(sorted[i], file, source, out);
    if (list->dropped > 0)
        strbuf_printf(out, "%s: and %zu more\n", file, list->dropped);
}
