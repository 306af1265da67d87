/*
 * Splitting output into lines; see line.h. Not for finding anything in them.
 */
#include "metrics/line.h"

#include <string.h>

#define ESCAPE '\x1b'

/* The first byte `c` in [from, end), or end. */
static const char *find_byte(const char *from, const char *end, char c)
{
    const char *found = from < end ? memchr(from, c, (size_t)(end - from)) : NULL;
    return found != NULL ? found : end;
}

/* Skip one escape sequence that starts at `at`; an unfinished one ends with the line. */
static const char *skip_escape(const char *at, const char *end)
{
    at++;
    if (at == end)
        return end;
    char kind = *at++;
    if (kind == '[') { /* CSI: parameters, then one final byte (ECMA-48, 5.4) */
        while (at < end && !(*at >= 0x40 && *at <= 0x7e))
            at++;
        return at < end ? at + 1 : end;
    }
    if (kind == ']') { /* OSC: up to BEL or ESC backslash */
        while (at < end && *at != '\a' && *at != ESCAPE)
            at++;
        if (at < end && *at == ESCAPE && at + 1 < end)
            at++;
        return at < end ? at + 1 : end;
    }
    while (kind >= 0x20 && kind <= 0x2f && at < end) /* intermediates before the final byte */
        kind = *at++;
    return at;
}

/* The line without its escape sequences; itself where it has none. */
static struct strview strip(struct line_splitter *splitter, struct strview line)
{
    const char *end = line.data + line.size;
    const char *escape = find_byte(line.data, end, ESCAPE);
    if (escape == end)
        return line;

    const char *from = line.data;
    strbuf_reset(&splitter->plain);
    while (from < end) {
        strbuf_append(&splitter->plain, from, (size_t)(escape - from));
        if (escape == end)
            break;
        from = skip_escape(escape, end);
        escape = find_byte(from, end, ESCAPE);
    }
    return strbuf_view(&splitter->plain);
}

/* Keep what fits of [from, to) as the start of a line whose end was not fed yet. */
static void keep_partial(struct line_splitter *splitter, const char *from, const char *to)
{
    size_t room = splitter->maximum - splitter->partial.size;
    size_t size = (size_t)(to - from);
    strbuf_append(&splitter->partial, from, size < room ? size : room);
    splitter->has_partial = true;
}

/* The line that ends at `to`, whose last part starts at `from`. */
static struct strview complete(struct line_splitter *splitter, const char *from, const char *to)
{
    struct strview line = {from, (size_t)(to - from)};
    if (splitter->has_partial) {
        keep_partial(splitter, from, to);
        splitter->has_partial = false;
        line = strbuf_view(&splitter->partial);
    } else if (line.size > splitter->maximum) {
        line.size = splitter->maximum;
    }
    splitter->lines++;
    return strip(splitter, line);
}

void line_init(struct line_splitter *splitter, size_t maximum)
{
    *splitter = (struct line_splitter){.maximum = maximum};
    strbuf_init(&splitter->partial, maximum);
    strbuf_init(&splitter->plain, maximum);
}

void line_release(struct line_splitter *splitter)
{
    strbuf_release(&splitter->partial);
    strbuf_release(&splitter->plain);
}

void line_feed(struct line_splitter *splitter, const void *data, size_t size)
{
    splitter->at = data;
    splitter->end = splitter->at + size;
    splitter->next_cr = find_byte(splitter->at, splitter->end, '\r');
}

bool line_next(struct line_splitter *splitter, struct strview *line)
{
    if (!splitter->has_partial)
        strbuf_reset(&splitter->partial); /* the line given out last may have lived in it */
    if (splitter->after_cr && splitter->at < splitter->end) {
        splitter->at += *splitter->at == '\n';
        splitter->after_cr = false;
    }
    if (splitter->at == splitter->end)
        return false;

    /* The place of the next `\r` is remembered: searching it for each line would be quadratic. */
    if (splitter->next_cr < splitter->at)
        splitter->next_cr = find_byte(splitter->at, splitter->end, '\r');
    const char *stop = find_byte(splitter->at, splitter->next_cr, '\n');
    if (stop == splitter->end) {
        keep_partial(splitter, splitter->at, splitter->end);
        splitter->at = splitter->end;
        return false;
    }
    *line = complete(splitter, splitter->at, stop);
    splitter->after_cr = *stop == '\r';
    splitter->at = stop + 1;
    return true;
}

bool line_last(struct line_splitter *splitter, struct strview *line)
{
    if (!splitter->has_partial)
        return false;
    *line = complete(splitter, splitter->end, splitter->end);
    return true;
}
