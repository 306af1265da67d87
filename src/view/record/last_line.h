/*
 * The last line that a failed trial printed, which mostly says why: `ModuleNotFoundError: No module
 * named 'torch'`.
 *
 *     trial_text_state(trial, &line);
 *     last_line_append(path, trial, &line);    failed: exit code 1: ModuleNotFoundError: ...
 *
 * Colours are taken out and everything else that could harm a screen is escaped. All of the output
 * is for `sweep log`.
 */
#ifndef SWEEP_VIEW_RECORD_LAST_LINE_H
#define SWEEP_VIEW_RECORD_LAST_LINE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sweep/trial.h"
#include "trial/attempt.h"

/** A longer line is cut. */
#define LAST_LINE_COLUMNS 100

/** Append the last line of an attempt that is not empty. @return false when there is none */
bool last_line_read(const char *sweep_path, struct attempt_key key, struct strbuf *out);

/** Append `: ` and the last line of a trial that failed, or failed and will run again, so that its
 * output may say why; of any other nothing. */
void last_line_append(const char *sweep_path, const struct sweep_trial *trial, struct strbuf *out);

/** Whether the output of a trial may say why it failed. */
bool last_line_tells(const struct sweep_trial *trial);

#endif
