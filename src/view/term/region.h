/*
 * A few lines at the bottom of the screen that are drawn anew in place; what is printed in between
 * scrolls away above them, so nothing is lost and the scrollback stays readable.
 *
 *     region_draw(&region, strbuf_view(&lines), &out);      the lines
 *     region_erase(&region, &out);                          before anything else is printed
 *
 * The cursor always stands below the region at the start of a line: a program that is killed leaves
 * a usable screen. Lines must be narrower than the screen. Only three sequences are used: cursor
 * up, erase below, and synchronised update, which terminals that do not know it ignore.
 */
#ifndef SWEEP_VIEW_TERM_REGION_H
#define SWEEP_VIEW_TERM_REGION_H

#include <stddef.h>

#include "base/strbuf.h"
#include "base/strview.h"

/** Zeroed: nothing is on the screen. */
struct region {
    size_t height; /* lines that are on the screen */
};

/**
 * The screen has become narrower: terminals wrap what is on it, so that it takes more lines.
 *
 * @param lines  as they were drawn last
 * @param width  of the screen now [columns], at least 1
 */
void region_reflow(struct region *region, struct strview lines, size_t width);

/** Append what takes the region off the screen; nothing where it is not there. */
void region_erase(struct region *region, struct strbuf *out);

/**
 * Append what draws it, in place of what is there.
 *
 * @param lines  each ends with a newline
 */
void region_draw(struct region *region, struct strview lines, struct strbuf *out);

#endif
