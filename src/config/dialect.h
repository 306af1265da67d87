/*
 * Whether a file is written for Weights & Biases.
 *
 * It is, where its top has a key that only they have, such as `program` or `project`, or its
 * command a macro of theirs other than `${args}`. Then parameters are sorted by name, as there: it
 * is the order of `${args}` and of a grid.
 *
 * If besides it has no key at its top that only we have, such as `budget`, it is read as leniently
 * as there: unknown keys and goals are warnings. One key of ours makes it a file of ours, in which
 * a slip is an error.
 */
#ifndef SWEEP_CONFIG_DIALECT_H
#define SWEEP_CONFIG_DIALECT_H

#include "config/reader.h"

/** Set the reader's `is_wandb` and `is_lenient` for the document's root. */
void dialect_find(struct reader *reader, const struct node *root);

#endif
