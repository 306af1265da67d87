/*
 * `sweep show`: all about one trial.
 */
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "view/record/facts_text.h"

static bool cmd_show(const struct invocation *call, enum exit_status *status,
                     struct sweep_error *err)
{
    struct facts facts;
    struct strbuf text;
    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    bool done = facts_load(&facts, call->operand, call->environment, clock_wall_us(), err);
    if (done) {
        output_announce(&facts.record);
        if (call->options.json)
            facts_append_json(&facts, &text);
        else
            facts_text_append(&facts, &call->terminal, &text);
        done = output_print(&text, err);
    }
    strbuf_release(&text);
    facts_release(&facts);
    return done;
}

const struct subcommand subcommand_show = {
    .name = "show",
    .operand = "TRIAL",
    .summary = "all about one trial: 12, or digits/12",
    .options = SUBCOMMAND_OPTIONS(&option_json),
    .run = cmd_show,
};
