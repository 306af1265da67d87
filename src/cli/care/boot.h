/*
 * What makes a machine go on with the sweeps of a folder after a reboot: a line for crontab, or a
 * unit for systemd. Only said; nothing is installed.
 */
#ifndef SWEEP_CLI_CARE_BOOT_H
#define SWEEP_CLI_CARE_BOOT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "cli/subcommand.h"
#include "sweep/error.h"

/** Append both, for the working directory and this very program. */
bool boot_append(const struct invocation *call, struct strbuf *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
