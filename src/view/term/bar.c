/*
 * Bars of block characters.
 */
#include "view/term/bar.h"

#define EIGHTHS 8

static void append_times(struct strbuf *out, size_t count, const char *text)
{
    while (count-- > 0)
        strbuf_append_text(out, text);
}

void bar_append(double share, size_t width, bool utf8, struct strbuf *out)
{
    static const char *const PARTS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    double clamped = share > 0 ? (share < 1 ? share : 1) : 0; /* a NaN is nothing */
    size_t eighths = (size_t)(clamped * (double)(width * EIGHTHS));
    size_t full = eighths / EIGHTHS;
    size_t part = utf8 ? eighths % EIGHTHS : 0;

    append_times(out, full, utf8 ? "█" : "#");
    strbuf_append_text(out, PARTS[part]);
    append_times(out, width - full - (part > 0), utf8 ? "·" : ".");
}
