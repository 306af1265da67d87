/*
 * The escape sequences of a region. What its lines say is the caller's.
 */
#include "view/term/region.h"

#include <string.h>

#include "view/term/text.h"

#define ESCAPE      "\x1b["
#define ERASE_BELOW ESCAPE "J"
#define SYNC_BEGIN  ESCAPE "?2026h"
#define SYNC_END    ESCAPE "?2026l"

static size_t count_lines(struct strview lines)
{
    size_t count = 0;

    for (size_t i = 0; i < lines.size; i++)
        count += lines.data[i] == '\n';
    return count;
}

void region_reflow(struct region *region, struct strview lines, size_t width)
{
    if (region->height == 0)
        return;
    region->height = 0;
    while (lines.size > 0) {
        const char *end = memchr(lines.data, '\n', lines.size);
        size_t size = end != NULL ? (size_t)(end - lines.data) : lines.size;
        size_t columns = text_width((struct strview){lines.data, size});
        region->height += columns > width ? (columns + width - 1) / width : 1;
        size += end != NULL;
        lines = (struct strview){lines.data + size, lines.size - size};
    }
}

void region_erase(struct region *region, struct strbuf *out)
{
    if (region->height > 0)
        strbuf_printf(out, ESCAPE "%zuA\r" ERASE_BELOW, region->height);
    region->height = 0;
}

void region_draw(struct region *region, struct strview lines, struct strbuf *out)
{
    strbuf_append_text(out, SYNC_BEGIN);
    region_erase(region, out);
    strbuf_append(out, lines.data, lines.size);
    strbuf_append_text(out, SYNC_END);
    region->height = count_lines(lines);
}
