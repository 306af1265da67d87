/*
 * Looks at the GPUs without ever waiting for a driver: a process of its own asks, and is given up
 * when it does not answer in time.
 *
 *     if (survey_begin(&survey, program_fd, now_ms, err))
 *         while (survey_step(&survey, now_ms, &gpus, err) == SURVEY_PENDING)
 *             ... poll survey.fd until survey.deadline_ms, do other things ...
 *
 * Ownership: survey_end() kills what still asks. A process that hangs in the kernel cannot be
 * killed; it stays behind, and costs nothing.
 */
#ifndef SWEEP_BOX_GPU_SURVEY_H
#define SWEEP_BOX_GPU_SURVEY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/strbuf.h"
#include "box/gpu/gpu.h"
#include "sweep/error.h"

/** How long a look may take [ms]: a driver that has slept needs two or three seconds. */
#define SURVEY_DEADLINE_MS 10000

/** The command of our program that looks. */
#define SURVEY_COMMAND "gpu-probe"

/** Zeroed it is idle. */
struct survey {
    pid_t pid;    /* that asks now, or 0 */
    pid_t ending; /* that was given up or is done, and is not reaped yet; or 0 */
    int fd;
    int64_t deadline_ms; /* on the caller's clock */
    int64_t cost_us;     /* of a processor, that the last one took; 0: that is not known yet */
    struct strbuf text;
};

enum survey_state {
    SURVEY_PENDING,
    SURVEY_DONE,
    SURVEY_FAILED
};

/**
 * Start to look.
 *
 * @param program_fd  our own program, open
 * @error SWEEP_BUSY  the one before still hangs in the driver; so there is never more than one
 */
bool survey_begin(struct survey *survey, int program_fd, int64_t now_ms,
                  struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Take what has come. Never blocks; after DONE and FAILED it is idle again.
 *
 * @param[out] list  with DONE
 * @error SWEEP_IO   with FAILED: what the probe says, or that it gave no answer
 */
enum survey_state survey_step(struct survey *survey, int64_t now_ms, struct gpu_list *list,
                              struct sweep_error *err);

/** Let go of the one before, if it is gone: then its cost is known. @return whether there is none
 */
bool survey_reap(struct survey *survey);

/** Give up. An idle one is allowed, and one that is not zeroed stays usable. */
void survey_end(struct survey *survey);

#endif
