/*
 * A growing text with a ceiling.
 *
 *     struct strbuf line;
 *     strbuf_init(&line, 4096);
 *     strbuf_printf(&line, "trial %d", n);
 *     puts(strbuf_text(&line));
 *     strbuf_release(&line);
 *
 * Past its ceiling a buffer keeps what fits and says `truncated`; it never grows with a runaway
 * input. The text is always NUL-terminated.
 */
#ifndef SWEEP_BASE_STRBUF_H
#define SWEEP_BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strview.h"
#include "sweep/error.h"

struct strbuf {
    char *data;  /* NULL while nothing was appended */
    size_t size; /* [bytes] without the final NUL */
    size_t capacity;
    size_t maximum; /* the ceiling [bytes] */
    bool truncated;
};

/** Start empty; allocates nothing. */
void strbuf_init(struct strbuf *buf, size_t maximum);

/** Free the contents and start empty again with the same ceiling. */
void strbuf_release(struct strbuf *buf);

/** Make it empty, keep its memory. */
void strbuf_reset(struct strbuf *buf);

void strbuf_append(struct strbuf *buf, const void *data, size_t size);
void strbuf_append_text(struct strbuf *buf, const char *text);
void strbuf_append_char(struct strbuf *buf, char c);
void strbuf_printf(struct strbuf *buf, const char *format, ...) SWEEP_PRINTF(2, 3);

/** The text; never NULL. Valid until the next change. */
const char *strbuf_text(const struct strbuf *buf);

struct strview strbuf_view(const struct strbuf *buf);

#endif
