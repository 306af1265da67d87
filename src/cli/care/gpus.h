/*
 * `sweep doctor --gpus`: each GPU of this box, who uses it, and whether a trial would get it.
 */
#ifndef SWEEP_CLI_CARE_GPUS_H
#define SWEEP_CLI_CARE_GPUS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "cli/subcommand.h"
#include "exec/gpu/gpu.h"
#include "sweep/error.h"

/**
 * Look at the GPUs that we may use; see exec/gpu/visible.h.
 *
 * @param[out] list    those
 * @param[out] hidden  how many more there are
 * @error SWEEP_IO     the driver gives no answer, or a bad one
 */
bool gpus_look(const struct invocation *call, struct gpu_list *list, size_t *hidden,
               struct sweep_error *err) SWEEP_MUST_CHECK;

/** How many a trial could have now. */
size_t gpus_count_free(const struct gpu_list *list);

/** Look, and append what is there, for people or, with --json, for programs. */
bool gpus_append(const struct invocation *call, struct strbuf *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
