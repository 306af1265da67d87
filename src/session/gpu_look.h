/*
 * One look at the GPUs of the box, by who has nothing else to do meanwhile.
 */
#ifndef SWEEP_SESSION_GPU_LOOK_H
#define SWEEP_SESSION_GPU_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "box/gpu/gpu.h"
#include "sweep/error.h"

/**
 * Look at those that we may use; see box/gpu/visible.h.
 *
 * @param environment  of this process; ends with NULL
 * @param[out] list    those
 * @param[out] hidden  how many more there are
 * @error SWEEP_IO     the driver gives no answer, or a bad one
 */
bool gpu_look(char *const *environment, struct gpu_list *list, size_t *hidden,
              struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
