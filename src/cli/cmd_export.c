/*
 * `sweep export`: all trials as rows for other programs. Not for people: cmd_top.c.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rows.h"

static bool append_rows(struct record *record, enum rows_format format, struct strbuf *out,
                        struct sweep_error *err)
{
    struct row_context context = record_row_context(record);
    if (format == ROWS_CSV)
        row_append_csv_header(out, &context);
    for (size_t i = 0; i < record->trials.count; i++)
        if (!rows_append(record, &context, format, &record->trials.items[i], out, err))
            return false;
    return true;
}

bool cmd_export(const struct invocation *call, enum exit_status *status, struct sweep_error *err)
{
    struct record record;
    struct strbuf text;
    *status = STATUS_OK;
    strbuf_init(&text, OUTPUT_MAX);
    bool as_csv = call->options.format != NULL && strcmp(call->options.format, "csv") == 0;
    enum rows_format format = as_csv ? ROWS_CSV : ROWS_JSONL;
    bool done = record_open(&record, call->operand, err);
    if (done) {
        record_announce(&record);
        done = append_rows(&record, format, &text, err) && output_deliver(call, &text, err);
    }
    strbuf_release(&text);
    record_close(&record);
    return done;
}
