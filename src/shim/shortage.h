/*
 * What a command that failed had too little of: what it printed last tells, and the kernel.
 *
 *     shortage_begin(&shortage);
 *     ... the command runs, its output is closed ...
 *     outcome->short_of = shortage_find(&shortage, spec, dir_fd, &output, outcome);
 */
#ifndef SWEEP_SHIM_SHORTAGE_H
#define SWEEP_SHIM_SHORTAGE_H

#include <stdint.h>

#include "base/strview.h"
#include "journal/spec.h"
#include "shim/output.h"
#include "trial/attempt.h"

struct shortage {
    uint64_t kernel_kills; /* of processes, for want of memory, since the machine was started */
    uint64_t group_kills;  /* of the attempt's own */
};

/** Remember how things stand before the command is started. */
void shortage_begin(struct shortage *shortage);

/** Its processes are gone, and its cgroup (or NULL) is still there. */
void shortage_look_at_group(struct shortage *shortage, const char *cgroup);

/** Judge an attempt that has ended. @param output  closed, in the directory */
enum attempt_shortage shortage_find(const struct shortage *shortage, const struct spec *spec,
                                    int dir_fd, const struct output *output,
                                    const struct attempt_outcome *outcome);

/** What the last lines of a command that failed say. */
enum attempt_shortage shortage_in(struct strview text);

/** What its end means where it is the client of an engine: by its exit code, or a signal, which
 * never comes from within the container. @param text  the last lines */
enum attempt_shortage shortage_of_engine(const struct spec_container *container,
                                         struct strview text,
                                         const struct attempt_outcome *outcome);

#endif
