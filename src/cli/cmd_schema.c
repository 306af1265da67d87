/*
 * `sweep schema`: the JSON Schema of a space.yaml, for editors.
 */
#include "cli/commands.h"
#include "cli/manual/schema.h"
#include "cli/output.h"

static bool cmd_schema(const struct invocation *call, enum exit_status *status,
                       struct sweep_error *err)
{
    struct strbuf text;

    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    schema_append(&text);
    bool done = output_deliver(call, &text, err);
    strbuf_release(&text);
    return done;
}

const struct subcommand subcommand_schema = {
    .name = "schema",
    .operand = "",
    .summary = "the JSON Schema of a YAML file, for editors",
    .details = "Editors that speak YAML's language server take it by a first line such as\n\n"
               "  # yaml-language-server: $schema=space.schema.json\n\n"
               "It knows the keys and the form of their values; `sweep check` knows more.",
    .options = SUBCOMMAND_OPTIONS(&option_output),
    .run = cmd_schema,
};
