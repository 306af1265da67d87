/*
 * A space for people: a line for each parameter, its kind, its values, and when it is active.
 */
#ifndef SWEEP_VIEW_TERM_SPACE_TABLE_H
#define SWEEP_VIEW_TERM_SPACE_TABLE_H

#include "base/strbuf.h"
#include "sweep/space.h"
#include "view/term/terminal.h"

/** Append the table. */
void space_table_append(const struct sweep_space *space, const struct terminal *terminal,
                        struct strbuf *out);

#endif
