/*
 * Questions to Slurm before a sweep begins. They wait for the answer.
 */
#ifndef SWEEP_EXEC_SLURM_INQUIRY_H
#define SWEEP_EXEC_SLURM_INQUIRY_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "exec/slurm/settings.h"
#include "sweep/error.h"

/**
 * Whether Slurm would take such jobs (`sbatch --test-only`). A controller that gives no answer now
 * says nothing against them.
 *
 * @error SWEEP_NOT_FOUND there is no Slurm here; SWEEP_BAD_INPUT in Slurm's words
 */
bool inquiry_check(const struct slurm_settings *settings, char *const *environment,
                   struct sweep_error *err) SWEEP_MUST_CHECK;

/**
 * Ask one of its programs something.
 *
 * @param out  gets its first line, or, where it fails, its complaint
 * @return whether it answered
 * @error SWEEP_NOT_FOUND there is no such program
 */
bool inquiry_ask(char *const *argv, char *const *environment, struct strbuf *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
