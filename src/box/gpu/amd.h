/*
 * What Linux tells of AMD's GPUs in /sys: no library and no tool of theirs is needed.
 */
#ifndef SWEEP_BOX_GPU_AMD_H
#define SWEEP_BOX_GPU_AMD_H

#include <stdbool.h>

#include "box/gpu/gpu.h"
#include "sweep/error.h"

/** The source of a list that comes from here. */
#define AMD_SOURCE "amdkfd"

/**
 * Add all of AMD's GPUs that the compute driver (amdkfd) knows.
 *
 * @param sys  where /sys is
 * @error SWEEP_NOT_FOUND there is no such driver
 * @see The kernel's documentation of amdgpu's sysfs files; kfd_topology.c
 */
bool amd_survey(struct gpu_list *list, const char *sys, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
