/*
 * A table for a document: LaTeX or Markdown, whole, whatever its width.
 *
 * Names and texts come out as they are, with every sign that means something there escaped;
 * numbers in LaTeX stand in math mode, 1.5e-05 as 1.5 times a power of ten.
 */
#ifndef SWEEP_VIEW_EXPORT_DOCUMENT_TABLE_H
#define SWEEP_VIEW_EXPORT_DOCUMENT_TABLE_H

#include "base/strbuf.h"
#include "view/term/table.h"

/** Append a tabular environment. */
void document_table_append_latex(const struct table *table, struct strbuf *out);

/** Append a table as GitHub and Pandoc read it. */
void document_table_append_markdown(const struct table *table, struct strbuf *out);

#endif
