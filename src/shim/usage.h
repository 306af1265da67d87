/*
 * What an attempt has used, of all its processes that were reaped: by us, or by themselves.
 */
#ifndef SWEEP_SHIM_USAGE_H
#define SWEEP_SHIM_USAGE_H

#include "trial/attempt.h"

/** Fill in its processor time and its largest process, once nothing of it is left. */
void usage_count(struct attempt_outcome *outcome);

#endif
