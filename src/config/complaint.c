/*
 * libyaml's errors are terse and often point one line too far. This is the table that turns them
 * into advice; errors of ours in well-formed YAML are not found here.
 */
#include "config/complaint.h"

#include <string.h>

#include "base/array.h"
#include "config/source.h"

/* Which of libyaml's two places the person should look at. */
enum place {
    AT_PROBLEM,
    AT_CONTEXT /* where the list, quote or key begins */
};

static const struct complaint {
    const char *problem; /* libyaml's text */
    enum place place;
    const char *message;
    const char *hint;
} complaints[] = {
    {"could not find expected ':'", AT_CONTEXT, "expected 'key: value' on this line",
     "is a ':' missing, or the blank after it?"},
    {"did not find expected key", AT_PROBLEM, "this line does not fit the lines above it",
     "keys of one map begin in one column"},
    {"did not find expected '-' indicator", AT_PROBLEM, "this line does not fit the list above it",
     "items of one list begin with '-' in one column"},
    {"block sequence entries are not allowed in this context", AT_PROBLEM,
     "a list item cannot begin here", "put '- ...' on lines of their own below the key"},
    {"mapping keys are not allowed in this context", AT_PROBLEM, "a key cannot begin here",
     "look at the indentation"},
    {"found unexpected end of stream", AT_CONTEXT, "the quote that opens here is never closed",
     NULL},
    {"found unexpected document indicator", AT_CONTEXT, "the quote that opens here is never closed",
     NULL},
    {"found unknown escape character", AT_PROBLEM,
     "a backslash in double quotes begins an escape, and this one is unknown",
     "patterns are best written in single quotes: '(\\d+)'"},
    {"found character that cannot start any token", AT_PROBLEM,
     "a value cannot begin with this character", "put the text in quotes"},
    {"found undefined tag handle", AT_PROBLEM, "an unknown tag begins here",
     "put a text that begins with '!' in quotes"},
    {"did not find expected alphabetic or numeric character", AT_PROBLEM,
     "'&' and '*' begin an anchor or an alias, and its name is missing",
     "put a text that begins with '&' or '*' in quotes"},
    {"did not find expected node content", AT_PROBLEM, "a value is missing here", NULL},
    {"did not find expected <document start>", AT_PROBLEM, "this line does not belong here",
     "is there something after the end of the document?"},
};

/* The column of a tab among the blanks that begin a line, from 1; 0: there is none. */
static size_t find_indenting_tab(struct strview line)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '\t')
            return i + 1;
        if (line.data[i] != ' ')
            return 0;
    }
    return 0;
}

static struct mark mark_of(const yaml_mark_t *mark)
{
    return (struct mark){.line = mark->line + 1, .column = mark->column + 1, .width = 1};
}

/* Bytes to line and column: an unreadable byte has no libyaml mark. */
static struct mark mark_of_offset(struct strview source, size_t offset)
{
    struct mark mark = {.line = source_line_number(source, offset), .column = 1, .width = 1};
    struct strview line = source_line(source, mark.line);
    if (line.data < source.data + offset)
        mark.column +=
            source_count((struct strview){line.data, (size_t)(source.data + offset - line.data)});
    return mark;
}

static void add_unreadable(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                           struct strview source)
{
    struct mark mark = mark_of_offset(source, parser->problem_offset);
    unsigned value = (unsigned)parser->problem_value;
    if (strstr(parser->problem, "control characters") != NULL) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark,
                        "the control character 0x%02x cannot stand in YAML", value);
        diagnostics_hint(diagnostics, "remove it, or write it as \"\\x%02x\"", value);
        return;
    }
    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark, "this is not UTF-8 text (%s)",
                    parser->problem);
    diagnostics_hint(diagnostics, "save the file as UTF-8");
}

