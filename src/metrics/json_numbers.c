/*
 * A walk through a JSON value; see json_numbers.h. Not for judging whether it is JSON.
 */
#include "metrics/json_numbers.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"

static const struct {
    const char *text;
    double value;
} not_finite[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};

void json_numbers_init(struct json_numbers *numbers, struct strview name, struct strview text)
{
    *numbers = (struct json_numbers){.at = text.data, .end = text.data + text.size};
    strbuf_init(&numbers->name, JSON_NUMBERS_NAME_MAX);
    strbuf_append(&numbers->name, name.data, name.size);
}

void json_numbers_release(struct json_numbers *numbers)
{
    strbuf_release(&numbers->name);
}

static struct strview unquote(struct strview text)
{
    if (text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"')
        return (struct strview){text.data + 1, text.size - 2};
    return text;
}

bool json_numbers_read(struct strview text, double *value)
{
    struct strview bare = unquote(text);
    for (size_t i = 0; i < ARRAY_LENGTH(not_finite); i++)
        if (strview_is(bare, not_finite[i].text)) {
            *value = not_finite[i].value;
            return true;
        }
    const char *digit = text.data + (text.size > 1 && text.data[0] == '-');
    return text.size > 0 && *digit >= '0' && *digit <= '9' &&
           number_parse_double(text, value) == NUMBER_OK;
}

static bool at_one_of(const struct json_numbers *numbers, const char *set)
{
    return numbers->at < numbers->end && *numbers->at != '\0' && strchr(set, *numbers->at) != NULL;
}

static void skip_all(struct json_numbers *numbers, const char *set)
{
    while (at_one_of(numbers, set))
        numbers->at++;
}

/* A text with its quotes, or what there is of it. */
static struct strview take_text(struct json_numbers *numbers)
{
    const char *start = numbers->at++;
    while (numbers->at < numbers->end && *numbers->at != '"')
        numbers->at += *numbers->at == '\\' && numbers->end - numbers->at > 1 ? 2 : 1;
    if (numbers->at < numbers->end)
        numbers->at++;
    return (struct strview){start, (size_t)(numbers->at - start)};
}

/* A list, or an object that is too deep: to its end. */
static void skip_nested(struct json_numbers *numbers)
{
    size_t depth = 0;
    do {
        if (at_one_of(numbers, "\"")) {
            (void)take_text(numbers);
            continue;
        }
        if (at_one_of(numbers, "[{"))
            depth++;
        else if (at_one_of(numbers, "]}"))
            depth--;
        numbers->at++;
    } while (depth > 0 && numbers->at < numbers->end);
}

static struct strview take_scalar(struct json_numbers *numbers)
{
    if (at_one_of(numbers, "\""))
        return take_text(numbers);
    const char *start = numbers->at;
    while (numbers->at < numbers->end && !at_one_of(numbers, ",}] \t\r\n"))
        numbers->at++;
    return (struct strview){start, (size_t)(numbers->at - start)};
}

static void cut_name(struct json_numbers *numbers, size_t size)
{
    numbers->name.size = size;
    numbers->name.truncated = false;
}

/* A member's name and the colon behind it. @return whether there is one */
static bool take_name(struct json_numbers *numbers)
{
    if (!at_one_of(numbers, "\""))
        return false;
    struct strview name = unquote(take_text(numbers));
    skip_all(numbers, " \t\r\n");
    if (!at_one_of(numbers, ":"))
        return false;
    skip_all(numbers, ": \t\r\n");
    cut_name(numbers, numbers->sizes[numbers->depth - 1]);
    strbuf_append_char(&numbers->name, '.');
    strbuf_append(&numbers->name, name.data, name.size);
    if (name.size == 0 || name.data[0] == '_')
        numbers->name.truncated = true; /* as one that is too long: it is left out */
    return numbers->at < numbers->end;
}

static bool can_enter(const struct json_numbers *numbers)
{
    return at_one_of(numbers, "{") && numbers->depth < JSON_NUMBERS_DEPTH_MAX &&
           !numbers->name.truncated;
}

/* A value. @return whether it is a number that counts */
static bool take_value(struct json_numbers *numbers, double *value)
{
    if (can_enter(numbers)) {
        numbers->at++;
        numbers->sizes[numbers->depth++] = numbers->name.size;
        return false;
    }
    if (at_one_of(numbers, "[{")) {
        skip_nested(numbers);
        return false;
    }
    return json_numbers_read(take_scalar(numbers), value) && !numbers->name.truncated;
}

/* In an object: to its next member, out of it at its end. @return whether there is one */
static bool find_member(struct json_numbers *numbers)
{
    skip_all(numbers, ", \t\r\n");
    while (numbers->depth > 0 && at_one_of(numbers, "}")) {
        numbers->depth--;
        numbers->at++;
        skip_all(numbers, ", \t\r\n");
    }
    return numbers->depth > 0 && take_name(numbers);
}

bool json_numbers_next(struct json_numbers *numbers, struct strview *name, double *value)
{
    bool found = false;
    bool is_first = numbers->depth == 0;
    skip_all(numbers, " \t\r\n");
    while (!found && !numbers->is_done) {
        if (numbers->at < numbers->end && (is_first || find_member(numbers)))
            found = take_value(numbers, value);
        else
            numbers->is_done = true;
        is_first = false;
    }
    numbers->is_done = numbers->is_done || numbers->depth == 0;
    *name = strbuf_view(&numbers->name);
    return found;
}
