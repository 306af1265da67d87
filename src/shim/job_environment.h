/*
 * The environment of a command that runs in a job of Slurm: what the runner wrote down, without
 * what it says of the runner's own surroundings, and with what Slurm says of the job.
 *
 * In a job of several nodes or tasks also where they meet (MASTER_ADDR, its first node, and
 * MASTER_PORT, which nobody uses there now), how many nodes and tasks there are (NNODES,
 * WORLD_SIZE), and for srun how many processors a task has.
 */
#ifndef SWEEP_SHIM_JOB_ENVIRONMENT_H
#define SWEEP_SHIM_JOB_ENVIRONMENT_H

#include "base/arena.h"
#include "journal/spec.h"

/** @return a list in the arena that ends with NULL; texts of the process's environment are borrowed
 */
char **job_environment(struct arena *arena, const struct spec *spec);

#endif
