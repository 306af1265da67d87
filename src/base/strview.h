/*
 * A piece of somebody else's text: a pointer and a length, NUL bytes allowed.
 *
 * Ownership: borrowed; valid as long as the text it points into.
 */
#ifndef SWEEP_BASE_STRVIEW_H
#define SWEEP_BASE_STRVIEW_H

#include <stdbool.h>
#include <stddef.h>

struct strview {
    const char *data;
    size_t size; /* [bytes] */
};

/** View a whole C string. */
struct strview strview_of(const char *text);

bool strview_equal(struct strview a, struct strview b);

/** Whether `view` is exactly the C string `text`. */
bool strview_is(struct strview view, const char *text);

#endif
