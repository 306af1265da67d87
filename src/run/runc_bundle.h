/*
 * The bundle of one attempt for runc: the person's config.json with the command, the environment,
 * the working directory and the mounts of the trial, and the root file system of their bundle.
 *
 *     if (runc_bundle_write(trials_fd, "000001/1.bundle", &request, err)) ...
 *
 * Whose files a trial writes, its GPUs and its rights are as the person's bundle says.
 */
#ifndef SWEEP_RUN_RUNC_BUNDLE_H
#define SWEEP_RUN_RUNC_BUNDLE_H

#include <stdbool.h>

#include "exec/container/engine.h"
#include "sweep/error.h"

/**
 * Make the directory and its config.json.
 *
 * @param path  of it, below `dir_fd`
 * @error SWEEP_BAD_INPUT when the person's config.json is none; SWEEP_IO, SWEEP_NO_SPACE
 */
bool runc_bundle_write(int dir_fd, const char *path, const struct container_request *request,
                       struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
