/*
 * One trial as one row: JSON (export, `--json` of top and best) or CSV.
 *
 * The same facts in both: trial, state, reason, value, step, last, params, captured, attempts,
 * started, duration_s, gpus, gpu_models, what it took of the machine (trial/usage.h), gpu_shared
 * (others had its GPUs too), seed (SWEEP_SEED). Non-finite values are the texts nan, inf, -inf;
 * what is not known is null, or empty.
 *
 * Ownership: everything is borrowed for the duration of the call.
 */
#ifndef SWEEP_VIEW_EXPORT_ROW_H
#define SWEEP_VIEW_EXPORT_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "store/store.h"
#include "sweep/trial.h"
#include "json/json.h"

/** What the rows of one sweep have in common. */
struct row_context {
    const struct sweep_space *space;
    const char *sweep; /* the name, for rows of several sweeps; or NULL */
    uint64_t sweep_seed;
    const char *const *captures; /* [capture_count] names, in the order of CSV columns */
    size_t capture_count;
};

/** Write one object value; without `captured` where that is NULL. */
void row_write_json(struct json_writer *writer, const struct row_context *context,
                    const struct sweep_trial *trial, const struct store_captures *captured);

/** The same without the braces, for an object that has more to say. */
void row_write_members(struct json_writer *writer, const struct row_context *context,
                       const struct sweep_trial *trial, const struct store_captures *captured);

/** Append one field, quoted where RFC 4180 asks for it, behind a comma unless it begins a line. */
void row_append_csv_field(struct strbuf *out, const char *text);

/** Append the line of column names. */
void row_append_csv_header(struct strbuf *out, const struct row_context *context);

/** Append one line; fields are quoted as RFC 4180 asks. */
void row_append_csv(struct strbuf *out, const struct row_context *context,
                    const struct sweep_trial *trial, const struct store_captures *captured);

#endif
