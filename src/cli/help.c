/*
 * Turns the table of commands into help. Adds no facts of its own but the two commands that a
 * beginner needs.
 */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

static void append_option(struct strbuf *out, const struct option_row *row)
{
    char left[64];
    (void)snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter != 0 ? '-' : ' ',
                   row->letter != 0 ? row->letter : ' ', row->letter != 0 ? "," : " ", row->name,
                   row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
    const char *line = row->help;
    strbuf_printf(out, "  %-32s", left);
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        strbuf_printf(out, "%.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
        if (*line != '\0')
            strbuf_printf(out, "  %-32s", "");
    }
}

void help_append_overview(struct strbuf *out)
{
    strbuf_append_text(out,
                       "sweep " SWEEP_VERSION ": finds good settings for any training command\n\n"
                       "  sweep run space.yaml   run it, or go on with it if it was interrupted\n"
                       "  sweep best             the best configuration, as YAML\n\n"
                       "Commands:\n");
    for (const struct subcommand *row = subcommand_table(); row->name != NULL; row++)
        strbuf_printf(out, "  %-7s %-8s %s\n", row->name, row->operand, row->summary);
    strbuf_append_text(out, "\nSWEEP is a name, a folder or a YAML file; left out: the only or the "
                            "latest one in ./sweeps.\n`sweep COMMAND --help` says more.\n");
}

void help_append_subcommand(struct strbuf *out, const struct subcommand *subcommand)
{
    strbuf_printf(out, "sweep %s %s [OPTIONS]\n\n%c%s.\n", subcommand->name, subcommand->operand,
                  subcommand->summary[0] - ('a' - 'A'), subcommand->summary + 1);
    if (subcommand->details != NULL)
        strbuf_printf(out, "%s\n", subcommand->details);
    strbuf_append_text(out, "\nOptions:\n");
    for (const struct option_row *const *row = subcommand->options; *row != NULL; row++)
        append_option(out, *row);
}
