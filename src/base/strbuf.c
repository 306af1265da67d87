/*
 * A growing text that never grows past its ceiling.
 *
 * Not for text that is only looked at: see strview.h.
 */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sweep/mem.h"

enum {
    FIRST_CAPACITY = 64
};

/* How many of `size` further bytes fit below the ceiling; remembers when not all do. */
static size_t clip(struct strbuf *buf, size_t size)
{
    size_t room = buf->maximum - buf->size;

    if (size <= room)
        return size;
    buf->truncated = true;
    return room;
}

/* Make room for `size` further bytes and the final NUL. `size` is below the ceiling. */
static void make_room(struct strbuf *buf, size_t size)
{
    size_t needed = buf->size + size + 1;
    size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;

    if (needed <= buf->capacity)
        return;
    while (capacity < needed)
        capacity += capacity / 2;
    if (capacity > buf->maximum + 1)
        capacity = buf->maximum + 1;
    buf->data = sweep_realloc_array(buf->data, capacity, 1);
    buf->capacity = capacity;
}

void strbuf_init(struct strbuf *buf, size_t maximum)
{
    /* One byte less than all there is, for the final NUL. */
    *buf = (struct strbuf){.maximum = maximum < SIZE_MAX ? maximum : SIZE_MAX - 1};
}

void strbuf_release(struct strbuf *buf)
{
    if (!buf)
        return;
    sweep_free(buf->data);
    strbuf_init(buf, buf->maximum);
}

void strbuf_reset(struct strbuf *buf)
{
    buf->size = 0;
    buf->truncated = false;
    if (buf->data)
        buf->data[0] = '\0';
}

void strbuf_append(struct strbuf *buf, const void *data, size_t size)
{
    size_t fitting = clip(buf, size);

    if (fitting == 0)
        return;
    make_room(buf, fitting);
    memcpy(buf->data + buf->size, data, fitting);
    buf->size += fitting;
    buf->data[buf->size] = '\0';
}

void strbuf_append_text(struct strbuf *buf, const char *text)
{
    strbuf_append(buf, text, strlen(text));
}

void strbuf_append_char(struct strbuf *buf, char c)
{
    strbuf_append(buf, &c, 1);
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    int length;
    size_t fitting;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    fitting = clip(buf, length > 0 ? (size_t)length : 0);
    if (fitting > 0) {
        make_room(buf, fitting);
        vsnprintf(buf->data + buf->size, fitting + 1, format, again);
        buf->size += fitting;
    }
    va_end(again);
}

const char *strbuf_text(const struct strbuf *buf)
{
    return buf->data ? buf->data : "";
}

struct strview strbuf_view(const struct strbuf *buf)
{
    return (struct strview){.data = strbuf_text(buf), .size = buf->size};
}