/* libyaml has several complaints about a tab, of which few name it. */
static bool add_tab(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                    struct strview source)
{
    const yaml_mark_t *const marks[] = {&parser->problem_mark, &parser->context_mark};
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++) {
        size_t tab = find_indenting_tab(source_line(source, marks[i]->line + 1));
        if (tab == 0)
            continue;
        struct mark mark = {.line = marks[i]->line + 1, .column = tab, .width = 1};
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark,
                        "YAML does not allow tabs for indentation");
        diagnostics_hint(diagnostics, "use spaces");
        return true;
    }
    return false;
}

/* Lists in [ ] and maps in { }: libyaml stops where it wants a comma or the end. */
static bool add_flow(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                     struct strview source)
{
    bool is_list = strcmp(parser->problem, "did not find expected ',' or ']'") == 0;
    if (!is_list && strcmp(parser->problem, "did not find expected ',' or '}'") != 0)
        return false;
    char close = is_list ? ']' : '}';
    const yaml_mark_t *open = &parser->context_mark;
    const yaml_mark_t *here = &parser->problem_mark;
    struct strview line = source_line(source, here->line + 1);
    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark_of(here),
                    "expected ',' or '%c', for the '%c' of line %zu, column %zu is still open",
                    close, is_list ? '[' : '{', open->line + 1, open->column + 1);
    if (memmem(line.data, line.size, "${", 2) != NULL)
        diagnostics_hint(diagnostics, "inside [ ] and { } put '${...}' in quotes");
    else
        diagnostics_hint(diagnostics, "is a ',' or the closing '%c' missing?", close);
    return true;
}

/* The first colon that YAML would take for one: before a blank or at the end of the line. */
static size_t find_colon(struct strview line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] == ':' && (i + 1 == line.size || line.data[i + 1] == ' '))
            return i;
    return line.size;
}

/*
 * A colon where no key can be. Either the line above lacks its own and runs on into this one, or
 * the key's colon lacks its blank, or the text has one that needs quotes.
 */
static bool add_colon(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                      struct strview source)
{
    const yaml_mark_t *here = &parser->problem_mark;
    struct strview line = source_line(source, here->line + 1);
    struct strview above = source_line(source, here->line);
    const char *first = line.size == 0 ? NULL : memchr(line.data, ':', line.size);
    if (strcmp(parser->problem, "mapping values are not allowed in this context") != 0)
        return false;
    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark_of(here), "a ':' cannot stand here");
    if (first != NULL && first < line.data + find_colon(line))
        diagnostics_hint(diagnostics, "is a blank missing after the first ':' of this line?");
    else if (find_colon(line) == here->column && above.size > 0 && find_colon(above) == above.size)
        diagnostics_hint(diagnostics, "is a ':' missing in the line above?");
    else
        diagnostics_hint(diagnostics,
                         "a text with ': ' in it needs quotes; else look at the indentation");
    return true;
}

static void add_known(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                      const struct complaint *complaint)
{
    bool at_context = complaint->place == AT_CONTEXT && parser->context != NULL;
    const yaml_mark_t *mark = at_context ? &parser->context_mark : &parser->problem_mark;
    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark_of(mark), "%s", complaint->message);
    if (complaint->hint != NULL)
        diagnostics_hint(diagnostics, "%s", complaint->hint);
}

void complaint_add(struct diagnostics *diagnostics, const yaml_parser_t *parser,
                   struct strview source)
{
    if (parser->error == YAML_READER_ERROR) {
        add_unreadable(diagnostics, parser, source);
        return;
    }
    if (parser->problem == NULL) {
        diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, (struct mark){0},
                        "there is not enough memory to read the file");
        return;
    }
    if (add_tab(diagnostics, parser, source) || add_flow(diagnostics, parser, source) ||
        add_colon(diagnostics, parser, source))
        return;
    for (size_t i = 0; i < ARRAY_LENGTH(complaints); i++)
        if (strcmp(parser->problem, complaints[i].problem) == 0) {
            add_known(diagnostics, parser, &complaints[i]);
            return;
        }
    diagnostics_add(diagnostics, DIAGNOSTIC_ERROR, mark_of(&parser->problem_mark),
                    "this is no YAML: %s", parser->problem);
}
