/*
 * One assignment of parameters, to JSON and back.
 *
 * The kind of each value survives: an integer is written without point or exponent, a real with
 * one of them. Not for what a command line gets: see config/command.h.
 */
#include "json/params.h"

#include <jansson.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

/* The end of JSON's -?(0|[1-9][0-9]*), or NULL. */
static const char *skip_integer(const char *text)
{
    if (*text == '-')
        text++;
    if (*text == '0')
        return text + 1;
    return is_digit(*text) ? skip_digits(text) : NULL;
}

/* The end of an optional ".digits", or NULL when the digits are missing. */
static const char *skip_fraction(const char *text)
{
    if (*text != '.')
        return text;
    return is_digit(text[1]) ? skip_digits(text + 1) : NULL;
}

/* The end of an optional exponent, or NULL when its digits are missing. */
static const char *skip_exponent(const char *text)
{
    if (*text != 'e' && *text != 'E')
        return text;
    text++;
    if (*text == '+' || *text == '-')
        text++;
    return is_digit(*text) ? skip_digits(text) : NULL;
}

/* Whether a YAML number's spelling is JSON, and would be read as the same kind. */
static bool can_keep(const char *text, enum sweep_value_kind kind)
{
    const char *whole = text ? skip_integer(text) : NULL;
    const char *end = whole ? skip_fraction(whole) : NULL;

    end = end ? skip_exponent(end) : NULL;
    return end && *end == '\0' && (end == whole) == (kind == SWEEP_VALUE_INT);
}

static void write_value(struct json_writer *writer, const struct sweep_value *value)
{
    switch (value->kind) {
    case SWEEP_VALUE_NONE:
    case SWEEP_VALUE_NULL:
        json_put_null(writer);
        break;
    case SWEEP_VALUE_BOOL:
        json_put_boolean(writer, value->boolean);
        break;
    case SWEEP_VALUE_INT:
        if (can_keep(value->text, value->kind))
            json_put_raw(writer, value->text);
        else
            json_put_integer(writer, value->integer);
        break;
    case SWEEP_VALUE_REAL:
        if (can_keep(value->text, value->kind))
            json_put_raw(writer, value->text);
        else
            json_put_real(writer, value->real);
        break;
    case SWEEP_VALUE_TEXT:
        json_put_string(writer, value->text);
        break;
    }
}

/* The value as the space lists it, with the YAML's spelling; else a copy. */
static struct sweep_value settle(struct arena *arena, const struct sweep_parameter *parameter,
                                 struct sweep_value value)
{
    for (size_t i = 0; i < parameter->choice_count; i++)
        if (sweep_value_equal(&parameter->choices[i], &value))
            return parameter->choices[i];
    if (value.text)
        value.text = arena_strdup(arena, value.text);
    return value;
}

/* --- our own spelling ------------------------------------------------------------------------- */

/* What params_write() wrote is read here without the library, which takes five times as long: a
 * ranking may have to look at the params of 100,000 trials. Everything that is spelled in any other
 * way, and all damage, is the library's. */

static bool scan_number(const char **at, struct sweep_value *out)
{
    const char *start = *at;
    const char *whole = skip_integer(start);
    const char *end = whole ? skip_fraction(whole) : NULL;

    end = end ? skip_exponent(end) : NULL;
    if (!end)
        return false;
    struct strview text = {start, (size_t)(end - start)};

    *at = end;
    out->kind = end == whole ? SWEEP_VALUE_INT : SWEEP_VALUE_REAL;
    return (end == whole ? number_parse_int64(text, &out->integer)
                         : number_parse_double(text, &out->real)) == NUMBER_OK;
}

static bool scan_word(const char **at, struct sweep_value *out)
{
    static const struct {
        const char *word;
        size_t size;
        struct sweep_value value;
    } words[] = {{"null", 4, {.kind = SWEEP_VALUE_NULL}},
                 {"true", 4, {.kind = SWEEP_VALUE_BOOL, .boolean = true}},
                 {"false", 5, {.kind = SWEEP_VALUE_BOOL}}};

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strncmp(*at, words[i].word, words[i].size) == 0) {
            *at += words[i].size;
            *out = words[i].value;
            return true;
        }
    return false;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* A text without escapes; `at` is behind its first quote. */
static bool scan_text(struct arena *arena, const struct sweep_parameter *parameter, const char **at,
                      struct sweep_value *out)
{
    const char *start = *at;
    size_t size = 0;

    while (is_plain(start[size]))
        size++;
    if (start[size] != '"')
        return false;
    *at = start + size + 1;
    for (size_t i = 0; i < parameter->choice_count; i++) {
        const struct sweep_value *choice = &parameter->choices[i];

        if (choice->kind == SWEEP_VALUE_TEXT && strncmp(choice->text, start, size) == 0 &&
            choice->text[size] == '\0') {
            *out = *choice;
            return true;
        }
    }
    out->kind = SWEEP_VALUE_TEXT;
    out->text = arena_copy(arena, (struct strview){start, size});
    return true;
}

