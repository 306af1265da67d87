/*
 * From a place in an expression to a line and a column of the file.
 */
#include "config/rule_fault.h"

#include <string.h>

#include "config/source.h"

struct mark rule_fault_mark(const struct reader *reader, const struct node *node,
                            const struct expr_place *place)
{
    struct mark mark = node->mark;
    size_t size = node->kind == NODE_SCALAR ? strlen(node->text) : 0;
    if (size == 0 || place->offset + place->length > size || reader_is_full(reader))
        return mark;
    struct strview line = source_line(reader->source, mark.line);
    struct strview rest = source_skip(line, mark.column - 1);
    const char *found = memmem(rest.data, rest.size, node->text, size);
    if (found == NULL)
        return mark;
    mark.column +=
        source_count((struct strview){rest.data, (size_t)(found - rest.data) + place->offset});
    mark.width = source_count((struct strview){found + place->offset, place->length});
    if (mark.width == 0)
        mark.width = 1;
    return mark;
}

void rule_fault_add(struct reader *reader, struct mark mark, const char *what,
                    const struct sweep_error *err)
{
    const char *advice = strstr(err->message, "; ");
    size_t size = advice != NULL ? (size_t)(advice - err->message) : strlen(err->message);
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_ERROR, mark, "%s: %.*s", what, (int)size,
                    err->message);
    if (advice != NULL)
        reader_hint(reader, "%s", advice + 2);
}
