/*
 * What expressions may call the facts of a trial: `lr`, `val_loss`, `value`, `duration_s`.
 *
 *     struct row_names *names = row_names_create(records, count);
 *     struct expr *where = row_names_compile(names, "--where", "lr < 0.1", err);
 *     if (!row_names_set(names, record, trial, err) || !expr_holds(where, ...)) ...
 *     expr_free(where);
 *     row_names_free(names);
 *
 * Each parameter is NAME and params.NAME, each captured number NAME and captured.NAME, each column
 * of a row NAME and row.NAME; the name of the metric is another word for `value`. Where a short
 * name could be several of these the long one must be written. What a sweep does not have is NULL
 * in its trials.
 *
 * Ownership: opaque; the records are borrowed.
 */
#ifndef SWEEP_VIEW_RECORD_ROW_NAMES_H
#define SWEEP_VIEW_RECORD_ROW_NAMES_H

#include "expr/expr.h"
#include "view/record/record.h"

struct row_names;

/** Gather the names of one or several sweeps. */
struct row_names *row_names_create(const struct record *records, size_t count);
void row_names_free(struct row_names *names);

/**
 * Understand an expression over rows.
 *
 * @param option  where it comes from, for messages
 * @error SWEEP_USAGE with a caret below the mistake
 */
struct expr *row_names_compile(struct row_names *names, const char *option, const char *expression,
                               struct sweep_error *err) SWEEP_MUST_CHECK;

/** Give all names that compiled expressions use their values in this trial's row. */
bool row_names_set(struct row_names *names, const struct record *record,
                   const struct sweep_trial *trial, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