static bool scan_value(struct arena *arena, const struct sweep_parameter *parameter,
                       const char **at, struct sweep_value *out)
{
    *out = (struct sweep_value){0};
    if (**at == '"') {
        (*at)++;
        return scan_text(arena, parameter, at, out);
    }
    if (!scan_number(at, out) && !scan_word(at, out))
        return false;
    *out = settle(arena, parameter, *out);
    return true;
}

/* Go behind `"name":`, if that comes next. */
static bool scan_key(const char **at, const char *name)
{
    const char *text = *at;

    if (*text++ != '"')
        return false;
    for (; *name; name++, text++)
        if (*text != *name || !is_plain(*name))
            return false;
    if (text[0] != '"' || text[1] != ':')
        return false;
    *at = text + 2;
    return true;
}

/* @return false where it is spelled in another way: then `params` are not all set */
static bool scan_object(struct arena *arena, const struct sweep_space *space, const char *text,
                        struct sweep_value *params)
{
    bool is_first = true;

    if (*text++ != '{')
        return false;
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        const char *at = is_first ? text : text + 1;

        params[i] = (struct sweep_value){0};
        if ((!is_first && *text != ',') || !scan_key(&at, parameter->name))
            continue;
        if (!scan_value(arena, parameter, &at, &params[i]))
            return false;
        text = at;
        is_first = false;
    }
    return text[0] == '}' && text[1] == '\0';
}

/* --- by the library --------------------------------------------------------------------------- */

/* A JSON value as ours; its text is still the library's. @return false for arrays and objects */
static bool convert(const json_t *json, struct sweep_value *out)
{
    *out = (struct sweep_value){0};
    switch (json_typeof(json)) {
    case JSON_NULL:
        out->kind = SWEEP_VALUE_NULL;
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        out->kind = SWEEP_VALUE_BOOL;
        out->boolean = json_is_true(json);
        return true;
    case JSON_INTEGER:
        out->kind = SWEEP_VALUE_INT;
        out->integer = json_integer_value(json);
        return true;
    case JSON_REAL:
        out->kind = SWEEP_VALUE_REAL;
        out->real = json_real_value(json);
        return true;
    case JSON_STRING:
        out->kind = SWEEP_VALUE_TEXT;
        out->text = json_string_value(json);
        return true;
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    return false;
}

static bool is_known(const struct sweep_space *space, const char *name)
{
    for (size_t i = 0; i < sweep_space_count(space); i++)
        if (strcmp(sweep_space_parameter(space, i)->name, name) == 0)
            return true;
    return false;
}

static bool check_names(const struct sweep_space *space, json_t *object, struct sweep_error *err)
{
    for (void *item = json_object_iter(object); item; item = json_object_iter_next(object, item))
        if (!is_known(space, json_object_iter_key(item)))
            return sweep_error_set(err, SWEEP_DATABASE,
                                   "the stored parameters name '%s', which the space does not have",
                                   json_object_iter_key(item));
    return true;
}

static bool read_object(struct arena *arena, const struct sweep_space *space, json_t *object,
                        struct sweep_value *params, struct sweep_error *err)
{
    if (!check_names(space, object, err))
        return false;
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        const json_t *json = json_object_get(object, parameter->name);
        struct sweep_value value = {0};

        if (json && !convert(json, &value))
            return sweep_error_set(err, SWEEP_DATABASE,
                                   "the stored value of parameter '%s' is a list or an object, "
                                   "expected a number, a text, true, false or null",
                                   parameter->name);
        params[i] = settle(arena, parameter, value);
    }
    return true;
}

void params_write(struct json_writer *writer, const struct sweep_space *space,
                  const struct sweep_value *params)
{
    params_write_first(writer, space, params, sweep_space_count(space));
}

void params_write_first(struct json_writer *writer, const struct sweep_space *space,
                        const struct sweep_value *params, size_t count)
{
    json_begin_object(writer);
    for (size_t i = 0; i < count; i++) {
        if (params[i].kind == SWEEP_VALUE_NONE)
            continue;
        json_key(writer, sweep_space_parameter(space, i)->name);
        write_value(writer, &params[i]);
    }
    json_end_object(writer);
}

bool params_read(struct arena *arena, const struct sweep_space *space, const char *text,
                 struct sweep_value *params, struct sweep_error *err)
{
    if (scan_object(arena, space, text, params))
        return true;

    json_error_t fault;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    bool done = false;

    if (!object)
        sweep_error_set(err, SWEEP_DATABASE, "the stored parameters are damaged at byte %d: %s",
                        fault.position, fault.text);
    else if (!json_is_object(object))
        sweep_error_set(err, SWEEP_DATABASE, "the stored parameters are not a JSON object");
    else
        done = read_object(arena, space, object, params, err);
    json_decref(object);
    return done;
}
