/*
 * `sweep doctor --gpus`: each GPU of this box, who uses it, and whether a trial would get it.
 */
#ifndef SWEEP_CLI_CARE_GPUS_H
#define SWEEP_CLI_CARE_GPUS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "box/gpu/gpu.h"
#include "cli/subcommand.h"
#include "sweep/error.h"

/** Look, and append what is there, for people or, with --json, for programs. */
bool gpus_append(const struct invocation *call, struct strbuf *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
