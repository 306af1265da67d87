/*
 * Walking a map by a section of the key table, and the words in which mistakes are told. What
 * single keys take is read_*.c.
 */
#include "config/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"

/* A quoted message of ours is cut there. */
#define TEXT_MAX 700

static const struct key *find_key(const struct section *section, const char *name)
{
    for (size_t i = 0; i < section->count; i++)
        if (strcmp(section->keys[i].name, name) == 0)
            return &section->keys[i];
    return NULL;
}

static const char *nearest_key(const struct section *section, const char *name)
{
    const char *names[SECTION_KEYS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < section->count && count < SECTION_KEYS_MAX; i++)
        names[count++] = section->keys[i].name;
    return nearest_word(name, names, count);
}

/* The section whose key was put elsewhere: `timeout:` at the top of the file. */
static const struct section *find_other_section(const char *name)
{
    for (size_t i = 0; i < config_section.count; i++) {
        const struct section *other = config_section.keys[i].section;
        if (other != NULL && other != &parameter_section && find_key(other, name) != NULL)
            return other;
    }
    return NULL;
}

/* What others call by that name, and what does it here. */
static const struct {
    const struct section *section;
    const char *name;
    const char *hint;
} elsewhere[] = {
    {&slurm_section, "throttle",
     "'parallel' at the top of the file bounds the jobs that wait and run together"},
    {&slurm_section, "runner",
     "the runner is where `sweep run` is started, which may be in a job of its own"},
    {&slurm_section, "mem", "'resources.memory' is what each node gives"},
    {&slurm_section, "cpus_per_task", "'resources.cpus' is what each task gets"},
    {&slurm_section, "ntasks_per_node", "did you mean 'tasks_per_node'?"},
    {&slurm_section, "gpus_per_node", "'resources.gpus' is what each node gives"},
};

static const char *find_elsewhere(const struct section *section, const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(elsewhere); i++)
        if (elsewhere[i].section == section && strcmp(elsewhere[i].name, name) == 0)
            return elsewhere[i].hint;
    return NULL;
}

/* Say where the key may belong, and give back the key of this section that was probably meant. */
static const struct key *hint_key(struct reader *reader, const struct section *section,
                                  const char *name)
{
    const char *nearest = nearest_key(section, name);
    const struct section *other = find_other_section(name);
    const char *known = find_elsewhere(section, name);
    if (known != NULL) {
        reader_hint(reader, "%s", known);
        return NULL;
    }
    if (other != NULL && other != section) {
        reader_hint(reader, "it belongs under '%s:'", other->name);
        return NULL;
    }
    if (nearest != NULL) {
        reader_hint(reader, "did you mean '%s'?", nearest);
        return find_key(section, nearest);
    }
    if (name[strspn(name, "0123456789")] == '\0')
        reader_hint(reader, "a number has a decimal point, not a comma");
    else if (section != &config_section && find_key(&config_section, name) != NULL)
        reader_hint(reader, "it belongs at the top of the file");
    return NULL;
}

static const struct key *refuse_unknown(struct reader *reader, const struct section *section,
                                        const struct node *key)
{
    if (section == &config_section)
        reader_complain(reader, key, "unknown key '%s'", key->text);
    else
        reader_complain(reader, key, "unknown key '%s' in %s", key->text, section->title);
    const struct key *meant = reader_is_full(reader) ? NULL : hint_key(reader, section, key->text);
    return reader->is_lenient ? NULL : meant; /* Weights & Biases does not read it either */
}

static void read_key(struct reader *reader, const struct key *key, const struct node *name,
                     const struct node *value, void *target)
{
    switch (key->support) {
    case KEY_READY:
        key->read(reader, key, value, (char *)target + key->offset);
        break;
    case KEY_LATER:
        reader_error(reader, name, "'%s' (%s) is not supported yet by this version", key->name,
                     key->help);
        break;
    case KEY_FOREIGN:
        if (reader->foreign == NULL) {
            reader->foreign = arena_printf(reader->arena, "'%s' (%s)", key->name, key->help);
            reader->foreign_mark = name->mark;
        } else {
            reader->foreign = arena_printf(reader->arena, "%s, '%s'", reader->foreign, key->name);
        }
        break;
    }
}

/* A default is read as if it stood in the file, so that the table can hold it as it is documented.
 */
static void read_standard(struct reader *reader, const struct key *key, void *target)
{
    void *field = (char *)target + key->offset;
    if (key->standard != NULL) {
        const struct node node = {.kind = NODE_SCALAR, .text = key->standard};
        key->read(reader, key, &node, field);
    } else if (key->section != NULL) {
        reader_section(reader, key->section, NULL, field);
    }
}

