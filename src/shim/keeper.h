/*
 * The keeper of an attempt's container: a process that outlives the shim only to do what the shim
 * cannot do any more.
 *
 *     keeper_start(&keeper, spec);       before the command is started
 *     ...
 *     keeper_dismiss(&keeper);           the container is gone: the keeper ends
 *
 * A container inherits no lock and no lease, and goes on when all processes that we know are
 * killed: the engine's client may die with the pipe that nobody reads any more, and then its GPU
 * would be free for others. The keeper holds the leases, hears from a pipe that the shim is dead,
 * and removes the container, whether or not a runner ever comes back; then it lets go.
 *
 * It is in no session, cgroup and environment of the attempt, so that whoever kills all of that
 * leaves it alone.
 */
#ifndef SWEEP_SHIM_KEEPER_H
#define SWEEP_SHIM_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "journal/spec.h"
#include "proc/container.h"

/** Zeroed there is none. */
struct keeper {
    pid_t pid;
    int pipe_fd;
};

/** How the spec's container is reached; the spec is borrowed. */
struct container_commands keeper_commands(const struct spec *spec);

/** Start it, where the spec has a container with a name. That it cannot be had is no error. */
void keeper_start(struct keeper *keeper, const struct spec *spec);

/** It is not needed any more; it ends, and is a child to be reaped. */
void keeper_dismiss(struct keeper *keeper);

#endif
