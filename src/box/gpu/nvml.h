/*
 * What NVIDIA's library tells. It is opened at run time: neither the build nor the program needs
 * it. With a wedged driver its calls never return, so only the probe's own process calls this.
 */
#ifndef SWEEP_BOX_GPU_NVML_H
#define SWEEP_BOX_GPU_NVML_H

#include <stdbool.h>

#include "box/gpu/gpu.h"
#include "sweep/error.h"

/**
 * Add all GPUs of the library, MIG instances instead of a GPU that is cut into them.
 *
 * @error SWEEP_NOT_FOUND there is no such library; SWEEP_IO with what it says against it
 * @see NVIDIA, NVML API Reference Guide
 */
bool nvml_survey(struct gpu_list *list, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
