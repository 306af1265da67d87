/*
 * `sweep schema`: the JSON Schema of a space.yaml, for editors.
 */
#include "cli/commands.h"
#include "cli/manual/schema.h"
#include "cli/output.h"

bool cmd_schema(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct strbuf text;

    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    schema_append(&text);
    bool done = output_deliver(call, &text, err);
    strbuf_release(&text);
    return done;
}
