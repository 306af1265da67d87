/*
 * What of the GPUs we may use: CUDA_VISIBLE_DEVICES and its kin, as somebody set them for us, be it
 * a colleague's rule, a container or a queue. Trials get a part of it, never more.
 */
#ifndef SWEEP_BOX_GPU_VISIBLE_H
#define SWEEP_BOX_GPU_VISIBLE_H

#include "box/gpu/gpu.h"

/**
 * Keep those of one vendor that a value names, in its order; those of others stay behind them.
 *
 * An entry is a number in the order of the list, a UUID, or the beginning of one. As in CUDA the
 * first entry that means nothing, or the same as one before, ends it, and "" means none.
 *
 * @param value  NULL: there is no such variable; nothing changes
 * @see NVIDIA, CUDA C++ Programming Guide, "CUDA Environment Variables"
 */
void visible_keep(struct gpu_list *list, enum gpu_vendor vendor, const char *value);

/** The same by all variables that a process with this environment would heed. */
void visible_keep_environment(struct gpu_list *list, char *const *environment);

#endif
