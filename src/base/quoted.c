/*
 * Writes texts in double quotes. Not for JSON, which has no \x: see json/json.c.
 */
#include "base/quoted.h"

#include <string.h>

void quoted_append(struct strbuf *out, const char *text)
{
    static const char plain[] = "\"\\\n\t";
    static const char letters[] = "\"\\nt";

    strbuf_append_char(out, '"');
    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        const char *at = strchr(plain, *c);

        if (at)
            strbuf_printf(out, "\\%c", letters[at - plain]);
        else if (byte < 0x20 || byte == 0x7f)
            strbuf_printf(out, "\\x%02x", byte);
        else
            strbuf_append_char(out, *c);
    }
    strbuf_append_char(out, '"');
}
