/*
 * The work of the sampler's process: `sweep sampler`, started and given up by sampler.c.
 *
 * It is told on its standard input whom to watch, and writes what it sees to its standard output,
 * in lines of words that are separated by blanks:
 *
 *     by SOURCE                                      who told of the GPUs (struct gpu_list)
 *     watch TRIAL ATTEMPT PID START NEW [UUID ...]   PID: the supervisor's; NEW: 1 unless it ran
 *                                                    before
 *     leave TRIAL ATTEMPT
 *
 *     seen TRIAL ATTEMPT WATCHED_US GPU_MEMORY GPU_BUSY_US ENERGY_MJ IS_SHARE CPU_US MEMORY
 *     next MS                                        all is told, and more will be in so long
 *     fault TRIAL ATTEMPT KIND XID IS_SHARED UUID    something is wrong with one of its GPUs: KIND
 *                                                    as in struct fault; IS_SHARED: others had the
 *                                                    GPU too, and it may be theirs
 *     left TRIAL ATTEMPT                             all that is known of it was told
 *
 * A number that is not known is -1. Times, energy and the time in which GPUs computed are those
 * since the line before; the rest is as of now. Each fault is told once of each attempt.
 *
 * It looks once a second, and less often where that would take more than about a thousandth of
 * one processor.
 */
#ifndef SWEEP_BOX_SAMPLING_H
#define SWEEP_BOX_SAMPLING_H

#include <stdint.h>

/** The command of our program that does it. */
#define SAMPLING_COMMAND "sampler"

struct sampling_settings {
    int64_t (*clock_us)(void); /* as clock_boot_us() */
    int program_fd;            /* our own program, open, to run nvidia-smi; -1: it is not run */
    const char *sys;           /* where /sys is */
    const char *kernel_log;    /* /dev/kmsg */
};

/** Do it until the input ends. */
void sampling_run(int in_fd, int out_fd, const struct sampling_settings *settings);

#endif
