/*
 * Turns the table of commands into help. Adds no facts of its own but the two commands that a
 * beginner needs.
 */
#include "cli/manual/help.h"

#include <stdio.h>
#include <string.h>

#define HELP_COLUMN 34 /* where the words about an option begin */
#define HELP_WIDTH  92

/* Break a line into several, each from HELP_COLUMN on, which the first has reached. */
static void append_wrapped(struct strbuf *out, const char *text)
{
    size_t column = HELP_COLUMN;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column + length > HELP_WIDTH && column > HELP_COLUMN) {
            strbuf_printf(out, "\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        }
        strbuf_printf(out, "%s%.*s", column > HELP_COLUMN ? " " : "", (int)length, text);
        column += length + 1;
        text += length + strspn(text + length, " ");
    }
    strbuf_append_char(out, '\n');
}

static void append_option(struct strbuf *out, const struct option_row *row)
{
    char left[64];
    (void)snprintf(left, sizeof left, "  %c%c%s --%s%s%s", row->letter != 0 ? '-' : ' ',
                   row->letter != 0 ? row->letter : ' ', row->letter != 0 ? "," : " ", row->name,
                   row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
    strbuf_append_text(out, left);
    if (strlen(left) + 2 > HELP_COLUMN)
        strbuf_printf(out, "\n%*s", HELP_COLUMN, "");
    else
        strbuf_printf(out, "%*s", HELP_COLUMN - (int)strlen(left), "");
    append_wrapped(out, row->help);
}

static size_t usage_width(const struct subcommand *row)
{
    return strlen(row->name) + strlen(row->operand) + 1;
}

/* The commands of a rank, or all that are not hidden. */
static bool is_listed(const struct subcommand *row, bool all)
{
    return row->rank == SUBCOMMAND_FIRST || (all && row->rank != SUBCOMMAND_HIDDEN);
}

static void append_commands(struct strbuf *out, bool all)
{
    const struct subcommand *row;
    size_t width = 0;
    for (size_t i = 0; (row = subcommand_at(i)) != NULL; i++)
        if (is_listed(row, all) && usage_width(row) > width)
            width = usage_width(row);
    for (size_t i = 0; (row = subcommand_at(i)) != NULL; i++)
        if (is_listed(row, all))
            strbuf_printf(out, "  %s %s%*s  %s\n", row->name, row->operand,
                          (int)(width - usage_width(row)), "", row->summary);
}

void help_append_overview(struct strbuf *out)
{
    strbuf_append_text(out,
                       "sweep " SWEEP_VERSION ": finds good settings for any training command\n\n"
                       "  sweep run space.yaml   run it, or go on with it if it was interrupted\n"
                       "  sweep best             the best configuration, as YAML\n\n"
                       "The first commands:\n");
    append_commands(out, false);
    strbuf_append_text(out, "\n`sweep help --all` lists all, `sweep COMMAND --help` says more.\n");
}

void help_append_all(struct strbuf *out)
{
    strbuf_append_text(out, "All commands:\n");
    append_commands(out, true);
    strbuf_append_text(out, "\nSWEEP is a name, a folder or a YAML file; left out: the only or the "
                            "latest one in ./sweeps.\nTRIAL is a number, as in 12, or digits/12. "
                            "`sweep COMMAND --help` says more.\n");
}

void help_append_subcommand(struct strbuf *out, const struct subcommand *subcommand)
{
    strbuf_printf(out, "sweep %s [OPTIONS]%s%s\n\n%c%s.\n", subcommand->name,
                  subcommand->operand[0] != '\0' ? " " : "", subcommand->operand,
                  subcommand->summary[0] - ('a' - 'A'), subcommand->summary + 1);
    if (subcommand->details != NULL)
        strbuf_printf(out, "%s\n", subcommand->details);
    strbuf_append_text(out, "\nOptions:\n");
    for (const struct option_row *const *row = subcommand->options; *row != NULL; row++)
        append_option(out, *row);
}
