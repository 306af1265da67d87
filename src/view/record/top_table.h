/*
 * The ranking as a table, of one or of several sweeps side by side.
 */
#ifndef SWEEP_VIEW_RECORD_TOP_TABLE_H
#define SWEEP_VIEW_RECORD_TOP_TABLE_H

#include "view/record/selection.h"
#include "view/term/terminal.h"

enum top_table_form {
    TOP_TABLE_SCREEN, /* fits the terminal */
    TOP_TABLE_LATEX,  /* both: whole, and without states where all are complete */
    TOP_TABLE_MARKDOWN
};

/** Append the table of selected trials. @param records  [count] from which they come */
void top_table_append(const struct selection *selection, struct record *records, size_t count,
                      enum top_table_form form, const struct terminal *terminal,
                      struct strbuf *out);

#endif
