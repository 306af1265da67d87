/*
 * Tables for documents. Not for screens: view/term/table.c.
 */
#include "view/export/document_table.h"

#include <string.h>

#include "base/array.h"
#include "base/number.h"

static size_t row_count(const struct table *table)
{
    return table->column_count == 0 ? 0 : table->cell_count / table->column_count;
}

static const char *cell_at(const struct table *table, size_t row, size_t column)
{
    return table->cells[row * table->column_count + column].text;
}

static bool is_number(const char *text)
{
    double ignored;
    return number_parse_double(strview_of(text), &ignored) == NUMBER_OK;
}

/* Whether a column has numbers and nothing else, below its title. */
static bool is_numeric(const struct table *table, size_t column)
{
    size_t numbers = 0;
    for (size_t row = 1; row < row_count(table); row++) {
        const char *text = cell_at(table, row, column);
        if (*text != '\0' && !is_number(text) && strcmp(text, "-") != 0)
            return false;
        numbers += *text != '\0';
    }
    return numbers > 0;
}

/* A sign and what stands for it. */
struct escape {
    char sign;
    const char *text;
};

static void append_escaped(struct strbuf *out, const char *text, const struct escape *escapes)
{
    for (const char *c = text; *c != '\0'; c++) {
        const struct escape *escape = escapes;
        while (escape->text != NULL && escape->sign != *c)
            escape++;
        if (escape->text != NULL)
            strbuf_append_text(out, escape->text);
        else
            strbuf_append_char(out, *c);
    }
}

/* --- LaTeX ------------------------------------------------------------------------------------ */

static const struct escape LATEX[] = {
    {'\\', "\\textbackslash{}"},
    {'{', "\\{"},
    {'}', "\\}"},
    {'$', "\\$"},
    {'&', "\\&"},
    {'#', "\\#"},
    {'%', "\\%"},
    {'_', "\\_"},
    {'~', "\\textasciitilde{}"},
    {'^', "\\textasciicircum{}"},
    {'<', "\\textless{}"},
    {'>', "\\textgreater{}"},
    {'|', "\\textbar{}"},
    {'"', "{''}"},
    {'`', "\\textasciigrave{}"},
    {'-', "{-}"}, /* two of them would become a dash */
    {'[', "{[}"}, /* behind a line's end it would be an argument */
    {0, NULL},
};

static void append_latex_number(struct strbuf *out, const char *text)
{
    size_t mantissa = strcspn(text, "eE");
    if (strspn(text, "+-0123456789.eE") != strlen(text)) { /* nan, inf */
        strbuf_append_text(out, text);
        return;
    }
    strbuf_printf(out, "$%.*s", (int)mantissa, text);
    if (text[mantissa] != '\0') {
        const char *exponent = text + mantissa + 1;
        const char *digits = exponent + strspn(exponent, "+-0");
        strbuf_printf(out, " \\times 10^{%s%s}", *exponent == '-' ? "-" : "",
                      *digits != '\0' ? digits : "0");
    }
    strbuf_append_char(out, '$');
}

static void append_latex_cell(struct strbuf *out, const char *text)
{
    if (is_number(text))
        append_latex_number(out, text);
    else
        append_escaped(out, text, LATEX);
}

void document_table_append_latex(const struct table *table, struct strbuf *out)
{
    strbuf_append_text(out, "\\begin{tabular}{");
    for (size_t i = 0; i < table->column_count; i++)
        strbuf_append_char(out, is_numeric(table, i) ? 'r' : 'l');
    strbuf_append_text(out, "}\n\\hline\n");
    for (size_t row = 0; row < row_count(table); row++) {
        for (size_t i = 0; i < table->column_count; i++) {
            strbuf_append_text(out, i == 0 ? "" : " & ");
            append_latex_cell(out, cell_at(table, row, i));
        }
        strbuf_append_text(out, row == 0 ? " \\\\\n\\hline\n" : " \\\\\n");
    }
    strbuf_append_text(out, "\\hline\n\\end{tabular}\n");
}

/* --- Markdown --------------------------------------------------------------------------------- */

static const struct escape MARKDOWN[] = {
    {'\\', "\\\\"}, {'|', "\\|"}, {'`', "\\`"}, {'*', "\\*"},  {'_', "\\_"},
    {'[', "\\["},   {']', "\\]"}, {'~', "\\~"}, {'<', "&lt;"}, {'>', "&gt;"},
    {'&', "&amp;"}, {'$', "\\$"}, {0, NULL},
};

void document_table_append_markdown(const struct table *table, struct strbuf *out)
{
    for (size_t row = 0; row < row_count(table); row++) {
        for (size_t i = 0; i < table->column_count; i++) {
            strbuf_append_text(out, "| ");
            append_escaped(out, cell_at(table, row, i), MARKDOWN);
            strbuf_append_char(out, ' ');
        }
        strbuf_append_text(out, "|\n");
        for (size_t i = 0; row == 0 && i < table->column_count; i++)
            strbuf_append_text(out, is_numeric(table, i) ? "| ---: " : "| --- ");
        if (row == 0)
            strbuf_append_text(out, "|\n");
    }
}
