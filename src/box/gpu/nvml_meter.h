/*
 * The counters and the faults of NVIDIA's GPUs, by NVML.
 *
 * Internal to the gpu folder: meter.h is what others use, and has the rules.
 */
#ifndef SWEEP_BOX_GPU_NVML_METER_H
#define SWEEP_BOX_GPU_NVML_METER_H

#include "box/gpu/meter.h"
#include "sweep/error.h"

struct nvml_meter;

/** @error as nvml_survey() */
struct nvml_meter *nvml_meter_open(struct sweep_error *err) SWEEP_MUST_CHECK;

bool nvml_meter_read(struct nvml_meter *meter, const char *uuid, struct meter_reading *out);

bool nvml_meter_next_fault(struct nvml_meter *meter, struct meter_fault *out);

/** @see meter_is_hit() */
bool nvml_meter_is_hit(const struct nvml_meter *meter, const struct meter_fault *fault,
                       const char *uuid);

#endif
