/*
 * What two files, with all that is set apart from them, say otherwise, in words for people:
 *
 *     config_append_changes(old, edited, "budget", ", ", &out);    budget.trials 40 -> 44
 *
 * Values stand as they were written. Whether a difference means anything is for the caller to
 * decide: `1m` and `60s` are two texts.
 */
#ifndef SWEEP_CONFIG_DIFFERENCE_H
#define SWEEP_CONFIG_DIFFERENCE_H

#include "base/strbuf.h"
#include "config/config.h"

/**
 * Append each value at a key, or under it, that is written otherwise. Where nothing is written
 * stands the default, or `none`.
 *
 * @param separator  before each, where `out` has something already
 */
void config_append_changes(const struct config *old, const struct config *edited, const char *key,
                           const char *separator, struct strbuf *out);

#endif
