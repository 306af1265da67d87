/*
 * The command of a trial as it was run, which today's YAML need not give any more: its command may
 * have changed since, and its parameters.
 *
 *     char **argv = as_run(&record, trial, &around);
 *
 * Ownership: everything lives in the record's arena.
 */
#ifndef SWEEP_VIEW_RECORD_AS_RUN_H
#define SWEEP_VIEW_RECORD_AS_RUN_H

#include "view/record/record.h"

/**
 * What the last attempt of a trial was started with; before the first, or where its files are gone,
 * what it would be started with.
 *
 * @param around  of today
 * @return ends with NULL
 */
char **as_run(struct record *record, const struct sweep_trial *trial,
              const struct command_surroundings *around);

/** Whether a trial has former parameters, so that no trial of today is like it. */
bool as_run_has_former(const struct record *record, const struct sweep_trial *trial);

#endif
