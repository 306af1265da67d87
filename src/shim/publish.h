/*
 * The last acts of a shim: the result, first to be seen, then durable.
 */
#ifndef SWEEP_SHIM_PUBLISH_H
#define SWEEP_SHIM_PUBLISH_H

#include <stdbool.h>

#include "journal/result.h"
#include "sweep/error.h"

/** Whether there is one already: then the attempt has been executed. */
bool publish_is_done(int dir_fd, uint32_t attempt);

/** Write N.result: tmp, rename. It survives us, but not yet a power loss. */
bool publish_result(int dir_fd, const struct result *result,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * The same where somebody else may publish another one: the first is there for good.
 *
 * @error SWEEP_BUSY when there is one
 */
bool publish_result_once(int dir_fd, const struct result *result,
                         struct sweep_error *err) SWEEP_MUST_CHECK;

/** Make it durable, and that its directory is there. */
bool publish_sync(int dir_fd, uint32_t attempt, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
