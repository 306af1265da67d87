/*
 * What `nvidia-smi` prints, for boxes where NVIDIA's library cannot be opened: statically linked
 * programs, some containers.
 */
#ifndef SWEEP_BOX_GPU_SMI_H
#define SWEEP_BOX_GPU_SMI_H

#include <stdbool.h>

#include "base/strview.h"
#include "box/gpu/gpu.h"
#include "sweep/error.h"

/** The source of a list that comes from here. */
#define SMI_SOURCE "nvidia-smi"

/** Run it and add what it says. @error SWEEP_NOT_FOUND there is none; SWEEP_IO it fails */
bool smi_survey(struct gpu_list *list, struct sweep_error *err) SWEEP_MUST_CHECK;

/** Add the GPUs of its CSV; each field may be `N/A`, `[Not Supported]` and the like. */
void smi_parse_gpus(struct gpu_list *list, struct strview csv);

/** Put in the instances of `nvidia-smi -L` for the GPUs that are cut into them. */
void smi_parse_instances(struct gpu_list *list, struct strview text);

/** Add the processes of its second CSV: uuid, pid, and how much of its memory each has [MiB]. */
void smi_parse_processes(struct gpu_list *list, struct strview csv);

#endif
