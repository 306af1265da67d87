/*
 * Quotes arguments for a shell. Nothing here ever runs one.
 */
#include "base/shell.h"

#include <ctype.h>
#include <string.h>

/* Whether no shell sees anything in it but itself. A `=` only matters at the start (zsh). */
static bool is_plain(const char *argument)
{
    if (*argument == '\0' || *argument == '=')
        return false;
    for (const char *c = argument; *c != '\0'; c++) {
        bool word = (unsigned char)*c < 0x80 && isalnum((unsigned char)*c);
        if (!word && strchr("_-./=:,+@%", *c) == NULL)
            return false;
    }
    return true;
}

void shell_append(struct strbuf *out, const char *argument)
{
    if (is_plain(argument)) {
        strbuf_append_text(out, argument);
        return;
    }
    strbuf_append_char(out, '\'');
    for (const char *c = argument; *c != '\0'; c++)
        if (*c == '\'')
            strbuf_append_text(out, "'\\''");
        else
            strbuf_append_char(out, *c);
    strbuf_append_char(out, '\'');
}

void shell_append_all(struct strbuf *out, char *const *argv)
{
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (i > 0)
            strbuf_append_char(out, ' ');
        shell_append(out, argv[i]);
    }
}
