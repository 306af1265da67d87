/*
 * Comparing and parting pieces of text. Not for owning or changing any: see strbuf.h.
 */
#include "base/strview.h"

#include <string.h>

struct strview strview_of(const char *text)
{
    return (struct strview){.data = text, .size = strlen(text)};
}

bool strview_equal(struct strview a, struct strview b)
{
    /* An empty view may have no data at all, which memcmp() must not see. */
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool strview_take(struct strview *rest, char end, struct strview *taken)
{
    const char *found = rest->size > 0 ? memchr(rest->data, end, rest->size) : NULL;
    size_t size = found != NULL ? (size_t)(found - rest->data) : rest->size;
    *taken = (struct strview){rest->data, size};
    size += found != NULL;
    if (size > 0)
        *rest = (struct strview){rest->data + size, rest->size - size};
    return found != NULL;
}

bool strview_is(struct strview view, const char *text)
{
    return strview_equal(view, strview_of(text));
}
