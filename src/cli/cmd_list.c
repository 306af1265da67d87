/*
 * `sweep list`: what there is in ./sweeps.
 */
#include "cli/commands.h"
#include "cli/output.h"
#include "directory/locate.h"
#include "view/record/overview.h"

static bool cmd_list(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    struct overview overview;
    struct strbuf text;
    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    overview_open(&overview);
    if (call->options.json)
        overview_append_json(&overview, &text);
    else if (overview.count > 0)
        overview_append(&overview, &call->terminal, &text);
    else
        strbuf_append_text(&text, "there is no sweep in ./" LOCATE_DIRECTORY
                                  "; start one with: sweep run FILE.yaml\n");
    bool done = output_print(&text, err);
    strbuf_release(&text);
    overview_close(&overview);
    return done;
}

const struct subcommand subcommand_list = {
    .name = "list",
    .operand = "",
    .summary = "the sweeps in ./sweeps and how they stand",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_list,
};
