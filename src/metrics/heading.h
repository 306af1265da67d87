/*
 * A table in some output: a line of names, and under it lines of as many numbers, as fastai prints
 * them:
 *
 *     epoch     train_loss  valid_loss  accuracy  time
 *     0         0.456483    0.556483    0.643517  00:12
 *
 *     heading_take(&heading, line);                   each line
 *     if (heading.rows > 0)
 *         heading_pattern(&heading, 3, &pattern);     what finds the accuracy
 *
 * Of several tables the first one that has rows counts; it may come again.
 *
 * Ownership: a plain value; zeroed, it has seen nothing.
 */
#ifndef SWEEP_METRICS_HEADING_H
#define SWEEP_METRICS_HEADING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/strview.h"

#define HEADING_COLUMNS_MAX 16
#define HEADING_NAME_MAX    64 /* [bytes] */

struct heading {
    char names[HEADING_COLUMNS_MAX][HEADING_NAME_MAX + 1];
    size_t count;  /* of names; 0: no table was seen */
    uint64_t rows; /* that begin with a whole number: the epoch or the step */
    bool is_open;  /* the lines so far are its rows */
};

void heading_take(struct heading *heading, struct strview line);

/** Append a pattern that finds the numbers of a column. @param column  from 1 to count - 1 */
void heading_pattern(const struct heading *heading, size_t column, struct strbuf *out);

#endif
