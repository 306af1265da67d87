/*
 * Trials as rows with what they captured: export, `top --json`, `best --json`.
 *
 *     struct row_context context = record_row_context(&record);
 *     if (!rows_append(&record, &context, ROWS_JSONL, trial, &text, err)) ...
 *
 * Ownership: nothing is kept between calls.
 */
#ifndef SWEEP_VIEW_RECORD_ROWS_H
#define SWEEP_VIEW_RECORD_ROWS_H

#include "view/record/record.h"

enum rows_format {
    ROWS_JSONL,
    ROWS_CSV /* without the line of column names */
};

/** Append the line of one trial. */
bool rows_append(struct record *record, const struct row_context *context, enum rows_format format,
                 const struct sweep_trial *trial, struct strbuf *out,
                 struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
