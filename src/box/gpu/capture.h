/*
 * Run another program and take what it prints. It waits as long as that takes: only the probe's own
 * process, which has a deadline, may do that.
 */
#ifndef SWEEP_BOX_GPU_CAPTURE_H
#define SWEEP_BOX_GPU_CAPTURE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/error.h"

/**
 * Run `argv`, found in PATH, with its standard error dropped.
 *
 * @param argv  ends with NULL
 * @param out   gets its standard output, as far as it has room
 * @error SWEEP_NOT_FOUND there is no such program; SWEEP_IO it ended with another status than 0
 */
bool capture_output(char *const *argv, struct strbuf *out,
                    struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
