/*
 * What to say when a number is not found: what else there is, and what to write in the YAML.
 *
 *     'val_acc' not found in 212 lines. Seen: accuracy (5x, 0.31..0.91). Try metric.name: accuracy
 */
#ifndef SWEEP_SESSION_PROPOSAL_H
#define SWEEP_SESSION_PROPOSAL_H

#include "base/strbuf.h"
#include "session/yield.h"

/** Append that for the metric, which was not found. */
void proposal_append_metric(const struct yield *yield, struct strbuf *out);

/** Append that, in short, for another pattern. @param pattern  index; it found nothing */
void proposal_append_capture(const struct yield *yield, size_t pattern, struct strbuf *out);

/** Append how much was looked through: `212 lines and 40 calls of wandb.log()`. */
void proposal_append_amount(const struct yield *yield, struct strbuf *out);

/** Append how often a name was seen: `accuracy (5x, 0.31..0.91)`. */
void proposal_append_row(const struct census_row *row, struct strbuf *out);

#endif
