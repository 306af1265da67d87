/*
 * `sweep help [COMMAND]`: what there is, or one command. The texts are help.c's.
 */
#include "cli/commands.h"
#include "cli/manual/help.h"
#include "cli/output.h"

static bool cmd_help(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    const struct subcommand *subcommand = NULL;
    struct strbuf text;

    *status = STATUS_OK;
    if (call->operand != NULL && (subcommand = subcommand_find(call->operand, err)) == NULL)
        return false;
    strbuf_init(&text, OUTPUT_MAX);
    if (subcommand != NULL)
        help_append_subcommand(&text, subcommand);
    else if (call->options.all)
        help_append_all(&text);
    else
        help_append_overview(&text);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}

static const struct option_row ALL = {
    .name = "all",
    .letter = 'a',
    .kind = OPTION_FLAG,
    .help = "list all commands",
    .offset = OPTION(all),
};

const struct subcommand subcommand_help = {
    .name = "help",
    .operand = "[COMMAND]",
    .summary = "what there is, or one command",
    .options = SUBCOMMAND_OPTIONS(&ALL),
    .run = cmd_help,
};
