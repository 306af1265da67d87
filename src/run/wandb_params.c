/*
 * Parameters as JSON in the form of wandb, and JSON as YAML 1.1. Not for writing the file.
 */
#include "run/wandb_params.h"

#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "space/nesting.h"
#include "space/space.h"
#include "json/json.h"
#include "json/params.h"

/* Characters that YAML 1.1 refuses, or takes for the end of a line, also between quotes. Those from
 * U+0080 to U+009F are too: C2 and a byte below A0. */
static const struct {
    const char *bytes;
    const char *escape;
} escapes[] = {
    {"\x7f", "\\u007f"},         {"\xe2\x80\xa8", "\\u2028"}, {"\xe2\x80\xa9", "\\u2029"},
    {"\xef\xbb\xbf", "\\ufeff"}, {"\xef\xbf\xbe", "\\ufffe"}, {"\xef\xbf\xbf", "\\uffff"},
};

/* Escape the character at the start of `text` if it needs it. @return its size, or 0 */
static size_t escape_character(struct strview text, struct strbuf *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(escapes); i++) {
        size_t size = strlen(escapes[i].bytes);
        if (size <= text.size && memcmp(text.data, escapes[i].bytes, size) == 0) {
            strbuf_append_text(out, escapes[i].escape);
            return size;
        }
    }
    if (text.size < 2 || text.data[0] != '\xc2' || (unsigned char)text.data[1] >= 0xa0)
        return 0;
    strbuf_printf(out, "\\u00%02x", (unsigned)(unsigned char)text.data[1]);
    return 2;
}

/* Append the string that `json` starts with. @return its size */
static size_t respell_string(struct strview json, struct strbuf *out)
{
    size_t at = 1;
    strbuf_append_char(out, '"');
    while (at < json.size && json.data[at] != '"') {
        struct strview rest = {json.data + at, json.size - at};
        size_t size = escape_character(rest, out);
        if (size == 0) {
            size = rest.data[0] == '\\' && rest.size > 1 ? 2 : 1;
            strbuf_append(out, rest.data, size);
        }
        at += size;
    }
    strbuf_append_char(out, '"');
    return at < json.size ? at + 1 : at;
}

/* Append the number that `json` starts with: where it has an exponent, with a point and a sign. */
static size_t respell_number(struct strview json, struct strbuf *out)
{
    size_t size = 0;
    bool has_point = false;
    for (; size < json.size && strchr("+-.0123456789eE", json.data[size]) != NULL; size++) {
        char c = json.data[size];
        bool is_exponent = c == 'e' || c == 'E';
        has_point = has_point || c == '.';
        if (is_exponent && !has_point)
            strbuf_append_text(out, ".0");
        strbuf_append_char(out, c);
        if (is_exponent && size + 1 < json.size && json.data[size + 1] != '-' &&
            json.data[size + 1] != '+')
            strbuf_append_char(out, '+');
    }
    return size;
}

void wandb_params_respell(struct strview json, struct strbuf *out)
{
    while (json.size > 0) {
        size_t size = 1;
        char c = json.data[0];
        if (c == '"')
            size = respell_string(json, out);
        else if (c == '-' || (c >= '0' && c <= '9'))
            size = respell_number(json, out);
        else
            strbuf_append_char(out, c);
        json.data += size;
        json.size -= size;
    }
}

static void write_params(struct json_writer *w, const struct sweep_items *items)
{
    json_begin_object(w);
    json_member_integer(w, "wandb_version", 1);
    for (size_t i = 0; i < items->count; i++) {
        json_key(w, items->names[i]);
        json_begin_object(w);
        json_key(w, "value");
        params_write_value(w, &items->values[i]);
        json_end_object(w);
    }
    json_end_object(w);
}

void wandb_params_format(const struct sweep_space *space, const struct sweep_value *params,
                         struct strbuf *out)
{
    struct arena arena = {0};
    struct strbuf json;
    struct json_writer writer;
    const struct sweep_value all = nesting_gather(&arena, space, params, space_told_count(space));
    strbuf_init(&json, out->maximum);
    json_init(&writer, &json);
    write_params(&writer, all.items);
    wandb_params_respell(strbuf_view(&json), out);
    strbuf_append_char(out, '\n');
    strbuf_release(&json);
    arena_release(&arena);
}
