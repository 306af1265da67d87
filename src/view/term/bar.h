/*
 * A bar that says how much of something is done.
 */
#ifndef SWEEP_VIEW_TERM_BAR_H
#define SWEEP_VIEW_TERM_BAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

/**
 * Append a bar.
 *
 * @param share  of it that is full [0, 1]
 * @param width  [columns]
 * @param utf8   eighths of a block; else `#` and `.`
 */
void bar_append(double share, size_t width, bool utf8, struct strbuf *out);

#endif
