/*
 * JSON: writing into a strbuf, and reading by the library.
 *
 *     json_begin_object(&w);
 *     json_member_integer(&w, "trial", 12);
 *     json_end_object(&w);
 *
 * Non-finite reals are written as the strings "nan", "inf", "-inf"; bytes that are not UTF-8 as
 * U+FFFD. Reading is jansson's, which this room alone includes; jansson has a json_string() and
 * kin of its own, so ours say json_put_.
 *
 * Ownership: the writer borrows the buffer; what is read lives in the arena.
 */
#ifndef SWEEP_JSON_JSON_H
#define SWEEP_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define JSON_DEPTH_MAX 32

struct json_writer {
    struct strbuf *out;
    size_t depth;
    bool has_items[JSON_DEPTH_MAX];
    bool after_key;
};

void json_init(struct json_writer *writer, struct strbuf *out);
void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);
void json_key(struct json_writer *writer, const char *key);
void json_put_string(struct json_writer *writer, const char *text); /* NULL writes null */
void json_put_string_view(struct json_writer *writer, struct strview text);
void json_put_integer(struct json_writer *writer, int64_t value);
void json_put_unsigned(struct json_writer *writer, uint64_t value);
void json_put_real(struct json_writer *writer, double value); /* shortest form that reads back */
void json_put_boolean(struct json_writer *writer, bool value);
void json_put_null(struct json_writer *writer);
void json_put_raw(struct json_writer *writer, const char *text); /* a value that is JSON already */

/** A key and its value. */
void json_member_string(struct json_writer *writer, const char *key, const char *text);
void json_member_string_view(struct json_writer *writer, const char *key, struct strview text);
void json_member_integer(struct json_writer *writer, const char *key, int64_t value);
void json_member_unsigned(struct json_writer *writer, const char *key, uint64_t value);
void json_member_real(struct json_writer *writer, const char *key, double value);
void json_member_boolean(struct json_writer *writer, const char *key, bool value);

#endif
