/*
 * `sweep gpu-probe`: one look at the GPUs, as text for our own eyes. It may hang in the driver;
 * whoever started it gives it up then.
 */
#include <unistd.h>

#include "base/sys.h"
#include "box/gpu/probe.h"
#include "box/gpu/told.h"
#include "cli/commands.h"
#include "cli/output.h"

static bool cmd_gpu_probe(const struct invocation *call, enum exit_status *status,
                          struct sweep_error *err)
{
    struct gpu_list list;
    struct sweep_error reason = {0};
    struct strbuf text;

    (void)call;
    *status = STATUS_OK;
    strbuf_init(&text, TOLD_MAX);
    if (probe_look(&list, &reason))
        told_format(&list, &text);
    else
        told_format_error(&reason, &text);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    sys_close(STDOUT_FILENO); /* all is told, and the driver may not let us go for a while */
    return done;
}

const struct subcommand subcommand_gpu_probe = {
    .name = "gpu-probe",
    .rank = SUBCOMMAND_HIDDEN,
    .operand = "",
    .summary = "one look at the GPUs, which may hang in their driver",
    .options = SUBCOMMAND_NO_OPTIONS,
    .run = cmd_gpu_probe,
};
