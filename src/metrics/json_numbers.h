/*
 * The numbers in a JSON value that somebody else wrote, with dotted names.
 *
 *     json_numbers_init(&numbers, strview_of("loss"), text);       {"train": 0.5, "val": {"top1":
 * 1}} while (json_numbers_next(&numbers, &name, &value))           loss.train 0.5, loss.val.top1 1
 *         use(name, value);
 *     json_numbers_release(&numbers);
 *
 * `NaN`, `Infinity` and `-Infinity` are numbers, bare or as texts. Texts, booleans, null, lists and
 * what has a name that begins with `_` are left out; so is what is nested deeper than
 * JSON_NUMBERS_DEPTH_MAX, and names longer than JSON_NUMBERS_NAME_MAX. Escapes in names stay as
 * they are. Damage ends it.
 *
 * Ownership: the text is borrowed; a name is valid until the next call.
 */
#ifndef SWEEP_METRICS_JSON_NUMBERS_H
#define SWEEP_METRICS_JSON_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "base/strview.h"

#define JSON_NUMBERS_DEPTH_MAX 8
#define JSON_NUMBERS_NAME_MAX  512 /* [bytes] */

struct json_numbers {
    const char *at;
    const char *end;
    struct strbuf name;
    size_t sizes[JSON_NUMBERS_DEPTH_MAX]; /* [depth] of the name around each object */
    size_t depth;
    bool is_done;
};

/** Start before a value. @param name  of the whole value */
void json_numbers_init(struct json_numbers *numbers, struct strview name, struct strview text);
void json_numbers_release(struct json_numbers *numbers);

/** Take the next number. */
bool json_numbers_next(struct json_numbers *numbers, struct strview *name, double *value);

/** Read a scalar; false when it is no number. */
bool json_numbers_read(struct strview text, double *value);

#endif
