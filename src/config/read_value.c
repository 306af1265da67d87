/*
 * Readers of plain values: a text, a count, a duration, a map. What only one key takes is in
 * read_sweep.c, read_metric.c and read_trial.c.
 */
#include "config/reader.h"

#include <string.h>

#include "base/number.h"

#define TEXT_MAX 4096

/* The text of a scalar, whatever type it looks like; NULL where there is none. */
static const char *text_of(const struct node *node)
{
    if (node->kind != NODE_SCALAR || node->text[0] == '\0')
        return NULL;
    return scalar_read(node).kind == SCALAR_NULL ? NULL : node->text;
}

void read_node(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    (void)reader;
    (void)key;
    *(const struct node **)field = node;
}

void read_map(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    if (node->kind == NODE_MAP)
        reader_section(reader, key->section, node, field);
    else
        reader_refuse(reader, key, node);
}

void read_text(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    const char *text = text_of(node);
    if (text == NULL)
        reader_refuse(reader, key, node);
    else if (strlen(text) > TEXT_MAX)
        reader_error(reader, node, "'%s' is longer than %d characters", key->name, TEXT_MAX);
    else
        *(const char **)field = text;
}

void read_word(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    const char *text = text_of(node);
    if (text == NULL)
        reader_refuse(reader, key, node);
    else if (!reader_is_word(text))
        reader_error(reader, node, "'%s' takes one line of at most %d characters", key->name,
                     READER_WORD_MAX);
    else
        *(const char **)field = text;
}

void read_count(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    uint64_t count = 0;
    if (node->kind != NODE_SCALAR) {
        reader_refuse(reader, key, node);
        return;
    }
    struct scalar scalar = scalar_read(node);
    bool fits = scalar.kind == SCALAR_INT && scalar.integer >= 0;
    count = fits ? (uint64_t)scalar.integer : 0;
    if (!fits || count < key->min || count > key->max) {
        reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
        return;
    }
    reader_note_surprise(reader, node, &scalar);
    *(uint64_t *)field = count;
}

void read_duration(struct reader *reader, const struct key *key, const struct node *node,
                   void *field)
{
    int64_t duration_ms = 0;
    const char *text = text_of(node);
    if (text == NULL || number_parse_duration_ms(strview_of(text), &duration_ms) != NUMBER_OK) {
        reader_error(reader, node, "'%s' takes %s", key->name, key->takes);
        return;
    }
    if (duration_ms < (int64_t)key->min) {
        reader_error(reader, node, "'%s' must be longer than 0", key->name);
        reader_hint(reader, "leave the key out for none");
        return;
    }
    *(int64_t *)field = duration_ms;
}

void read_flag(struct reader *reader, const struct key *key, const struct node *node, void *field)
{
    struct scalar scalar = {.kind = SCALAR_NULL};
    if (node->kind == NODE_SCALAR)
        scalar = scalar_read(node);
    bool is_word = scalar.kind == SCALAR_TEXT && scalar.surprise == SURPRISE_WORD;
    if (scalar.kind == SCALAR_BOOL || is_word)
        *(bool *)field = scalar.boolean;
    else
        reader_refuse(reader, key, node);
}
