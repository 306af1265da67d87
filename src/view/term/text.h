/*
 * Text from elsewhere (YAML, a trial's output, file names) made fit for a screen.
 *
 *     text_append_safe(&line, strview_of(name));
 *
 * A trial must not be able to move the cursor, change the title or hide a line: control characters,
 * bidirectional overrides and broken UTF-8 come out as visible escapes such as \x1b and \u202e.
 */
#ifndef SWEEP_VIEW_TERM_TEXT_H
#define SWEEP_VIEW_TERM_TEXT_H

#include <stddef.h>

#include "base/strbuf.h"
#include "base/strview.h"

/** Append `text` with everything harmful escaped; a tab becomes a blank, a newline `\n`. */
void text_append_safe(struct strbuf *out, struct strview text);

/** The same for one piece of output that may have lines and tabs: these two are kept. A carriage
 * return ends a line too, so that the states of a progress bar stand below each other. */
void text_append_safe_lines(struct strbuf *out, struct strview text);

/** The same for what a trial printed: its colours (ESC [ ... m) are left out, not escaped. */
void text_append_safe_output(struct strbuf *out, struct strview text);

/**
 * The longest beginning of a piece of output that ends with a whole character and cuts no colour,
 * for output that comes in pieces; the rest belongs before the next piece.
 *
 * @return its length [bytes]; at most 32 less than there are
 */
size_t text_whole(struct strview text);

/** How many columns safe text takes on a screen: 2 for wide characters, 0 for combining ones. */
size_t text_width(struct strview text);

/**
 * The longest beginning of safe text that takes at most `columns`.
 *
 * @return its length [bytes]
 */
size_t text_fit(struct strview text, size_t columns);

/** Append safe text, or what fits of it with an ellipsis at the end: a number that was cut is not
 * taken for a whole one.
 *
 * @param columns  at least 3
 */
void text_append_cut(struct strbuf *out, struct strview text, size_t columns, bool utf8);

#endif