void reader_section(struct reader *reader, const struct section *section, const struct node *map,
                    void *target)
{
    for (size_t i = 0; i < section->count; i++)
        if (map == NULL || node_find(map, section->keys[i].name) == NULL)
            read_standard(reader, &section->keys[i], target);
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        const struct key *key = find_key(section, map->keys[i]->text);
        if (key != NULL) {
            read_key(reader, key, map->keys[i], map->values[i], target);
            continue;
        }
        /* Read a misspelt key as what was meant: its value is checked too, and is not missing. */
        key = refuse_unknown(reader, section, map->keys[i]);
        if (key != NULL && key->support == KEY_READY && node_find(map, key->name) == NULL)
            read_key(reader, key, map->keys[i], map->values[i], target);
    }
}

void reader_refuse(struct reader *reader, const struct key *key, const struct node *node)
{
    reader_error(reader, node, "'%s' takes %s, not %s", key->name, key->takes, node_describe(node));
}

static void add(struct reader *reader, enum severity severity, const struct node *node,
                const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

static void add(struct reader *reader, enum severity severity, const struct node *node,
                const char *format, va_list arguments)
{
    char text[TEXT_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    diagnostics_add(reader->diagnostics, severity, node->mark, "%s", text);
}

void reader_error(struct reader *reader, const struct node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(reader, DIAGNOSTIC_ERROR, node, format, arguments);
    va_end(arguments);
}

void reader_complain(struct reader *reader, const struct node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(reader, reader->is_lenient ? DIAGNOSTIC_WARNING : DIAGNOSTIC_ERROR, node, format,
        arguments);
    va_end(arguments);
}

bool reader_is_full(const struct reader *reader)
{
    return reader->diagnostics->errors > DIAGNOSTICS_MAX;
}

void reader_warning(struct reader *reader, const struct node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(reader, DIAGNOSTIC_WARNING, node, format, arguments);
    va_end(arguments);
}

void reader_note_surprise(struct reader *reader, const struct node *node,
                          const struct scalar *scalar)
{
    static const struct {
        const char *reading;
        const char *hint;
    } rows[] = {
        [SURPRISE_EXPONENT] = {"a number; YAML 1.1 programs such as PyYAML take it for a text",
                               "with a dot and a signed exponent, as in 1.0e-5, all agree"},
        [SURPRISE_OCTAL] = {"a decimal number; YAML 1.1 programs such as PyYAML take it for octal",
                            "leave out the leading zero"},
        [SURPRISE_SEXAGESIMAL] = {"a text; YAML 1.1 programs such as PyYAML take it for a number "
                                  "to base 60",
                                  "in quotes it is a text for all"},
        [SURPRISE_UNDERSCORE] = {"a text; YAML 1.1 programs such as PyYAML take it for a number",
                                 "in quotes it is a text for all, without underscores a number"},
        [SURPRISE_WORD] = {"true or false, as in Weights & Biases",
                           "in quotes it is the word itself"},
    };
    unsigned bit = 1U << scalar->surprise;
    if (scalar->surprise == SURPRISE_NONE || (reader->noted & bit) != 0)
        return;
    reader->noted |= bit;
    diagnostics_add(reader->diagnostics, DIAGNOSTIC_NOTE, node->mark, "'%s' is read as %s",
                    scalar->text, rows[scalar->surprise].reading);
    reader_hint(reader, "%s", rows[scalar->surprise].hint);
}

/* Why a text that was meant to be a number is none. */
static const char *number_hint(const struct node *node, const struct scalar *scalar)
{
    struct node bare = *node;
    bare.quoted = false;
    enum scalar_kind kind = scalar_read(&bare).kind;
    if (scalar->kind == SCALAR_TEXT && (kind == SCALAR_INT || kind == SCALAR_REAL))
        return "without the quotes it is a number";
    if (scalar->kind == SCALAR_TEXT && strchr(scalar->text, ',') != NULL)
        return "a number has a decimal point, not a comma";
    if (scalar->kind == SCALAR_TEXT && strchr(scalar->text, '_') != NULL)
        return "a number has no underscores";
    return NULL;
}

bool reader_number(struct reader *reader, const struct node *node, const char *what,
                   struct scalar *out)
{
    if (node->kind != NODE_SCALAR) {
        reader_error(reader, node, "'%s' takes a number, not %s", what, node_describe(node));
        return false;
    }
    *out = scalar_read(node);
    if (out->kind == SCALAR_INT || (out->kind == SCALAR_REAL && isfinite(out->real))) {
        reader_note_surprise(reader, node, out);
        return true;
    }
    if (out->kind == SCALAR_REAL)
        reader_error(reader, node, "'%s' must be a finite number", what);
    else if (out->kind == SCALAR_TOO_LARGE)
        reader_error(reader, node, "'%s' is too large a number to hold", what);
    else
        reader_error(reader, node, "'%s' takes a number, not %s", what, node_describe(node));
    const char *hint = number_hint(node, out);
    if (hint != NULL)
        reader_hint(reader, "%s", hint);
    return false;
}

bool reader_is_word(const char *text)
{
    size_t size = 0;
    for (; text[size] != '\0'; size++)
        if ((unsigned char)text[size] < 0x20 || text[size] == 0x7F || size == READER_WORD_MAX)
            return false;
    return size > 0;
}
