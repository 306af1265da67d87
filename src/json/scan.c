/*
 * Flat objects of plain values, as params_write() spells them. Whatever is spelled in any other
 * way, nested parameters, lists and maps, and all damage, is the library's: see params.c.
 */
#include "json/scan.h"

#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "json/spelling.h"

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

static bool scan_number(const char **at, struct sweep_value *out)
{
    const char *start = *at;
    bool is_whole;
    const char *end = spelling_end(start, &is_whole);

    if (!end)
        return false;
    struct strview text = {start, (size_t)(end - start)};

    *at = end;
    out->kind = is_whole ? SWEEP_VALUE_INT : SWEEP_VALUE_REAL;
    return (is_whole ? number_parse_int64(text, &out->integer)
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

bool scan_params(struct arena *arena, const struct sweep_space *space, const char *text,
                 struct sweep_value *params)
{
    bool is_first = true;

    if (*text++ != '{')
        return false;
    for (size_t i = 0; i < sweep_space_count(space); i++) {
        const struct sweep_parameter *parameter = sweep_space_parameter(space, i);
        const char *at = is_first ? text : text + 1;

        params[i] = (struct sweep_value){0};
        if (parameter->path != NULL)
            return false;
        if ((!is_first && *text != ',') || !scan_key(&at, parameter->name))
            continue;
        if (!scan_value(arena, parameter, &at, &params[i]))
            return false;
        text = at;
        is_first = false;
    }
    return text[0] == '}' && text[1] == '\0';
}
