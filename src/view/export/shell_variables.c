/*
 * Writes params as variables of a shell.
 */
#include "view/export/shell_variables.h"

#include <ctype.h>

#include "base/shell.h"
#include "space/space.h"

#define VALUE_MAX (1024 * 1024) /* [bytes] */

/* The character of a variable's name that stands for `c`, at its start or later. */
static char name_character(char c, bool is_first)
{
    bool fits = (unsigned char)c < 0x80 &&
                (isalpha((unsigned char)c) || c == '_' || (!is_first && isdigit((unsigned char)c)));
    return fits ? c : '_';
}

static bool same_name(const char *a, const char *b)
{
    bool is_first = true;
    for (; *a != '\0' && *b != '\0'; a++, b++, is_first = false)
        if (name_character(*a, is_first) != name_character(*b, is_first))
            return false;
    return *a == *b;
}

static bool check_unique(const struct sweep_space *space, size_t index, struct sweep_error *err)
{
    const char *name = sweep_space_parameter(space, index)->name;
    for (size_t i = 0; i < index; i++) {
        const char *earlier = sweep_space_parameter(space, i)->name;
        if (same_name(earlier, name))
            return sweep_error_set(err, SWEEP_BAD_INPUT,
                                   "'%s' and '%s' would be the same variable of a shell", earlier,
                                   name);
    }
    return true;
}

static void append_variable(struct strbuf *out, const char *name, const struct sweep_value *value)
{
    struct strbuf text;
    strbuf_init(&text, VALUE_MAX);
    for (const char *c = name; *c != '\0'; c++)
        strbuf_append_char(out, name_character(*c, c == name));
    strbuf_append_char(out, '=');
    space_format_value(value, &text);
    shell_append(out, strbuf_text(&text));
    strbuf_append_char(out, '\n');
    strbuf_release(&text);
}

bool shell_variables_append(struct strbuf *out, const struct sweep_space *space,
                            const struct sweep_value *params, struct sweep_error *err)
{
    for (size_t i = 0; i < space_told_count(space); i++) {
        if (params[i].kind == SWEEP_VALUE_NONE)
            continue;
        if (!check_unique(space, i, err))
            return false;
        append_variable(out, sweep_space_parameter(space, i)->name, &params[i]);
    }
    return true;
}
