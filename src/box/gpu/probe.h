/*
 * One look at the GPUs of this box, by whatever way there is. It may hang for ever with a broken
 * driver, so it is the only work of a process of its own: `sweep gpu-probe`, started and given up
 * by survey.c.
 */
#ifndef SWEEP_BOX_GPU_PROBE_H
#define SWEEP_BOX_GPU_PROBE_H

#include <stdbool.h>

#include "box/gpu/gpu.h"
#include "sweep/error.h"

/**
 * Look.
 *
 * @param[out] list  sorted as the vendors count; empty on a box without GPUs
 * @error SWEEP_IO   there is a driver, and every way to ask it fails; the message has all reasons
 */
bool probe_look(struct gpu_list *list, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
