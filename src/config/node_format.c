/*
 * Writes nodes. What the keys mean is known elsewhere.
 */
#include "config/node_format.h"

#include <string.h>

#include "base/quoted.h"

#define INDENT 2

static void append_blanks(struct strbuf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_append_char(out, ' ');
}

static const char *tag_text(enum node_tag tag)
{
    switch (tag) {
    case TAG_NONE:
    case TAG_STR: /* quotes say it too */
        return "";
    case TAG_NULL:
        return "!!null ";
    case TAG_BOOL:
        return "!!bool ";
    case TAG_INT:
        return "!!int ";
    case TAG_FLOAT:
        return "!!float ";
    }
    return "";
}

static void append_scalar(const struct node *node, struct strbuf *out)
{
    strbuf_append_text(out, tag_text(node->tag));
    if (node->quoted || node->tag == TAG_STR || strchr(node->text, '\n') != NULL)
        quoted_append(out, node->text);
    else
        strbuf_append_text(out, node->text);
}

static void append_node(const struct node *node, size_t indent, struct strbuf *out);

static void append_pair(const struct node *key, const struct node *value, size_t indent,
                        struct strbuf *out)
{
    append_scalar(key, out);
    strbuf_append_char(out, ':');
    append_node(value, indent, out);
}

/* Append what follows a key or a dash: on its line or, indented, on the next ones. */
static void append_node(const struct node *node, size_t indent, struct strbuf *out)
{
    if (node->kind == NODE_SCALAR || node->count == 0) {
        strbuf_append_char(out, ' ');
        if (node->kind == NODE_SCALAR)
            append_scalar(node, out);
        else
            strbuf_append_text(out, node->kind == NODE_MAP ? "{}" : "[]");
        strbuf_append_char(out, '\n');
        return;
    }
    strbuf_append_char(out, '\n');
    for (size_t i = 0; i < node->count; i++) {
        append_blanks(out, indent + INDENT);
        if (node->kind == NODE_MAP) {
            append_pair(node->keys[i], node->values[i], indent + INDENT, out);
        } else {
            strbuf_append_char(out, '-');
            append_node(node->values[i], indent + INDENT, out);
        }
    }
}

void node_append_entry(const struct node *key, const struct node *value, struct strbuf *out)
{
    append_pair(key, value, 0, out);
}
