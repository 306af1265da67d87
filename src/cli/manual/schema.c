/*
 * Writes the schema, in draft 07, which editors know best. All facts are the tables'.
 */
#include "cli/manual/schema.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "config/key.h"
#include "sweep/strategy.h"
#include "json/json.h"

static void put(struct json_writer *w, const char *key, const char *text)
{
    json_member_string(w, key, text);
}

static void write_description(struct json_writer *w, const struct key *key)
{
    struct strbuf text;
    strbuf_init(&text, 4096);
    strbuf_append_text(&text, key->help);
    if (key->takes != NULL)
        strbuf_printf(&text, "; takes %s", key->takes);
    if (key->standard != NULL)
        strbuf_printf(&text, "; left out: %s", key->standard);
    put(w, "description", strbuf_text(&text));
    strbuf_release(&text);
}

static void write_keys(struct json_writer *w, const struct section *section);

/* A map: of known keys, of parameters, or of names that the person chooses. */
static void write_map(struct json_writer *w, const struct key *key)
{
    if (key->section == NULL)
        return;
    if (key->section != &parameter_section) {
        write_keys(w, key->section);
        return;
    }
    json_member_integer(w, "minProperties", 1);
    json_key(w, "additionalProperties");
    json_begin_object(w);
    put(w, "type", "object");
    write_keys(w, key->section);
    json_end_object(w);
}

static void write_range(struct json_writer *w, const struct key *key)
{
    if (key->max == 0)
        return;
    json_member_unsigned(w, "minimum", key->min);
    json_member_unsigned(w, "maximum", key->max);
}

static void write_words(struct json_writer *w, const char *const *words)
{
    json_begin_object(w);
    json_key(w, "enum");
    json_begin_array(w);
    for (; *words != NULL; words++)
        json_put_string(w, *words);
    json_end_array(w);
    json_end_object(w);
}

/* The names of methods are in a table of their own. */
static void write_methods(struct json_writer *w)
{
    json_begin_object(w);
    json_key(w, "enum");
    json_begin_array(w);
    json_put_string(w, "auto");
    for (const struct sweep_strategy *const *row = sweep_strategies(); *row != NULL; row++)
        json_put_string(w, (*row)->name);
    json_end_array(w);
    json_end_object(w);
}

/* One alternative for each form that the value may have. */
static void write_forms(struct json_writer *w, const struct key *key)
{
    static const struct {
        unsigned bit;
        const char *type;
    } TYPES[] = {
        {KEY_TEXT, "string"}, {KEY_NUMBER, "number"}, {KEY_WHOLE, "integer"}, {KEY_FLAG, "boolean"},
        {KEY_NULL, "null"},   {KEY_LIST, "array"},    {KEY_MAP, "object"},
    };
    if (key->words != NULL)
        write_words(w, key->words);
    if (strcmp(key->name, "method") == 0)
        write_methods(w);
    for (size_t i = 0; i < ARRAY_LENGTH(TYPES); i++) {
        if ((key->accepts & TYPES[i].bit) == 0)
            continue;
        json_begin_object(w);
        put(w, "type", TYPES[i].type);
        if (TYPES[i].bit == KEY_WHOLE)
            write_range(w, key);
        if (TYPES[i].bit == KEY_MAP)
            write_map(w, key);
        json_end_object(w);
    }
}

static void write_key(struct json_writer *w, const struct key *key)
{
    json_key(w, key->name);
    json_begin_object(w);
    write_description(w, key);
    if (key->support == KEY_READY) {
        json_key(w, "anyOf");
        json_begin_array(w);
        write_forms(w, key);
        json_end_array(w);
    }
    json_end_object(w);
}

/* A command, or a program to make one of. */
static void write_either(struct json_writer *w)
{
    static const char *const KEYS[] = {"command", "program"};

    json_key(w, "anyOf");
    json_begin_array(w);
    for (size_t i = 0; i < ARRAY_LENGTH(KEYS); i++) {
        json_begin_object(w);
        json_key(w, "required");
        json_begin_array(w);
        json_put_string(w, KEYS[i]);
        json_end_array(w);
        json_end_object(w);
    }
    json_end_array(w);
}

/* What must be there: `name` in a metric, parameters in the file. */
static void write_required(struct json_writer *w, const struct section *section)
{
    static const struct {
        const char *section;
        const char *key;
    } REQUIRED[] = {{"metric", "name"}, {"", "parameters"}};

    json_key(w, "required");
    json_begin_array(w);
    for (size_t i = 0; i < ARRAY_LENGTH(REQUIRED); i++)
        if (strcmp(REQUIRED[i].section, section->name) == 0)
            json_put_string(w, REQUIRED[i].key);
    json_end_array(w);
}

static void write_keys(struct json_writer *w, const struct section *section)
{
    json_key(w, "properties");
    json_begin_object(w);
    for (size_t i = 0; i < section->count; i++)
        if (section->keys[i].support != KEY_LATER)
            write_key(w, &section->keys[i]);
    json_end_object(w);
    write_required(w, section);
    if (section == &config_section)
        write_either(w);
    json_member_boolean(w, "additionalProperties", false);
}

void schema_append(struct strbuf *out)
{
    struct json_writer w;

    json_init(&w, out);
    json_begin_object(&w);
    put(&w, "$schema", "http://json-schema.org/draft-07/schema#");
    put(&w, "title", "A sweep of sweep " SWEEP_VERSION);
    put(&w, "type", "object");
    write_keys(&w, &config_section);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}
