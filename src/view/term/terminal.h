/*
 * What the screen can do. The command line finds out and passes it down; nothing here asks the
 * environment.
 */
#ifndef SWEEP_VIEW_TERM_TERMINAL_H
#define SWEEP_VIEW_TERM_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
    size_t width;  /* [columns]; 0: not a screen, lines may be as long as they like */
    size_t height; /* [lines]; 0: not known */
    bool colour;
    bool utf8;    /* more than ASCII can be shown */
    bool redraws; /* a screen on which lines can be drawn anew */
};

#endif
