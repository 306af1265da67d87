/*
 * What works on this machine, for sweeps in ./sweeps: one look each, in a table.
 */
#ifndef SWEEP_CLI_CARE_CHECKUP_H
#define SWEEP_CLI_CARE_CHECKUP_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "cli/subcommand.h"

/**
 * Look at everything and append what was found, for people or, with --json, for programs.
 *
 * @return whether nothing has failed; a warning is no failure
 */
bool checkup_append(const struct invocation *call, struct strbuf *out);

#endif
