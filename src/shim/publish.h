/*
 * The last act of a shim: the result, durable.
 */
#ifndef SWEEP_SHIM_PUBLISH_H
#define SWEEP_SHIM_PUBLISH_H

#include <stdbool.h>

#include "journal/result.h"
#include "sweep/error.h"

/** Whether there is one already: then the attempt has been executed. */
bool publish_is_done(int dir_fd, uint32_t attempt);

/** Write N.result: tmp, fsync, rename, fsync of the directory. */
bool publish_result(int dir_fd, const struct result *result,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
