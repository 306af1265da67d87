/*
 * Comparing pieces of text. Not for owning or changing any: see strbuf.h.
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

bool strview_is(struct strview view, const char *text)
{
    return strview_equal(view, strview_of(text));
}
