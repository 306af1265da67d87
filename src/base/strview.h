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

/**
 * Take what comes before the first `end`, and `end` itself, from the front.
 *
 * @param[out] taken  without `end`; all of it where there is none
 * @return whether there was one
 */
bool strview_take(struct strview *rest, char end, struct strview *taken);

/** Whether `view` is exactly the C string `text`. */
bool strview_is(struct strview view, const char *text);

#endif
