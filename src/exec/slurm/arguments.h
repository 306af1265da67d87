/*
 * The command lines of Slurm's clients, and the batch script.
 */
#ifndef SWEEP_EXEC_SLURM_ARGUMENTS_H
#define SWEEP_EXEC_SLURM_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "exec/slurm/settings.h"

/** A submission. */
struct arguments_batch {
    const char *name;   /* of the job */
    const char *path;   /* of the sweep's directory, absolute */
    const char *script; /* path of the script */
    size_t count;       /* of attempts; 1: a single job */
};

/** How the fields of a list stand in a line: array's or job's id, task, state, reason, nodes, name.
 */
#define ARGUMENTS_LIST_FORMAT "%F|%K|%T|%r|%N|%j"

/** The arguments of sbatch, in the arena; end with NULL. @param is_test  nothing is submitted */
char **arguments_submit(struct arena *arena, const struct slurm_settings *settings,
                        const struct arguments_batch *batch, bool is_test);

/** Append the script. */
void arguments_script(const struct slurm_settings *settings, const struct arguments_batch *batch,
                      struct strbuf *out);

/** The environment of the clients, which is that of the jobs too: what it takes to find Slurm. */
char **arguments_environment(struct arena *arena, char *const *environment);

#endif
