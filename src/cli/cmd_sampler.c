/*
 * `sweep sampler`: watches the attempts that a runner names, as text for our own eyes. It may hang
 * in a driver; whoever started it gives it up then.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sys.h"
#include "box/sampling.h"
#include "cli/commands.h"

static bool cmd_sampler(const struct invocation *call, enum exit_status *status,
                        struct sweep_error *err)
{
    (void)call;
    (void)err;
    *status = STATUS_OK;
    const struct sampling_settings settings = {
        .clock_us = clock_boot_us,
        .program_fd = sys_open(AT_FDCWD, "/proc/self/exe", O_PATH, 0),
        .sys = "/sys",
        .kernel_log = "/dev/kmsg",
    };
    sampling_run(STDIN_FILENO, STDOUT_FILENO, &settings);
    sys_close(settings.program_fd);
    return true;
}

const struct subcommand subcommand_sampler = {
    .name = SAMPLING_COMMAND,
    .rank = SUBCOMMAND_HIDDEN,
    .operand = "",
    .summary = "watches what trials take, for a runner",
    .options = SUBCOMMAND_NO_OPTIONS,
    .run = cmd_sampler,
};
