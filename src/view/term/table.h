/*
 * A table that fits the screen.
 *
 *     static const struct table_column COLUMNS[] = {{"trial", .right = true}, {"state"}, ...};
 *     struct table table;
 *     table_init(&table, COLUMNS, 2);
 *     table_cell(&table, TABLE_PLAIN, "%d", 12);
 *     table_cell(&table, TABLE_BAD, "failed");
 *     table_format(&table, &terminal, &out);
 *     table_release(&table);
 *
 * Cells are filled row by row. Where the screen is too narrow, columns with a `rank` above 1 are
 * left out, the highest first; then what is long is cut; then those of rank 1 are left out too. A
 * line below names what was.
 *
 * Ownership: columns are borrowed; cells are copied, with harmful characters escaped.
 */
#ifndef SWEEP_VIEW_TERM_TABLE_H
#define SWEEP_VIEW_TERM_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/strview.h"
#include "sweep/error.h"
#include "view/term/terminal.h"

enum table_style {
    TABLE_PLAIN,
    TABLE_STRONG,
    TABLE_FAINT,
    TABLE_BAD
};

struct table_column {
    const char *title;
    bool right;    /* aligned to the right */
    unsigned rank; /* 0: always shown; else the higher, the sooner it is left out */
};

struct table_cell {
    const char *text;
    size_t width;
    enum table_style style;
};

struct table {
    const struct table_column *columns; /* [column_count] */
    size_t column_count;
    struct table_cell *cells; /* [cell_count] row by row, the titles first */
    size_t cell_count;
    size_t capacity;
    struct arena arena;
};

void table_init(struct table *table, const struct table_column *columns, size_t count);
void table_release(struct table *table);

/** Fill the next cell. */
void table_cell(struct table *table, enum table_style style, const char *format, ...)
    SWEEP_PRINTF(3, 4);

/** The same for a text that is there already. */
void table_text(struct table *table, enum table_style style, struct strview text);

/** How many columns it takes on a screen that is wide enough. */
size_t table_width(const struct table *table);

/** Append the table; an unfinished last row is left out. */
void table_format(const struct table *table, const struct terminal *terminal, struct strbuf *out);

#endif
