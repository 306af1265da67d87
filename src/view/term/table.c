/*
 * Lays out a table for a screen. Not for exports: these are never cut.
 */
#include "view/term/table.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "sweep/mem.h"
#include "view/term/text.h"

#define CELL_MAX   1024 /* [bytes] */
#define GAP        2    /* [columns] between two cells */
#define WIDTH_MIN  4    /* a cell is not cut below this */
#define WIDTH_LOW  10   /* nor below this while a column can be left out instead */
#define WIDTH_FAIR 24   /* nor below this while one of a rank above 1 can be left out instead */

static const char *const COLOURS[] = {
    [TABLE_PLAIN] = "",
    [TABLE_STRONG] = "\x1b[1m",
    [TABLE_FAINT] = "\x1b[2m",
    [TABLE_BAD] = "\x1b[31m",
};

/* The layout of one table_format(): a width of 0 leaves a column out. */
struct layout {
    size_t *widths; /* [column_count] */
    size_t total;
    size_t left_out;
};

static size_t row_count(const struct table *table)
{
    return table->column_count == 0 ? 0 : table->cell_count / table->column_count;
}

static void measure(const struct table *table, struct layout *layout)
{
    for (size_t row = 0; row < row_count(table); row++) {
        for (size_t i = 0; i < table->column_count; i++) {
            size_t width = table->cells[row * table->column_count + i].width;
            layout->widths[i] = width > layout->widths[i] ? width : layout->widths[i];
        }
    }
    for (size_t i = 0; i < table->column_count; i++) {
        layout->widths[i] = layout->widths[i] > 0 ? layout->widths[i] : 1;
        layout->total += layout->widths[i] + (i > 0 ? GAP : 0);
    }
}

/* Leave out the column of the highest rank from `least` on, the rightmost of equals. */
static bool leave_one_out(const struct table *table, struct layout *layout, unsigned least)
{
    size_t chosen = table->column_count;
    unsigned highest = least;
    for (size_t i = 0; i < table->column_count; i++) {
        if (layout->widths[i] > 0 && table->columns[i].rank >= highest) {
            chosen = i;
            highest = table->columns[i].rank;
        }
    }
    if (chosen == table->column_count)
        return false;
    layout->total -= layout->widths[chosen] + GAP;
    layout->widths[chosen] = 0;
    layout->left_out++;
    return true;
}

/* Take one character off the widest column, unless it has only `least`. */
static bool narrow(const struct table *table, struct layout *layout, size_t least)
{
    size_t widest = 0;
    for (size_t i = 1; i < table->column_count; i++)
        widest = layout->widths[i] > layout->widths[widest] ? i : widest;
    if (layout->widths[widest] <= least)
        return false;
    layout->widths[widest]--;
    layout->total--;
    return true;
}

static void pad(struct strbuf *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        strbuf_append_char(out, ' ');
}

static void append_cell(const struct table_cell *cell, size_t width,
                        const struct terminal *terminal, struct strbuf *out)
{
    bool styled = terminal->colour && cell->style != TABLE_PLAIN;
    if (styled)
        strbuf_append_text(out, COLOURS[cell->style]);
    text_append_cut(out, strview_of(cell->text), width, terminal->utf8);
    if (styled)
        strbuf_append_text(out, "\x1b[0m");
}

static void append_row(const struct table *table, const struct layout *layout, size_t row,
                       const struct terminal *terminal, struct strbuf *out)
{
    size_t blanks = 0; /* owed before the next cell, so that no line ends in them */
    for (size_t i = 0; i < table->column_count; i++) {
        size_t width = layout->widths[i];
        if (width == 0)
            continue;
        const struct table_cell *cell = &table->cells[row * table->column_count + i];
        size_t shown = cell->width < width ? cell->width : width;
        size_t before = table->columns[i].right ? width - shown : 0;
        if (shown > 0) {
            pad(out, blanks + before);
            append_cell(cell, width, terminal, out);
            blanks = width - shown - before + GAP;
        } else {
            blanks += width + GAP;
        }
    }
    strbuf_append_char(out, '\n');
}

static void append_left_out(const struct table *table, const struct layout *layout,
                            struct strbuf *out)
{
    if (layout->left_out == 0)
        return;
    strbuf_append_text(out, "(the screen is too narrow for:");
    const char *separator = " ";
    for (size_t i = 0; i < table->column_count; i++) {
        if (layout->widths[i] == 0) {
            strbuf_printf(out, "%s%s", separator, table->cells[i].text);
            separator = ", ";
        }
    }
    strbuf_append_text(out, ")\n");
}

void table_text(struct table *table, enum table_style style, struct strview text)
{
    struct strbuf safe;
    strbuf_init(&safe, CELL_MAX);
    text_append_safe(&safe, text);
    struct table_cell cell = {
        .text = arena_copy(&table->arena, strbuf_view(&safe)),
        .width = text_width(strbuf_view(&safe)),
        .style = style,
    };
    table->cells =
        array_reserve(table->cells, table->cell_count + 1, &table->capacity, sizeof *table->cells);
    table->cells[table->cell_count++] = cell;
    strbuf_release(&safe);
}

void table_init(struct table *table, const struct table_column *columns, size_t count)
{
    *table = (struct table){.columns = columns, .column_count = count};
    for (size_t i = 0; i < count; i++)
        table_text(table, TABLE_FAINT, strview_of(columns[i].title));
}

void table_release(struct table *table)
{
    sweep_free(table->cells);
    arena_release(&table->arena);
    *table = (struct table){0};
}

void table_cell(struct table *table, enum table_style style, const char *format, ...)
{
    char text[CELL_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    table_text(table, style, strview_of(text));
}

size_t table_width(const struct table *table)
{
    struct layout layout = {0};
    layout.widths = sweep_alloc_array(table->column_count, sizeof *layout.widths);
    measure(table, &layout);
    sweep_free(layout.widths);
    return layout.total;
}

void table_format(const struct table *table, const struct terminal *terminal, struct strbuf *out)
{
    struct layout layout = {0};
    layout.widths = sweep_alloc_array(table->column_count, sizeof *layout.widths);
    measure(table, &layout);
    while (terminal->width > 0 && layout.total > terminal->width)
        if (!narrow(table, &layout, WIDTH_FAIR) && !leave_one_out(table, &layout, 2) &&
            !narrow(table, &layout, WIDTH_LOW) && !leave_one_out(table, &layout, 1) &&
            !narrow(table, &layout, WIDTH_MIN))
            break;
    for (size_t row = 0; row < row_count(table); row++)
        append_row(table, &layout, row, terminal, out);
    append_left_out(table, &layout, out);
    sweep_free(layout.widths);
}
