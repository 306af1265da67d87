/*
 * The YAML of a sweep with every parameter fixed: `sweep run` of it runs that one configuration.
 */
#ifndef SWEEP_VIEW_RECORD_FIXED_SPACE_H
#define SWEEP_VIEW_RECORD_FIXED_SPACE_H

#include "view/record/record.h"

/**
 * Append a space.yaml that runs a trial's configuration once more: command, metric, captures and
 * settings of trials are the sweep's own, with the same argument vector to the last byte.
 *
 * @param name  of the new sweep
 * @error SWEEP_BAD_INPUT when it would not be the same
 */
bool fixed_space_append(struct record *record, const struct sweep_trial *trial, const char *name,
                        struct strbuf *out, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
